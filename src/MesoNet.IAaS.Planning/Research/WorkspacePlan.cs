using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>What to do about one research workspace. Empty lists and an unchanged status mean that the world is as it should be.</summary>
public sealed record WorkspacePlan
{
    /// <summary>Objects to apply by server-side apply, because they are missing or differ. One with a uid names only what is to change in it.</summary>
    public IReadOnlyList<KubernetesObject> Apply { get; init; } = [];

    /// <summary>Objects to create once and never change.</summary>
    public IReadOnlyList<KubernetesObject> Create { get; init; } = [];

    /// <summary>Objects to delete.</summary>
    public IReadOnlyList<PlannedDeletion> Delete { get; init; } = [];

    /// <summary>The pod, where it is to be asked whether anything is done in it and what is left of its volume; the answer is part of a later observation.</summary>
    public ObservedPod? Ask { get; init; }

    /// <summary>The workspace's status, changed or not; null where the workspace is gone.</summary>
    public ResearchWorkspaceStatus? Status { get; init; }

    /// <summary>When to look again though nothing changes; null where only a change can matter.</summary>
    public DateTimeOffset? NextLookAt { get; init; }
}
