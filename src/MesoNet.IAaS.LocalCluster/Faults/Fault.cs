namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>
/// What a <see cref="FaultProxy"/> does to a request instead of passing it on faithfully. A watch that is under way meets a fault at its
/// next line, or at its end; every other request on its arrival, or with its answer's body.
/// </summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>Too many requests: come again later.</summary>
    public static Fault TooManyRequests(TimeSpan retryAfter) => new Answer(429, "TooManyRequests", retryAfter);

    /// <summary>The server failed.</summary>
    public static Fault InternalError { get; } = new Answer(500, "InternalError");

    /// <summary>The server is away.</summary>
    public static Fault Unavailable { get; } = new Answer(503, "ServiceUnavailable");

    /// <summary>The resource version (or the place in a list) is no longer known, said by the HTTP status.</summary>
    public static Fault Gone { get; } = new Answer(410, "Expired");

    /// <summary>The resource version is no longer known, said inside of a watch.</summary>
    public static Fault GoneInBand { get; } = new WatchError(410, "Expired");

    internal bool StrikesAt(FaultPoint point, ProxiedRequest request) => this switch
    {
        Answer or LoseAnswer => point == FaultPoint.Arrival,
        CutMidway or StallMidway => point == FaultPoint.Body,
        SwallowEvents => request.IsWatch && point == FaultPoint.Body,
        WatchError or EndWatch => request.IsWatch,
        // Cut, Hang, Delay: a request when it comes, a watch at any time.
        _ => request.IsWatch || point == FaultPoint.Arrival,
    };

    /// <summary>The request, or the watch, is reset.</summary>
    public sealed record Cut : Fault;

    /// <summary>Nothing comes any more, though the connection stays. Ends with a reset when the fault is cleared.</summary>
    public sealed record Hang : Fault;

    /// <summary>A request, or each line of a watch, comes later.</summary>
    public sealed record Delay(TimeSpan By) : Fault;

    /// <summary>The request is refused with an HTTP status, and never reaches the API server.</summary>
    public sealed record Answer(int Code, string Reason, TimeSpan? RetryAfter = null) : Fault;

    /// <summary>A watch ends with an ERROR event, either at its opening or instead of its next line.</summary>
    public sealed record WatchError(int Code, string Reason) : Fault;

    /// <summary>A watch ends in good order, either at its opening or instead of its next line.</summary>
    public sealed record EndWatch : Fault;

    /// <summary>The API server acts on the request, and its answer never comes. Ends with a reset when the fault is cleared.</summary>
    public sealed record LoseAnswer : Fault;

    /// <summary>Half of the body, or of a watch's next line, comes; then the request is reset.</summary>
    public sealed record CutMidway : Fault;

    /// <summary>Half of the body, or of a watch's next line, comes; then nothing. Ends with a reset when the fault is cleared.</summary>
    public sealed record StallMidway : Fault;

    /// <summary>
    /// A watch's lines are lost without a trace. Where a later line passes, nothing but a new list tells of what was lost.
    /// </summary>
    public sealed record SwallowEvents : Fault;
}

/// <summary>Where on its way a request meets a fault.</summary>
internal enum FaultPoint
{
    /// <summary>Before the API server is asked.</summary>
    Arrival,

    /// <summary>While the answer's body is passed on: once, or at each line of a watch and at its end.</summary>
    Body,
}
