namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>The API server's answer to a call that failed (<c>metav1.Status</c>).</summary>
public sealed record ApiStatus
{
    public string? Status { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
    public int? Code { get; init; }
    public ApiStatusDetails? Details { get; init; }
}

public sealed record ApiStatusDetails
{
    public string? Name { get; init; }
    public string? Kind { get; init; }
    public int? RetryAfterSeconds { get; init; }
    public IReadOnlyList<ApiStatusCause>? Causes { get; init; }
}

public sealed record ApiStatusCause
{
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
