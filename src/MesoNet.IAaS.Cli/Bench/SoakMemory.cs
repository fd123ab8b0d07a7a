namespace MesoNet.IAaS.Cli.Bench;

/// <summary>The resident memory of one life of the operator, in bytes, and whether it is flat.</summary>
internal sealed record SoakMemory
{
    /// <summary>By how much the last third may exceed the one before.</summary>
    public const double MostGrowth = 0.20;

    // A process that has only just started is still filling its caches and compiling; nothing can be told from its first minutes.
    private static readonly TimeSpan ShortestJudged = TimeSpan.FromMinutes(3);

    /// <summary>How long the process lived.</summary>
    public double Seconds { get; init; }

    /// <summary>The median of the second third of its life; the first is its warming up.</summary>
    public double SecondThird { get; init; }

    /// <summary>The median of the last third.</summary>
    public double LastThird { get; init; }

    /// <summary>The slope of the line that fits the last two thirds best, per minute.</summary>
    public double GrowthPerMinute { get; init; }

    /// <summary>The most that was resident.</summary>
    public long Peak { get; init; }

    /// <summary>How much more the last third has than the second.</summary>
    public double Growth => SecondThird > 0 ? LastThird / SecondThird - 1 : 0;

    /// <summary>Whether the life was long enough to be judged by.</summary>
    public bool IsJudged => Seconds >= ShortestJudged.TotalSeconds;

    /// <summary>Whether it was, and the memory was not flat.</summary>
    public bool HasGrown => IsJudged && Growth > MostGrowth;

    /// <summary>Reads a life's samples.</summary>
    public static SoakMemory Of(IReadOnlyList<SoakMemorySample> samples)
    {
        if (samples.Count < 3) return new();
        var (second, last) = (samples.Count / 3, samples.Count * 2 / 3);
        return new()
        {
            Seconds = (samples[^1].At - samples[0].At).TotalSeconds,
            SecondThird = Median(samples.Take(second..last)),
            LastThird = Median(samples.Take(last..)),
            GrowthPerMinute = Slope([.. samples.Skip(second)]),
            Peak = samples.Max(sample => sample.Bytes),
        };
    }

    private static double Median(IEnumerable<SoakMemorySample> samples)
    {
        var sorted = samples.Select(sample => sample.Bytes).Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static double Slope(IReadOnlyList<SoakMemorySample> samples)
    {
        var minutes = samples.Select(sample => (sample.At - samples[0].At).TotalMinutes).ToList();
        var (meanTime, meanBytes) = (minutes.Average(), samples.Average(sample => (double)sample.Bytes));
        var variance = minutes.Sum(minute => (minute - meanTime) * (minute - meanTime));
        return variance == 0 ? 0 : samples.Zip(minutes, (sample, minute) => (minute - meanTime) * (sample.Bytes - meanBytes)).Sum() / variance;
    }
}

/// <summary>How much memory was resident when.</summary>
internal sealed record SoakMemorySample(DateTimeOffset At, long Bytes);
