using System.Text.Json.Nodes;

namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>A custom resource definition; its schema is kept as JSON, since this project generates it rather than reads it.</summary>
[KubernetesResource("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", ClusterScoped = true)]
public sealed record CustomResourceDefinition : KubernetesObject
{
    public JsonObject? Spec { get; init; }
    public CustomResourceDefinitionStatus? Status { get; init; }
}

public sealed record CustomResourceDefinitionStatus
{
    public IReadOnlyList<PodCondition>? Conditions { get; init; }
}
