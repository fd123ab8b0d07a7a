using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Platforms;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>
/// Everything a plan is made from, read at one moment. The planner sees nothing else.
/// <code>
///   CourseTemplate   Dataset   SiteCalendar   Node
///          \            |              |          the site's
///  ---------\-----------|--------------|--------------------
///            ClassroomEnvironment      |          the course's namespace
///           /    |       |       \     |
///       Seats  Pods    Jobs    claims, volumes, tokens, policies
/// </code>
/// </summary>
public sealed record ObservedEnvironment
{
    /// <summary>Which environment.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>The environment, or null where it is gone and only leftovers remain.</summary>
    public ClassroomEnvironment? Environment { get; init; }

    /// <summary>All templates of the site.</summary>
    public IReadOnlyList<CourseTemplate> Templates { get; init; } = [];

    /// <summary>The site's platforms.</summary>
    public PlatformCatalogue Platforms { get; init; } = PlatformCatalogue.BuiltIn;

    /// <summary>All data sets of the site.</summary>
    public IReadOnlyList<Dataset> Datasets { get; init; } = [];

    /// <summary>What all courses of the site need and when.</summary>
    public SiteCalendar Calendar { get; init; } = SiteCalendar.Of([], [], []);

    /// <summary>The nodes that pods could be placed on.</summary>
    public IReadOnlyList<Node> Nodes { get; init; } = [];

    /// <summary>The environment's seats.</summary>
    public IReadOnlyList<Seat> Seats { get; init; } = [];

    /// <summary>The environment's pods: seats' and Jobs'.</summary>
    public IReadOnlyList<ObservedPod> Pods { get; init; } = [];

    /// <summary>The environment's Jobs, of all tasks.</summary>
    public IReadOnlyList<Job> Jobs { get; init; } = [];

    /// <summary>The environment's secrets.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    /// <summary>The environment's claims.</summary>
    public IReadOnlyList<PersistentVolumeClaim> Claims { get; init; } = [];

    /// <summary>The volumes made for the environment.</summary>
    public IReadOnlyList<PersistentVolume> Volumes { get; init; } = [];

    /// <summary>The environment's network policies.</summary>
    public IReadOnlyList<NetworkPolicy> NetworkPolicies { get; init; } = [];

    /// <summary>The environment's configuration maps.</summary>
    public IReadOnlyList<ConfigMap> ConfigMaps { get; init; } = [];

    /// <summary>What pods of seats answered when they were last asked whether somebody works in them, by the pod's uid.</summary>
    public IReadOnlyDictionary<string, SeatAnswer> Answers { get; init; } = new Dictionary<string, SeatAnswer>();

    /// <summary>What the watch of the homes answered when it was last asked; null where it has not been asked.</summary>
    public HomesAnswer? Homes { get; init; }

    /// <summary>32 fresh random bytes: the planner may not make any itself, and needs some when it makes the course's token key.</summary>
    public ReadOnlyMemory<byte> Entropy { get; init; }

    /// <summary>Whether any pod of these components is at work.</summary>
    internal bool IsAtWork(params ReadOnlySpan<string> components)
    {
        foreach (var pod in Pods)
        {
            if (!PodDiagnosis.HasEnded(pod) && components.Contains(pod.Metadata.Label(Labels.Component))) return true;
        }

        return false;
    }
}
