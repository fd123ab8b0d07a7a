using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>
/// An Event as a reader needs it: of what, why and when. Schedulers write the times of the newer API (<see cref="EventTime"/>, <see cref="Series"/>),
/// kubelets those of the older one. Never written.
/// </summary>
[KubernetesResource("", "v1", "Event", "events")]
public sealed record ObservedEvent : KubernetesObject
{
    public ObjectReference? InvolvedObject { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? FirstTimestamp { get; init; }
    public DateTimeOffset? LastTimestamp { get; init; }
    [JsonConverter(typeof(MicroTimeJsonConverter))]
    public DateTimeOffset? EventTime { get; init; }
    public EventSeries? Series { get; init; }

    /// <summary>When it happened first; null where nobody says.</summary>
    [JsonIgnore]
    public DateTimeOffset? FirstAt => FirstTimestamp ?? EventTime ?? Metadata.CreationTimestamp;

    /// <summary>When it happened last; null where nobody says.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastAt => Series?.LastObservedTime ?? LastTimestamp ?? FirstAt;
}

/// <summary>How an event of the newer API goes on.</summary>
public sealed record EventSeries
{
    [JsonConverter(typeof(MicroTimeJsonConverter))]
    public DateTimeOffset? LastObservedTime { get; init; }
}
