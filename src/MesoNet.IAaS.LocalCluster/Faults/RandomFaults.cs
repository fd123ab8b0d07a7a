using System.Collections.Concurrent;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>Disturbs a proxy's clients at random, one disturbance after another, each for a bounded time.</summary>
/// <param name="proxy">What is disturbed.</param>
/// <param name="random">Chooses; the same seed chooses the same.</param>
/// <param name="time">The clock.</param>
public sealed class RandomFaults(FaultProxy proxy, Random random, TimeProvider time)
{
    private readonly ConcurrentQueue<string> log = new();

    /// <summary>What may happen.</summary>
    public IReadOnlyList<Disturbance> Disturbances { get; init; } = Disturbance.Noticeable;

    /// <summary>The longest rest between two disturbances.</summary>
    public TimeSpan LongestRest { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time that a disturbance lasts.</summary>
    public TimeSpan LongestFault { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>What happened when, so that a run that failed can be read.</summary>
    public IReadOnlyList<string> Log => [.. log];

    /// <summary>Runs until cancelled, and then returns. No fault of it remains, nor do connections that hang because of one.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(LongestRest * random.NextDouble(), time, cancellationToken);
                await DisturbAsync(Disturbances[random.Next(Disturbances.Count)], LongestFault * random.NextDouble(), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Note("the end");
        }
    }

    private async Task DisturbAsync(Disturbance disturbance, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var fault = disturbance.Begin(proxy);
        if (fault is null)
        {
            Note(disturbance.Name);
            return;
        }

        Note($"{disturbance.Name}, for {duration.TotalSeconds:0.0} s");
        try
        {
            await Task.Delay(duration, time, cancellationToken);
        }
        finally
        {
            Note($"over: {disturbance.Name}; it met {fault.Struck} requests");
        }
    }

    private void Note(string what) => log.Enqueue($"{time.GetUtcNow():HH:mm:ss.fff} {what}");
}
