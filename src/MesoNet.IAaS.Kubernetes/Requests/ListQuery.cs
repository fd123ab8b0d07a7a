using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>Which objects of a kind to list or watch.</summary>
public sealed record ListQuery
{
    /// <summary>Everything of the kind, in all namespaces.</summary>
    public static ListQuery All { get; } = new();

    /// <summary>A namespace, or empty for all.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>A label selector, or null.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector, or null; of few fields a kind's server knows how to select.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The size of a page; the server may give fewer.</summary>
    public int? Limit { get; init; } = 500;

    /// <summary>Where the next page starts, from the page before.</summary>
    public string? Continue { get; init; }

    internal string ToQueryString(params IEnumerable<string> more)
    {
        var parts = new List<string>(more);
        if (LabelSelector is not null) parts.Add($"labelSelector={Uri.EscapeDataString(LabelSelector)}");
        if (FieldSelector is not null) parts.Add($"fieldSelector={Uri.EscapeDataString(FieldSelector)}");
        if (Limit is { } limit) parts.Add($"limit={limit}");
        if (Continue is not null) parts.Add($"continue={Uri.EscapeDataString(Continue)}");
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}

/// <summary>One page of a collection.</summary>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">The version of the collection, from which a watch goes on. Opaque.</param>
/// <param name="Continue">Where the next page starts, or null on the last.</param>
/// <param name="Unreadable">Objects that are there and do not fit their type; nothing is known of them but that.</param>
public sealed record ObjectPage<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue, IReadOnlyList<ObjectKey> Unreadable);
