using System.Threading.Channels;

namespace MesoNet.IAaS.Kubernetes.Controllers;

/// <summary>
/// A queue of keys. A key is in it at most once; a key that is added while it is being worked on comes again afterwards, so that no two
/// workers ever hold the same key; a failing key comes again after a delay that doubles. Thread-safe.
/// </summary>
public sealed class WorkQueue<TKey>(TimeProvider time) : IDisposable where TKey : notnull
{
    private static readonly TimeSpan ShortestBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly Channel<TKey> ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> waiting = [];
    private readonly HashSet<TKey> working = [];
    private readonly HashSet<TKey> again = [];
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

    /// <summary>Adds a key now.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            if (disposed) return;
            if (working.Contains(key)) again.Add(key);
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
        }

        return key;
    }

    /// <summary>Ends the work on a key.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            working.Remove(key);
            if (again.Remove(key) && !disposed && waiting.Add(key)) ready.Writer.TryWrite(key);
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
