using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>
/// Writes that a plan could not know of: made by an earlier pass, and not yet come back by the watch when the caches were read for this
/// one. They would be planned again, which is harmless, since names are deterministic, but a request each.
/// </summary>
internal sealed class UnseenWrites(TimeProvider time)
{
    /// <summary>
    /// A write that the caches did not show this long after it is done again. At a bell for thousands an overloaded server's watches lag by
    /// tens of seconds; what the server acknowledged is not lost, and an event that is, is found by the next list.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // Longer than a pass takes from its observation to its last write, on the slowest server.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);
    private const int FewWrites = 10_000;
    private readonly ConcurrentDictionary<Target, Write> writes = new();
    private int pruneAt = FewWrites;

    /// <summary>Whether a write should be made; notes that it is. To be asked right before the request, since the watch may be faster than its answer.</summary>
    /// <param name="type">The object's type.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="isStatus">Whether its status is written.</param>
    /// <param name="observedAt">When the caches were read that the write was planned from (<see cref="TimeProvider.GetTimestamp"/>).</param>
    public bool TryBegin(ResourceType type, ObjectKey key, bool isStatus, long observedAt)
    {
        var now = time.GetTimestamp();
        var target = new Target(type, key, isStatus);
        if (writes.TryGetValue(target, out var earlier) && IsUnseenAt(observedAt, earlier)) return false;
        writes[target] = new(now);
        if (writes.Count > pruneAt) Prune(now);
        return true;
    }

    /// <summary>Whether caches that were read at a moment had yet to show some write of this kind, whatever the object.</summary>
    /// <param name="type">The objects' type.</param>
    /// <param name="isStatus">Whether statuses were written.</param>
    /// <param name="observedAt">When the caches were read (<see cref="TimeProvider.GetTimestamp"/>).</param>
    public bool HasUnseen(ResourceType type, bool isStatus, long observedAt) =>
        writes.Any(write => write.Key.Type == type && write.Key.IsStatus == isStatus && IsUnseenAt(observedAt, write.Value));

    /// <summary>Whether caches that were read at a moment had yet to show the last write of an object.</summary>
    /// <param name="type">The object's type.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="isStatus">Whether its status was written.</param>
    /// <param name="observedAt">When the caches were read (<see cref="TimeProvider.GetTimestamp"/>).</param>
    public bool IsUnseen(ResourceType type, ObjectKey key, bool isStatus, long observedAt) =>
        writes.TryGetValue(new(type, key, isStatus), out var write) && IsUnseenAt(observedAt, write);

    /// <summary>The write failed: it may be made again at once.</summary>
    public void Failed(ResourceType type, ObjectKey key, bool isStatus) => writes.TryRemove(new(type, key, isStatus), out _);

    /// <summary>The watch told of the object.</summary>
    public void Seen(ResourceType type, ObjectKey key)
    {
        if (writes.TryGetValue(new(type, key, IsStatus: false), out var write)) write.See(time.GetTimestamp());
        if (writes.TryGetValue(new(type, key, IsStatus: true), out var status)) status.See(time.GetTimestamp());
    }

    /// <summary>All objects of a type were listed.</summary>
    public void SeenAll(ResourceType type)
    {
        var now = time.GetTimestamp();
        foreach (var (target, write) in writes)
        {
            if (target.Type == type) write.See(now);
        }
    }

    private bool IsUnseenAt(long observedAt, Write write) => write.IsUnseenAt(observedAt) && time.GetElapsedTime(write.BegunAt, observedAt) < Patience;

    private void Prune(long now)
    {
        foreach (var (target, write) in writes)
        {
            if (time.GetElapsedTime(write.BegunAt, now) >= KeptFor) writes.TryRemove(target, out _);
        }

        pruneAt = Math.Max(FewWrites, writes.Count * 2);
    }

    private readonly record struct Target(ResourceType Type, ObjectKey Key, bool IsStatus);

    private sealed class Write(long begunAt)
    {
        private const long Never = long.MaxValue;
        private long seenAt = Never;

        public long BegunAt { get; } = begunAt;

        public bool IsUnseenAt(long observedAt) => Interlocked.Read(ref seenAt) >= observedAt;

        public void See(long now) => Interlocked.CompareExchange(ref seenAt, now, Never);
    }
}
