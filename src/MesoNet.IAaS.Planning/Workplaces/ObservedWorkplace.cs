using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Workplaces;

/// <summary>What is observed of any workplace: the site, and the objects that were made for it.</summary>
public abstract record ObservedWorkplace
{
    /// <summary>Which one.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>All data sets of the site.</summary>
    public IReadOnlyList<Dataset> Datasets { get; init; } = [];

    /// <summary>What all courses of the site need and when, and the workspaces beside them.</summary>
    public SiteCalendar Calendar { get; init; } = SiteCalendar.Of([], [], []);

    /// <summary>Its pods: seats' and Jobs'.</summary>
    public IReadOnlyList<ObservedPod> Pods { get; init; } = [];

    /// <summary>Its Jobs, of all tasks.</summary>
    public IReadOnlyList<Job> Jobs { get; init; } = [];

    /// <summary>Its secrets.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    /// <summary>Its claims.</summary>
    public IReadOnlyList<PersistentVolumeClaim> Claims { get; init; } = [];

    /// <summary>The volumes made for it.</summary>
    public IReadOnlyList<PersistentVolume> Volumes { get; init; } = [];

    /// <summary>Its network policies.</summary>
    public IReadOnlyList<NetworkPolicy> NetworkPolicies { get; init; } = [];

    /// <summary>Its configuration maps.</summary>
    public IReadOnlyList<ConfigMap> ConfigMaps { get; init; } = [];

    /// <summary>What pods of seats answered when they were last asked whether somebody works in them, by the pod's uid.</summary>
    public IReadOnlyDictionary<string, SeatAnswer> Answers { get; init; } = new Dictionary<string, SeatAnswer>();

    /// <summary>32 fresh random bytes: the planner may not make any itself, and needs some when it makes a token key.</summary>
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
