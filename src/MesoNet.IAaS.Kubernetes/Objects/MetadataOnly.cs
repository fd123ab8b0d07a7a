using System.Text.Json.Serialization;

namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>What every object has, of whatever kind, and all that is known of one that can't be read. Also enough for a bookmark, and for one that is gone.</summary>
internal sealed record MetadataOnly
{
    public ObjectName? Metadata { get; init; }

    /// <summary>Which object it is.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Metadata?.Namespace ?? "", Metadata?.Name ?? "");

    internal sealed record ObjectName
    {
        public string? Namespace { get; init; }
        public string? Name { get; init; }
        public string? ResourceVersion { get; init; }
    }
}
