namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>The body of a deletion.</summary>
internal sealed record DeleteOptions
{
    public string? ApiVersion { get; init; }
    public string? Kind { get; init; }
    public long? GracePeriodSeconds { get; init; }
    public string? PropagationPolicy { get; init; }
    public Preconditions? Preconditions { get; init; }
}

/// <summary>What must hold of an object for it to be deleted.</summary>
internal sealed record Preconditions
{
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
}
