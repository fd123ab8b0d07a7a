namespace MesoNet.IAaS.Kubernetes.LeaderElection;

/// <summary>The lease could not be renewed in time, or another holds it: whoever meets this must do nothing more.</summary>
/// <remarks>It is a cancellation: work that lost its leadership ends as work that was told to stop.</remarks>
public sealed class LeadershipLostException(string message) : OperationCanceledException(message);

/// <summary>
/// One term of leadership. It ends for good when the last renewal is older than the renew deadline, by the local monotonic clock, which
/// goes on while the process is paused.
/// </summary>
/// <remarks>
/// <see cref="Lost"/> is cancelled by a timer, and a process that was paused may do a lot before its timers run; that is why every write
/// asks <see cref="ThrowIfLost"/> as well, which reads the clock. Two things are left open, and why effects must be idempotent: a request
/// that was on its way when the process was paused, and a whole machine whose clock stood still.
/// </remarks>
public sealed class Leadership : IDisposable
{
    private readonly CancellationTokenSource lost = new();
    private readonly TimeSpan renewDeadline;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private long renewedAt;

    /// <summary>Begins a term.</summary>
    /// <param name="renewDeadline">How long a renewal lasts.</param>
    /// <param name="renewedAt">The timestamp from <i>before</i> the request that took the lease: others may count from then.</param>
    /// <param name="time">The clock.</param>
    internal Leadership(TimeSpan renewDeadline, long renewedAt, TimeProvider time)
    {
        (this.renewDeadline, this.renewedAt, this.time) = (renewDeadline, renewedAt, time);
        Lost = lost.Token;
        timer = time.CreateTimer(_ => End(), state: null, Left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when the term has ended.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Whether the term still lasts, by the clock.</summary>
    public bool IsHeld => !lost.IsCancellationRequested && Left > TimeSpan.Zero;

    private TimeSpan Left
    {
        get
        {
            var left = renewDeadline - time.GetElapsedTime(Volatile.Read(ref renewedAt));
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>To be called right before each write.</summary>
    /// <exception cref="LeadershipLostException">The term has ended; <see cref="Lost"/> is cancelled, too.</exception>
    public void ThrowIfLost()
    {
        if (IsHeld) return;
        End();
        throw new LeadershipLostException("This process does not lead any more; what it was about to write is not sent.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        timer.Dispose();
        lost.Dispose();
    }

    /// <summary>The lease was renewed by a request sent at a timestamp. A renewal that comes to light too late does not bring the term back.</summary>
    internal void Renewed(long askedAt)
    {
        if (!IsHeld) return;
        Volatile.Write(ref renewedAt, askedAt);
        timer.Change(Left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the term now.</summary>
    internal void End()
    {
        try
        {
            lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A worker that did not stop when its term ended still asks.
        }
    }
}
