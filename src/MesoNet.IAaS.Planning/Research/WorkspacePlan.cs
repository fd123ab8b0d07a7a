using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>What to do about one research workspace.</summary>
public sealed record WorkspacePlan : WorkplacePlan
{
    /// <summary>The pod, where it is to be asked whether anything is done in it and what is left of its volume; the answer is part of a later observation.</summary>
    public ObservedPod? Ask { get; init; }

    /// <summary>The workspace's status, changed or not; null where the workspace is gone.</summary>
    public ResearchWorkspaceStatus? Status { get; init; }
}
