using System.Threading.Channels;

namespace MesoNet.IAaS.UnitTests;

/// <summary>A clock for code that runs on other threads: it stands still until the test, which has seen what is waited for, lets that be over.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 13, 30, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly List<SteppedTimer> pending = [];
    private readonly Channel<TimeSpan> delays = Channel.CreateUnbounded<TimeSpan>();
    private readonly Channel<bool> ended = Channel.CreateUnbounded<bool>();
    private DateTimeOffset now = Start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How much time went by.</summary>
    public TimeSpan Elapsed => GetUtcNow() - Start;

    /// <summary>How many waits are under way.</summary>
    public int Pending
    {
        get
        {
            lock (gate) return pending.Count;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>The length of the next wait that begins, or has begun and was not asked for yet.</summary>
    public async Task<TimeSpan> NextDelayAsync() => await delays.Reader.ReadAsync();

    /// <summary>Lets time go by until the first wait is over.</summary>
    public void FireNext()
    {
        SteppedTimer next;
        lock (gate)
        {
            next = pending.MinBy(timer => timer.Due)!;
            pending.Remove(next);
            now = next.Due;
        }

        next.Fire();
    }

    /// <summary>Completes once no wait is under way.</summary>
    public async Task UntilNothingIsPendingAsync()
    {
        while (Pending > 0) await ended.Reader.ReadAsync();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        SteppedTimer timer;
        lock (gate)
        {
            timer = new(this, () => callback(state), now + dueTime);
            pending.Add(timer);
        }

        delays.Writer.TryWrite(dueTime);
        return timer;
    }

    private sealed class SteppedTimer(SteppedTime time, Action callback, DateTimeOffset due) : ITimer
    {
        public DateTimeOffset Due { get; } = due;

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
            lock (time.gate) time.pending.Remove(this);
            time.ended.Writer.TryWrite(true);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
