using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>What to do about one data set.</summary>
public sealed record DatasetPlan
{
    /// <summary>Objects to create: a claim, a Job.</summary>
    public IReadOnlyList<KubernetesObject> Create { get; init; } = [];

    /// <summary>Objects to delete.</summary>
    public IReadOnlyList<PlannedDeletion> Delete { get; init; } = [];

    /// <summary>The finalizers that the data set is to have, others' included; null where they are as they should be.</summary>
    public IReadOnlyList<string>? Finalizers { get; init; }

    /// <summary>The data set's status, changed or not; null where it is gone, or goes now.</summary>
    public DatasetStatus? Status { get; init; }

    /// <summary>When to look again though nothing changes.</summary>
    public DateTimeOffset? NextLookAt { get; init; }
}

/// <summary>What is known of the data itself, and what to do to get it.</summary>
/// <param name="Known">The status as far as the data decides it: all but the conditions.</param>
/// <param name="Findings">Ready, and for a source Fetched.</param>
internal sealed record DataState(DatasetStatus Known, IReadOnlyList<Finding> Findings)
{
    public IReadOnlyList<KubernetesObject> Create { get; init; } = [];

    public IReadOnlyList<PlannedDeletion> Delete { get; init; } = [];

    public DateTimeOffset? NextLookAt { get; init; }
}
