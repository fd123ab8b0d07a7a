using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>Something that keeps a store up to date until it is cancelled.</summary>
public interface IReflector
{
    /// <summary>Runs until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Completes once the first list is in the store.</summary>
    Task WaitUntilSyncedAsync(CancellationToken cancellationToken);
}

/// <summary>Pumps a watch into an <see cref="ObjectStore{T}"/> and tells of each object it touched.</summary>
/// <param name="client">The API server.</param>
/// <param name="query">Which objects.</param>
/// <param name="store">Where they go. Nobody else writes to it.</param>
/// <param name="changed">Called after the store has the change, once per touched object, with its new or last state.</param>
/// <param name="times">How long the watch lasts and waits.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where faults are told.</param>
public sealed class Reflector<T>(
    KubernetesClient client, ListQuery query, ObjectStore<T> store, Action<T> changed, WatcherTimes times, TimeProvider time, ILogger logger)
    : IReflector where T : KubernetesObject
{
    /// <summary>Called after each list has been taken in: of everything written before it was asked for, the store shows what became of it.</summary>
    public Action Listed { get; init; } = () => { };

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in new Watcher<T>(client, query, times, time, logger).WatchAsync(cancellationToken))
        {
            foreach (var touched in store.Take(change)) changed(touched);
            if (change is StoreChange<T>.Replaced) Listed();
        }
    }

    /// <inheritdoc/>
    public Task WaitUntilSyncedAsync(CancellationToken cancellationToken) => store.WaitUntilSyncedAsync(cancellationToken);
}
