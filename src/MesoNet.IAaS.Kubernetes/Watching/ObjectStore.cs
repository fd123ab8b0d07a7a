using System.Collections.Concurrent;
using System.Collections.Immutable;
using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>
/// All objects of one kind as the watch last told, indexed by what the reader asks for most (say, the environment they belong to).
/// Reads are lock-free and may come from any thread; there is one writer, the <see cref="Reflector{T}"/>.
/// </summary>
/// <param name="indexBy">Under which keys an object is to be found by <see cref="Indexed"/>; none where null.</param>
/// <param name="isSameToUs">Whether the reader need not be told of the step from one state of an object to the next; it always is where null.</param>
/// <param name="kept">What is kept of an object, of the same key and version: all of it where null.</param>
public sealed class ObjectStore<T>(Func<T, IEnumerable<string>>? indexBy = null, Func<T, T, bool>? isSameToUs = null, Func<T, T>? kept = null) where T : KubernetesObject
{
    private readonly ConcurrentDictionary<ObjectKey, T> objects = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<ObjectKey, T>> index = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ImmutableHashSet<ObjectKey> unreadable = [];

    /// <summary>Everything, in no order.</summary>
    public IEnumerable<T> All => objects.Values;

    /// <summary>How many objects there are.</summary>
    public int Count => objects.Count;

    /// <summary>The object of that key, or null.</summary>
    public T? Find(ObjectKey key) => objects.GetValueOrDefault(key);

    /// <summary>Whether an object is there of which nothing is known, because it does not fit its type: that it is not found here is no absence.</summary>
    public bool IsUnreadable(ObjectKey key) => unreadable.Contains(key) && !objects.ContainsKey(key);

    /// <summary>The objects under an index key, ordered by name, so that the same state always reads the same.</summary>
    public IReadOnlyList<T> Indexed(string indexKey) =>
        index.TryGetValue(indexKey, out var found)
            ? [.. found.Values.OrderBy(item => item.Metadata.Namespace, StringComparer.Ordinal).ThenBy(item => item.Metadata.Name, StringComparer.Ordinal)]
            : [];

    /// <summary>Completes once the first list is in. Before that an absence means nothing.</summary>
    public Task WaitUntilSyncedAsync(CancellationToken cancellationToken) => synced.Task.WaitAsync(cancellationToken);

    /// <summary>Takes in a change and returns the objects it touched: each new state, and the last state of what is gone or was replaced.</summary>
    internal IReadOnlyList<T> Take(StoreChange<T> change)
    {
        switch (change)
        {
            case StoreChange<T>.Applied { Object: var applied }:
                var before = Put(applied);
                if (before is null) return [applied];
                return isSameToUs?.Invoke(before, applied) == true ? [] : [before, applied];
            case StoreChange<T>.Deleted { Key: var gone }:
                unreadable = unreadable.Remove(gone);
                return Remove(gone) is { } last ? [last] : [];
            case StoreChange<T>.Replaced { Objects: var all, Unreadable: var named }:
                var touched = new List<T>();
                unreadable = [.. named];
                var present = all.Select(item => item.Key).Concat(named).ToHashSet();
                touched.AddRange(objects.Keys.Where(key => !present.Contains(key)).ToList().Select(Remove).OfType<T>());
                foreach (var item in all)
                {
                    if (objects.TryGetValue(item.Key, out var known) && known.Metadata.ResourceVersion == item.Metadata.ResourceVersion) continue;
                    Put(item);
                    touched.Add(item);
                }

                synced.TrySetResult();
                return touched;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, "Unknown change.");
        }
    }

    private T? Put(T item)
    {
        item = kept?.Invoke(item) ?? item;
        objects.TryGetValue(item.Key, out var before);
        objects[item.Key] = item;
        // Put under its keys first and taken from those it left afterwards: a reader in between never misses it.
        var keys = (indexBy?.Invoke(item) ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var key in keys) index.GetOrAdd(key, static _ => new())[item.Key] = item;
        if (before is not null) Unindex(before, exceptFrom: keys);
        return before;
    }

    private T? Remove(ObjectKey key)
    {
        if (!objects.TryRemove(key, out var removed)) return null;
        Unindex(removed);
        return removed;
    }

    private void Unindex(T item, HashSet<string>? exceptFrom = null)
    {
        foreach (var key in (indexBy?.Invoke(item) ?? []).Where(key => exceptFrom?.Contains(key) != true))
        {
            if (index.TryGetValue(key, out var entries)) entries.TryRemove(item.Key, out _);
        }
    }
}
