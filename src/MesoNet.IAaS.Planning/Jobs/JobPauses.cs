namespace MesoNet.IAaS.Planning.Jobs;

/// <summary>How long a Job that failed stands, with its message, before it is repeated.</summary>
/// <param name="AfterWrong">Where something is wrong that somebody has to correct.</param>
internal sealed record JobPauses(TimeSpan AfterWrong)
{
    /// <summary>What a Job that was merely ended from outside (a node drained, a pod preempted) is said to be.</summary>
    public const string Interrupted = "Interrupted";

    /// <summary>For want of a server or of room: it may be back soon.</summary>
    private static readonly TimeSpan AfterTransient = TimeSpan.FromMinutes(2);

    /// <summary>With what was merely interrupted nothing is wrong.</summary>
    private static readonly TimeSpan AfterInterrupted = TimeSpan.FromSeconds(30);

    /// <summary>How long a finished Job's pod may be missing from the cache before its last word is taken for lost.</summary>
    public static TimeSpan GiveUpOnLastWordAfter { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a reason says that it was ended from outside; the second is the Job controller's, of a Job whose pod is gone.</summary>
    public static bool IsInterruption(string? reason) => reason is Interrupted or "BackoffLimitExceeded";

    /// <summary>The pause after a failure.</summary>
    /// <param name="reason">Its reason.</param>
    /// <param name="isTransient">Whether it may pass by itself.</param>
    public TimeSpan After(string? reason, bool isTransient) => IsInterruption(reason) ? AfterInterrupted : isTransient ? AfterTransient : AfterWrong;
}
