using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>Everything a plan for one research workspace is made from, read at one moment.</summary>
public sealed record ObservedWorkspace : ObservedWorkplace
{
    /// <summary>The workspace, or null where it is gone and only leftovers remain.</summary>
    public ResearchWorkspace? Workspace { get; init; }

    /// <summary>Whether a course of the same name is in the same namespace: their objects would have the same names.</summary>
    public bool IsNameOfCourse { get; init; }

    /// <summary>The site's platforms.</summary>
    public PlatformCatalogue Platforms { get; init; } = PlatformCatalogue.BuiltIn;

    /// <summary>The grants of the namespace.</summary>
    public IReadOnlyList<ResourceQuota> Quotas { get; init; } = [];

    /// <summary>The other workspaces of the namespace that have a pod, which these grants count.</summary>
    public IReadOnlyList<ResearchWorkspace> RunningBeside { get; init; } = [];
}
