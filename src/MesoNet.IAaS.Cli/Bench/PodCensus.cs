using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// Counts seats' pods as a watch tells of them, whoever made them: one and the same observer for what is measured and for its ceiling.
/// </summary>
internal sealed class PodCensus(KubernetesClient client, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectKey, bool> readiness = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many pods there are.</summary>
    public int Present { get; private set; }

    /// <summary>How many of them are ready.</summary>
    public int Ready { get; private set; }

    /// <summary>Counts until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var seats = ListQuery.All with { LabelSelector = "app.kubernetes.io/component=seat" };
        await foreach (var change in new Watcher<ObservedPod>(client, seats, WatcherTimes.Default, time, NullLogger.Instance).WatchAsync(cancellationToken))
        {
            lock (gate)
            {
                switch (change)
                {
                    case StoreChange<ObservedPod>.Replaced { Objects: var all }:
                        readiness.Clear();
                        Ready = 0;
                        foreach (var pod in all) Set(pod);
                        break;
                    case StoreChange<ObservedPod>.Applied { Object: var pod }:
                        Set(pod);
                        break;
                    case StoreChange<ObservedPod>.Deleted { Key: var gone }:
                        if (readiness.Remove(gone, out var wasReady) && wasReady) Ready--;
                        break;
                }

                Present = readiness.Count;
                changed.TrySetResult();
                changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Waits for a count; returns how long that took from <paramref name="since"/>.</summary>
    public async Task<TimeSpan> UntilAsync(Func<PodCensus, bool> isReached, long since, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (isReached(this)) return time.GetElapsedTime(since);
                next = changed.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    private void Set(ObservedPod pod)
    {
        var isReady = pod.IsReady;
        if (readiness.TryGetValue(pod.Key, out var wasReady) && wasReady) Ready--;
        readiness[pod.Key] = isReady;
        if (isReady) Ready++;
    }
}
