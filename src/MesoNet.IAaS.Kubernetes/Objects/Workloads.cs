namespace MesoNet.IAaS.Kubernetes.Objects;

[KubernetesResource("batch", "v1", "Job", "jobs")]
public sealed record Job : KubernetesObject
{
    public JobSpec? Spec { get; init; }
    public JobStatus? Status { get; init; }
}

public sealed record JobSpec
{
    public int? BackoffLimit { get; init; }
    public long? ActiveDeadlineSeconds { get; init; }
    public PodTemplate? Template { get; init; }
}

public sealed record PodTemplate
{
    public ObjectMeta? Metadata { get; init; }
    public PodSpec? Spec { get; init; }
}

public sealed record JobStatus
{
    public int? Active { get; init; }
    public int? Succeeded { get; init; }
    public int? Failed { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? CompletionTime { get; init; }
    public IReadOnlyList<PodCondition>? Conditions { get; init; }
}
