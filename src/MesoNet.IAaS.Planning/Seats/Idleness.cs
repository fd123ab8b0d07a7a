using NodaTime;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>Whether nothing is done in a pod any more, of a seat or of a research workspace: one rule for both.</summary>
/// <param name="Due">When nothing will have been done for long enough, as far as is known.</param>
/// <param name="IdleAt">When it said after that time that nothing is done; null where it has not.</param>
internal sealed record Idleness(Instant Due, Instant? IdleAt)
{
    /// <summary>After asking in vain, how long until the next try. Who does not answer is not taken for idle.</summary>
    private static readonly Duration AskAgainAfter = Duration.FromMinutes(1);

    /// <summary>The idleness of a pod.</summary>
    /// <param name="readySince">Since when it is ready.</param>
    /// <param name="answer">What it answered when it was last asked, or null.</param>
    /// <param name="patience">For how long nothing may be done.</param>
    public static Idleness Of(DateTimeOffset readySince, SeatAnswer? answer, Duration patience)
    {
        var activity = answer?.Activity;
        var lastWork = Instant.Max(Instant.FromDateTimeOffset(readySince), (activity?.IsBusy == true ? activity.AskedAt : activity?.LastWorkAt) ?? Instant.MinValue);
        var due = lastWork + patience;
        return new(due, activity is { IsBusy: false } && activity.AskedAt >= due ? activity.AskedAt : null);
    }

    /// <summary>When to ask again where it did not answer; null where it may be asked now.</summary>
    public static Instant? AskAgainAt(SeatAnswer? answer, Instant now) =>
        answer is { IsSilence: true } silence && silence.AskedAt + AskAgainAfter > now ? silence.AskedAt + AskAgainAfter : null;
}
