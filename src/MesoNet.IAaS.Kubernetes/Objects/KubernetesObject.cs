using System.Text.Json.Serialization;

namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>What every Kubernetes object has. Members are nullable, so that an applied object names only what it means to own.</summary>
public abstract record KubernetesObject
{
    [JsonPropertyOrder(-3)]
    public string? ApiVersion { get; init; }

    [JsonPropertyOrder(-2)]
    public string? Kind { get; init; }

    [JsonPropertyOrder(-1)]
    // Generated code sets what a text leaves out to null.
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>Namespace and name, which identify the object among those of its kind.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");
}

/// <summary>Standard metadata, cut to what this project reads or writes.</summary>
public sealed record ObjectMeta
{
    public string? Name { get; init; }
    public string? Namespace { get; init; }
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
    public long? Generation { get; init; }
    public DateTimeOffset? CreationTimestamp { get; init; }
    public DateTimeOffset? DeletionTimestamp { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }
    public IReadOnlyList<string>? Finalizers { get; init; }

    /// <summary>The value of a label, or null.</summary>
    public string? Label(string key) => Labels is not null && Labels.TryGetValue(key, out var value) ? value : null;

    /// <summary>The value of an annotation, or null.</summary>
    public string? Annotation(string key) => Annotations is not null && Annotations.TryGetValue(key, out var value) ? value : null;
}

public sealed record OwnerReference
{
    public required string ApiVersion { get; init; }
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required string Uid { get; init; }
    public bool? Controller { get; init; }
    public bool? BlockOwnerDeletion { get; init; }

    /// <summary>A controller reference to <paramref name="owner"/>, which must have been read from the API server (it needs a uid).</summary>
    public static OwnerReference To(KubernetesObject owner) => new()
    {
        ApiVersion = owner.ApiVersion!,
        Kind = owner.Kind!,
        Name = owner.Metadata.Name!,
        Uid = owner.Metadata.Uid!,
        Controller = true,
        BlockOwnerDeletion = true,
    };
}

/// <summary>Namespace and name of an object; the namespace is empty for cluster-scoped kinds.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>The key of a cluster-scoped object.</summary>
    public static ObjectKey Cluster(string name) => new("", name);

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}

/// <summary>A condition as the Kubernetes API conventions define it: one per <see cref="Type"/>, with a sentence for people.</summary>
public sealed record Condition
{
    /// <summary>What the condition is about, such as Ready.</summary>
    public required string Type { get; init; }

    /// <summary>True, False or Unknown.</summary>
    public required string Status { get; init; }

    /// <summary>One word in CamelCase, for programs.</summary>
    public required string Reason { get; init; }

    /// <summary>A sentence, for people.</summary>
    public string? Message { get; init; }

    /// <summary>When the status last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>The generation of the spec that the condition was computed from.</summary>
    public long? ObservedGeneration { get; init; }
}
