using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>
/// When a course's status was last written. While a thousand seats come up its counts change with each; people read one every two seconds
/// as well, and each write sends the whole roster to etcd and to every watcher.
/// </summary>
internal sealed class StatusPace(TimeProvider time)
{
    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<ObjectKey, DateTimeOffset> written = new();

    /// <summary>When a status that only counts anew may be written, or null for now.</summary>
    public DateTimeOffset? NextTurn(ObjectKey key) =>
        written.TryGetValue(key, out var last) && last + BetweenCounts is var next && next > time.GetUtcNow() && next < time.GetUtcNow() + BetweenCounts * 2 ? next : null;

    /// <summary>A status was written now.</summary>
    public void Wrote(ObjectKey key) => written[key] = time.GetUtcNow();

    /// <summary>The course is gone.</summary>
    public void Forget(ObjectKey key) => written.TryRemove(key, out _);
}
