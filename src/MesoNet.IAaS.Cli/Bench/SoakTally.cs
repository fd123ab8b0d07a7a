using System.Collections.Concurrent;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What was done, counted by kind, and each with its moment so that a run that failed can be read. Thread-safe.</summary>
internal sealed class SoakTally(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> log = new();

    /// <summary>How often each kind happened.</summary>
    public IReadOnlyDictionary<string, int> Counts => new SortedDictionary<string, int>(counts, StringComparer.Ordinal);

    /// <summary>What happened when.</summary>
    public IReadOnlyList<string> Log => [.. log];

    public void Add(string kind, string about)
    {
        counts.AddOrUpdate(kind, 1, (_, count) => count + 1);
        log.Enqueue($"{time.GetUtcNow():HH:mm:ss.fff} {kind}: {about}");
    }
}
