using System.Net;
using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>
/// The API server refused a request. <see cref="StatusCode"/> and <see cref="Reason"/> tell failures apart, never the message's text.
/// A connection that fails is an <see cref="HttpRequestException"/> instead.
/// </summary>
public sealed class KubernetesApiException : Exception
{
    /// <summary>Made from the server's answer.</summary>
    public KubernetesApiException(HttpStatusCode statusCode, ApiStatus status, TimeSpan? retryAfter)
        : base(status.Message ?? $"The API server answered {(int)statusCode}.")
    {
        StatusCode = statusCode;
        Reason = status.Reason ?? "";
        RetryAfter = retryAfter ?? (status.Details?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>The machine-readable reason, such as AlreadyExists; empty where the server gave none.</summary>
    public string Reason { get; }

    /// <summary>How long the server asks us to wait, where it does.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The object (or its kind) does not exist.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>An object of that name exists.</summary>
    public bool IsAlreadyExists => StatusCode == HttpStatusCode.Conflict && Reason == "AlreadyExists";

    /// <summary>A precondition failed, or somebody else owns a field.</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && Reason != "AlreadyExists";

    /// <summary>The resource version is too old: list again.</summary>
    public bool IsGone => StatusCode == HttpStatusCode.Gone;

    /// <summary>The request itself is wrong (400, 403, 405, 422): the same request will fail again.</summary>
    public bool IsTerminal => StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed
        or HttpStatusCode.UnprocessableEntity;
}
