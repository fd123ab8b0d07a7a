using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>Follows the objects of one kind by a watch of its own, and tells of each object's end once.</summary>
/// <param name="client">The API server, reached without any faults.</param>
/// <param name="query">Which objects.</param>
/// <param name="ended">
/// Told of an object as it was before it was marked for deletion, or before it was gone. An object of the same name with another uid is another.
/// </param>
/// <param name="time">The clock.</param>
internal sealed class SoakFollower<T>(KubernetesClient client, ListQuery query, Action<T> ended, TimeProvider time) where T : KubernetesObject
{
    private readonly ConcurrentDictionary<ObjectKey, T> objects = new();

    /// <summary>What has not ended.</summary>
    public IReadOnlyCollection<T> Objects => [.. objects.Values];

    /// <summary>Told of each new state of an object that has not ended.</summary>
    public Action<T> Changed { get; init; } = _ => { };

    /// <summary>The object of that key, or null.</summary>
    public T? Find(ObjectKey key) => objects.GetValueOrDefault(key);

    /// <summary>Follows until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in new Watcher<T>(client, query, WatcherTimes.Default, time, NullLogger.Instance).WatchAsync(cancellationToken))
        {
            switch (change)
            {
                case StoreChange<T>.Replaced { Objects: var all }:
                    var present = all.Select(item => item.Key).ToHashSet();
                    foreach (var key in objects.Keys.Where(key => !present.Contains(key)).ToList()) End(key);
                    foreach (var item in all) Take(item);
                    break;
                case StoreChange<T>.Applied { Object: var item }:
                    Take(item);
                    break;
                case StoreChange<T>.Deleted { Key: var gone }:
                    End(gone);
                    break;
            }
        }
    }

    private void Take(T item)
    {
        if (objects.TryGetValue(item.Key, out var known) && known.Metadata.Uid != item.Metadata.Uid) End(item.Key);
        if (item.Metadata.DeletionTimestamp is not null)
        {
            End(item.Key);
            return;
        }

        objects[item.Key] = item;
        Changed(item);
    }

    private void End(ObjectKey key)
    {
        if (objects.TryRemove(key, out var last)) ended(last);
    }
}
