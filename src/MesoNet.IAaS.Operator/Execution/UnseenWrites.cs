using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>
/// Writes that the caches do not show yet. A pass that begins before its predecessor's writes have come back by the watch would plan them
/// again: harmless, since names are deterministic, but a request each. Such a write is left out while its object has not been seen since,
/// for a few seconds at most.
/// </summary>
internal sealed class UnseenWrites(TimeProvider time)
{
    /// <summary>A write that has not come back within this is done again: it may have been lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Target, long> begun = new();

    /// <summary>Whether a write should be made; notes that it is. To be asked right before the request, since the watch may be faster than its answer.</summary>
    public bool TryBegin(ResourceType type, ObjectKey key, bool isStatus = false)
    {
        var now = time.GetTimestamp();
        var target = new Target(type, key, isStatus);
        if (begun.TryGetValue(target, out var before) && time.GetElapsedTime(before, now) < Patience) return false;
        begun[target] = now;
        return true;
    }

    /// <summary>The write failed: it may be made again at once.</summary>
    public void Failed(ResourceType type, ObjectKey key, bool isStatus = false) => begun.TryRemove(new(type, key, isStatus), out _);

    /// <summary>The watch told of the object.</summary>
    public void Seen(ResourceType type, ObjectKey key)
    {
        begun.TryRemove(new(type, key, IsStatus: false), out _);
        begun.TryRemove(new(type, key, IsStatus: true), out _);
    }

    private readonly record struct Target(ResourceType Type, ObjectKey Key, bool IsStatus);
}
