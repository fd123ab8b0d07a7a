namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>
/// How many requests may be under way at once, found by trying, as TCP finds its window (slow start, additive increase, multiplicative
/// decrease; RFC 5681): twice as many with each round of answers until the server first shows that it is too much, then one more with each
/// round, and half as many whenever it refuses for overload or answers much slower than it can. Pure: each answer gives the next bound.
/// </summary>
/// <param name="Value">The bound.</param>
/// <param name="Smoothed">The recent time of an answer, exponentially smoothed over about ten answers; zero before the first.</param>
/// <param name="Best">The least that <paramref name="Smoothed"/> has been, slowly forgotten.</param>
/// <param name="HasFoundLimit">Whether it was ever too much.</param>
/// <param name="Settling">How many answers to await before another halving: those under way were sent before the last one.</param>
public sealed record ParallelBound(double Value, TimeSpan Smoothed, TimeSpan Best, bool HasFoundLimit, int Settling)
{
    /// <summary>Fewer than this would leave even a slow server idle between two requests.</summary>
    public const int Fewest = 4;

    /// <summary>More than this only takes the server's time from those who place and run what is created.</summary>
    public const int Most = 64;

    private const double Smoothing = 0.1;
    private const double Forgetting = 1.001;
    private const double MuchSlower = 4;

    // A server that answers within this is not overloaded, however much faster it was when idle.
    private static readonly TimeSpan Unworrying = TimeSpan.FromMilliseconds(500);

    /// <summary>Where one begins, knowing nothing.</summary>
    public static ParallelBound Initial { get; } = new(16, TimeSpan.Zero, TimeSpan.Zero, HasFoundLimit: false, Settling: 0);

    /// <summary>How many requests may be under way.</summary>
    public int Allowed => (int)Value;

    /// <summary>The bound after an answer that took <paramref name="elapsed"/>.</summary>
    public ParallelBound Answered(TimeSpan elapsed)
    {
        var smoothed = Smoothed == TimeSpan.Zero ? elapsed : (Smoothed * (1 - Smoothing)) + (elapsed * Smoothing);
        var best = Best == TimeSpan.Zero || smoothed < Best ? smoothed : Best * Forgetting;
        var next = this with { Smoothed = smoothed, Best = best, Settling = Math.Max(0, Settling - 1) };
        return smoothed > Unworrying && smoothed > best * MuchSlower
            ? next.Overloaded()
            : next with { Value = Math.Min(Most, Value + (HasFoundLimit ? 1 / Value : 1)) };
    }

    /// <summary>The bound after the server said that it is overloaded (429).</summary>
    public ParallelBound Overloaded() => Settling > 0 ? this : this with { Value = Math.Max(Fewest, Value / 2), HasFoundLimit = true, Settling = Allowed };
}
