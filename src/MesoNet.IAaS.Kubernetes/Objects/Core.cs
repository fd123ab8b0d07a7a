namespace MesoNet.IAaS.Kubernetes.Objects;

[KubernetesResource("", "v1", "Namespace", "namespaces", ClusterScoped = true)]
public sealed record Namespace : KubernetesObject
{
    public NamespaceStatus? Status { get; init; }
}

public sealed record NamespaceStatus
{
    public string? Phase { get; init; }
}

/// <summary>A secret. Values travel as base64 in <see cref="Data"/>.</summary>
[KubernetesResource("", "v1", "Secret", "secrets")]
public sealed record Secret : KubernetesObject
{
    public string? Type { get; init; }
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }
}

[KubernetesResource("", "v1", "ConfigMap", "configmaps")]
public sealed record ConfigMap : KubernetesObject
{
    public IReadOnlyDictionary<string, string>? Data { get; init; }
}

[KubernetesResource("", "v1", "Node", "nodes", ClusterScoped = true)]
public sealed record Node : KubernetesObject
{
    public NodeSpec? Spec { get; init; }
    public NodeStatus? Status { get; init; }
}

[KubernetesResource("", "v1", "ResourceQuota", "resourcequotas")]
public sealed record ResourceQuota : KubernetesObject
{
    public ResourceQuotaSpec? Spec { get; init; }
    public ResourceQuotaStatus? Status { get; init; }
}

public sealed record ResourceQuotaSpec
{
    public IReadOnlyDictionary<string, Quantity>? Hard { get; init; }

    /// <summary>Where given, the quota is one of some pods only.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The same, said in another way.</summary>
    public QuotaScopeSelector? ScopeSelector { get; init; }
}

/// <summary>Which pods a quota is one of: all that meet each of these.</summary>
public sealed record QuotaScopeSelector
{
    public IReadOnlyList<QuotaScopeRequirement>? MatchExpressions { get; init; }
}

/// <summary>One of these, of which we need no more than that it is there.</summary>
public sealed record QuotaScopeRequirement
{
    public string? ScopeName { get; init; }
}

/// <summary>What the API server holds new objects against.</summary>
public sealed record ResourceQuotaStatus
{
    public IReadOnlyDictionary<string, Quantity>? Hard { get; init; }
    public IReadOnlyDictionary<string, Quantity>? Used { get; init; }
}

public sealed record NodeSpec
{
    public bool? Unschedulable { get; init; }
    public IReadOnlyList<Taint>? Taints { get; init; }
}

/// <summary>What keeps pods off a node that do not tolerate it.</summary>
public sealed record Taint
{
    public required string Key { get; init; }
    public string? Value { get; init; }
    public required string Effect { get; init; }
}

public sealed record NodeStatus
{
    public IReadOnlyDictionary<string, Quantity>? Allocatable { get; init; }
    public IReadOnlyDictionary<string, Quantity>? Capacity { get; init; }
    public IReadOnlyList<PodCondition>? Conditions { get; init; }
    public IReadOnlyList<NodeImage>? Images { get; init; }
}

/// <summary>An image that a node has, by all its names. A kubelet tells of the fifty largest.</summary>
public sealed record NodeImage
{
    public IReadOnlyList<string>? Names { get; init; }
}

[KubernetesResource("", "v1", "Event", "events")]
public sealed record Event : KubernetesObject
{
    public ObjectReference? InvolvedObject { get; init; }
    public string? Type { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? FirstTimestamp { get; init; }
    public DateTimeOffset? LastTimestamp { get; init; }
    public int? Count { get; init; }
    public EventSource? Source { get; init; }
}

public sealed record EventSource
{
    public string? Component { get; init; }
}

public sealed record ObjectReference
{
    public string? ApiVersion { get; init; }
    public string? Kind { get; init; }
    public string? Namespace { get; init; }
    public string? Name { get; init; }
    public string? Uid { get; init; }
}
