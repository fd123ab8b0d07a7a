using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
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
public sealed record ObservedEnvironment : ObservedWorkplace
{
    /// <summary>The environment, or null where it is gone and only leftovers remain.</summary>
    public ClassroomEnvironment? Environment { get; init; }

    /// <summary>All templates of the site.</summary>
    public IReadOnlyList<CourseTemplate> Templates { get; init; } = [];

    /// <summary>The site's platforms.</summary>
    public PlatformCatalogue Platforms { get; init; } = PlatformCatalogue.BuiltIn;

    /// <summary>The nodes that pods could be placed on.</summary>
    public IReadOnlyList<Node> Nodes { get; init; } = [];

    /// <summary>The environment's seats.</summary>
    public IReadOnlyList<Seat> Seats { get; init; } = [];

    /// <summary>What the watch of the homes answered when it was last asked; null where it has not been asked.</summary>
    public HomesAnswer? Homes { get; init; }
}
