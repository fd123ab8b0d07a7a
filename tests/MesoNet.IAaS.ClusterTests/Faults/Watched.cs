using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>A store that follows objects through the proxy.</summary>
internal sealed class Watched<T> : IAsyncDisposable where T : KubernetesObject
{
    private readonly ThroughProxy through;
    private readonly ConcurrentQueue<T> changes = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly ObjectStore<T> store = new();
    private readonly Task running;

    public Watched(ThroughProxy through, ListQuery query, WatcherTimes times, KubernetesClient? client = null)
    {
        this.through = through;
        var reflector = new Reflector<T>(client ?? through.Client, query, store, changes.Enqueue, times, TimeProvider.System, NullLogger.Instance);
        running = reflector.RunAsync(stopping.Token);
    }

    /// <summary>Long watches, short pauses.</summary>
    public static WatcherTimes Quick { get; } = new() { ShortestBackoff = TimeSpan.FromMilliseconds(50), LongestBackoff = TimeSpan.FromMilliseconds(400) };

    /// <summary>Each object that was told of as changed, in order.</summary>
    public IReadOnlyList<T> Changes => [.. changes];

    public IReadOnlyList<T> Objects => [.. store.All.OrderBy(item => item.Metadata.Name, StringComparer.Ordinal)];

    private string Names => string.Join(' ', Objects.Select(item => item.Metadata.Name));

    /// <summary>Waits until the store holds these and nothing else.</summary>
    public async Task UntilAsync(params IEnumerable<string> names)
    {
        var expected = string.Join(' ', names.Order(StringComparer.Ordinal));
        await store.WaitUntilSyncedAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        await ClusterFixture.EventuallyAsync(() => Task.FromResult(Names == expected), () => Task.FromResult($"{Names}; the watch {running.Status}"));
    }

    /// <summary>Waits until these are in the store and a watch has brought the last of them, so that it is open.</summary>
    public async Task UntilWatchingAsync(string by)
    {
        await through.UntilAsync(() => through.Watches.Count > 0);
        await through.PutAsync(by);
        await ClusterFixture.EventuallyAsync(() => Task.FromResult(store.Find(new(through.Namespace, by)) is not null), () => Task.FromResult(Names));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
        }

        stopping.Dispose();
    }
}
