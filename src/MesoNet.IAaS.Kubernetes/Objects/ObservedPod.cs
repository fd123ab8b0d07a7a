using System.Text.Json.Serialization;

namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>
/// A pod as a cache keeps it: where it runs and how it does, not all that it was made of. Decoding drops the rest, which is most of a pod.
/// Never written.
/// </summary>
[KubernetesResource("", "v1", "Pod", "pods")]
public sealed record ObservedPod : KubernetesObject
{
    public ObservedPodSpec? Spec { get; init; }
    public PodStatus? Status { get; init; }

    /// <summary>Whether it is Ready, and is not being deleted.</summary>
    [JsonIgnore]
    public bool IsReady => Metadata.DeletionTimestamp is null && Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>
    /// Whether its containers are ready, as its own node last said, and it is not being deleted. A node that has not been heard of for a while (it is
    /// lost, or the API server itself was away) makes all its pods not Ready; this stays as it was, since they may well run on.
    /// </summary>
    [JsonIgnore]
    public bool HasReadyContainers => Metadata.DeletionTimestamp is null && Status?.Conditions?.Any(condition => condition is { Type: "ContainersReady", Status: "True" }) == true;

    /// <summary>Since when it is Ready; null where it is not, or nobody says.</summary>
    [JsonIgnore]
    public DateTimeOffset? ReadySince => IsReady ? Status!.Conditions!.First(condition => condition is { Type: "Ready", Status: "True" }).LastTransitionTime : null;
}

public sealed record ObservedPodSpec
{
    public string? NodeName { get; init; }
    public IReadOnlyList<ObservedContainer>? Containers { get; init; }
}

public sealed record ObservedContainer
{
    public string? Name { get; init; }
    public string? Image { get; init; }
    public IReadOnlyList<ObservedMount>? VolumeMounts { get; init; }
}

public sealed record ObservedMount
{
    public string? SubPath { get; init; }
}
