using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Planning.Workplaces;

/// <summary>What to do about any workplace. Empty lists and an unchanged status mean that the world is as it should be.</summary>
public abstract record WorkplacePlan
{
    /// <summary>Objects to apply by server-side apply, because they are missing or differ. One with a uid names only what is to change in it.</summary>
    public IReadOnlyList<KubernetesObject> Apply { get; init; } = [];

    /// <summary>Objects to create once and never change: pods, Jobs, the token key. That one exists already is fine.</summary>
    public IReadOnlyList<KubernetesObject> Create { get; init; } = [];

    /// <summary>Objects to delete.</summary>
    public IReadOnlyList<PlannedDeletion> Delete { get; init; } = [];

    /// <summary>When to look again though nothing changes; null where only a change can matter.</summary>
    public DateTimeOffset? NextLookAt { get; init; }
}
