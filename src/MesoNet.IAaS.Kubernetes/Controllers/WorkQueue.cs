using System.Threading.Channels;

namespace MesoNet.IAaS.Kubernetes.Controllers;

/// <summary>
/// A queue of keys. A key is in it at most once; a key that is added while it is being worked on comes again afterwards, so that no two
/// workers ever hold the same key; a failing key comes again after a delay that doubles. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="spacing">The least time between two takings of the same key: what is added meanwhile waits, and comes as one.</param>
public sealed class WorkQueue<TKey>(TimeProvider time, TimeSpan spacing = default) : IDisposable where TKey : notnull
{
    private const int ManyKeys = 4096;
    private static readonly TimeSpan ShortestBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly Channel<TKey> ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> waiting = [];
    private readonly HashSet<TKey> working = [];
    private readonly HashSet<TKey> again = [];
    private readonly Dictionary<TKey, DateTimeOffset> taken = [];
    private readonly Dictionary<TKey, int> failures = [];
    private readonly Dictionary<TKey, (DateTimeOffset At, ITimer Timer)> delayed = [];
    private bool disposed;

    /// <summary>How many keys are ready to be taken.</summary>
    public int Count
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>Adds a key now, or as soon as the spacing allows.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            if (disposed) return;
            if (working.Contains(key)) again.Add(key);
            else if (waiting.Contains(key)) return;
            else if (Pause(key) is { } pause) AddAt(key, time.GetUtcNow() + pause);
            else if (waiting.Add(key)) ready.Writer.TryWrite(key);
        }
    }

    /// <summary>Adds a key at a time. Of several, the earliest holds; a key that comes earlier for another reason keeps its appointment.</summary>
    public void AddAt(TKey key, DateTimeOffset at)
    {
        lock (gate)
        {
            if (disposed) return;
            var delay = at - time.GetUtcNow();
            if (delayed.TryGetValue(key, out var known))
            {
                if (known.At <= at) return;
                known.Timer.Dispose();
                delayed.Remove(key);
            }

            if (delay <= TimeSpan.Zero)
            {
                Add(key);
                return;
            }

            // Timers take at most some 49 days; a later appointment is looked at again then.
            if (delay > TimeSpan.FromDays(40)) delay = TimeSpan.FromDays(40);
            delayed[key] = (at, time.CreateTimer(_ => Due(key), state: null, delay, Timeout.InfiniteTimeSpan));
        }
    }

    /// <summary>Adds a key after a delay that doubles with each failure in a row.</summary>
    public void AddAfterFailure(TKey key, TimeSpan? atLeast = null)
    {
        TimeSpan delay;
        lock (gate)
        {
            var count = failures[key] = failures.GetValueOrDefault(key) + 1;
            delay = ShortestBackoff * Math.Pow(2, Math.Min(count - 1, 20));
            if (delay > LongestBackoff) delay = LongestBackoff;
        }

        AddAt(key, time.GetUtcNow() + (atLeast > delay ? atLeast.Value : delay));
    }

    /// <summary>Forgets the failures of a key.</summary>
    public void Forget(TKey key)
    {
        lock (gate) failures.Remove(key);
    }

    /// <summary>Takes the next key; <see cref="Done"/> must be called with it afterwards.</summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await ready.Reader.ReadAsync(cancellationToken);
        lock (gate)
        {
            waiting.Remove(key);
            working.Add(key);
            if (spacing > TimeSpan.Zero) NoteTaken(key);
        }

        return key;
    }

    /// <summary>Ends the work on a key.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            working.Remove(key);
            if (again.Remove(key)) Add(key);
        }
    }

    /// <summary>Drops all appointments; later calls do nothing.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var (_, timer) in delayed.Values) timer.Dispose();
            delayed.Clear();
        }
    }

    private TimeSpan? Pause(TKey key)
    {
        if (!taken.TryGetValue(key, out var last)) return null;
        var pause = last + spacing - time.GetUtcNow();
        // A clock that was set back must not hold a key for longer than the spacing.
        return pause <= TimeSpan.Zero ? null : pause < spacing ? pause : spacing;
    }

    private void NoteTaken(TKey key)
    {
        var now = time.GetUtcNow();
        taken[key] = now;
        if (taken.Count < ManyKeys) return;
        foreach (var (old, _) in taken.Where(pair => pair.Value + spacing < now).ToList()) taken.Remove(old);
    }

    private void Due(TKey key)
    {
        lock (gate)
        {
            if (!delayed.Remove(key, out var appointment)) return;
            appointment.Timer.Dispose();
            if (appointment.At > time.GetUtcNow()) AddAt(key, appointment.At);
            else Add(key);
        }
    }
}
