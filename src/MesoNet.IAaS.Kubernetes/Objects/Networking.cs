using System.Text.Json.Serialization;

namespace MesoNet.IAaS.Kubernetes.Objects;

[KubernetesResource("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies")]
public sealed record NetworkPolicy : KubernetesObject
{
    public NetworkPolicySpec? Spec { get; init; }
}

public sealed record NetworkPolicySpec
{
    public LabelSelector? PodSelector { get; init; }
    public IReadOnlyList<string>? PolicyTypes { get; init; }
    public IReadOnlyList<NetworkPolicyIngressRule>? Ingress { get; init; }
    public IReadOnlyList<NetworkPolicyEgressRule>? Egress { get; init; }
}

public sealed record NetworkPolicyIngressRule
{
    public IReadOnlyList<NetworkPolicyPeer>? From { get; init; }
}

public sealed record NetworkPolicyPort
{
    public string? Protocol { get; init; }
    public IntOrString? Port { get; init; }
}

public sealed record NetworkPolicyEgressRule
{
    public IReadOnlyList<NetworkPolicyPort>? Ports { get; init; }
    public IReadOnlyList<NetworkPolicyPeer>? To { get; init; }
}

public sealed record NetworkPolicyPeer
{
    public LabelSelector? PodSelector { get; init; }
    public LabelSelector? NamespaceSelector { get; init; }
    public IPBlock? IpBlock { get; init; }
}

public sealed record IPBlock
{
    [JsonPropertyName("cidr")]
    public required string Cidr { get; init; }
    public IReadOnlyList<string>? Except { get; init; }
}

public sealed record LabelSelector
{
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }
}
