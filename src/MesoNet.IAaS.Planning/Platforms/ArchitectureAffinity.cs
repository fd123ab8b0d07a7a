using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Planning.Platforms;

/// <summary>A pod is never placed where its image cannot run.</summary>
public static class ArchitectureAffinity
{
    /// <summary>The label that says which architecture a node has; the kubelet sets it.</summary>
    public const string Label = "kubernetes.io/arch";

    /// <summary>An affinity that requires one of these architectures; null where they are not known.</summary>
    public static Affinity? To(IReadOnlyList<string>? architectures) => architectures is not { Count: > 0 } ? null : new()
    {
        NodeAffinity = new()
        {
            RequiredDuringSchedulingIgnoredDuringExecution = new()
            {
                NodeSelectorTerms = [new() { MatchExpressions = [new() { Key = Label, Operator = "In", Values = architectures }] }],
            },
        },
    };

    /// <summary>The architectures that such an affinity requires; null where it requires none.</summary>
    internal static IReadOnlyList<string>? Of(Affinity? affinity) => affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms
        .SelectMany(term => term.MatchExpressions ?? []).FirstOrDefault(expression => expression.Key == Label)?.Values;

    /// <summary>Whether an image of these architectures runs on a node.</summary>
    internal static bool Allows(IReadOnlyList<string>? architectures, Node node) =>
        architectures is not { Count: > 0 } || (node.Metadata.Label(Label) is { } architecture && architectures.Contains(architecture, StringComparer.Ordinal));
}
