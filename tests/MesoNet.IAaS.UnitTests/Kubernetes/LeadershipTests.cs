using MesoNet.IAaS.Kubernetes.LeaderElection;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

public sealed class LeadershipTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly ManualTime time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void It_is_held_until_the_renew_deadline_and_cancelled_then()
    {
        using var leadership = new Leadership(Deadline, time.GetTimestamp(), time);
        time.Advance(Deadline - TimeSpan.FromTicks(1));
        Assert.True(leadership.IsHeld);
        leadership.ThrowIfLost();
        Assert.False(leadership.Lost.IsCancellationRequested);

        time.Advance(TimeSpan.FromTicks(1));
        Assert.False(leadership.IsHeld);
        Assert.True(leadership.Lost.IsCancellationRequested);
        Assert.Throws<LeadershipLostException>(leadership.ThrowIfLost);
    }

    [Fact]
    public void A_renewal_counts_from_when_it_was_asked_for_not_from_its_answer()
    {
        using var leadership = new Leadership(Deadline, time.GetTimestamp(), time);
        time.Advance(TimeSpan.FromSeconds(2));
        var askedAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(5));
        leadership.Renewed(askedAt);

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.True(leadership.IsHeld);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(leadership.Lost.IsCancellationRequested);
    }

    [Fact]
    public void A_term_that_began_with_a_slow_answer_is_shorter_by_that()
    {
        var askedAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(9));
        using var leadership = new Leadership(Deadline, askedAt, time);
        Assert.True(leadership.IsHeld);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(leadership.IsHeld);
    }

    [Fact]
    public void A_renewal_that_comes_to_light_too_late_does_not_bring_it_back()
    {
        using var leadership = new Leadership(Deadline, time.GetTimestamp(), time);
        time.Advance(Deadline);
        leadership.Renewed(time.GetTimestamp());
        Assert.False(leadership.IsHeld);
        Assert.True(leadership.Lost.IsCancellationRequested);
    }

    [Fact]
    public void A_process_that_goes_on_after_a_pause_is_refused_before_its_timers_have_run()
    {
        var paused = new TimeWithLateTimers();
        using var leadership = new Leadership(Deadline, paused.GetTimestamp(), paused);
        leadership.ThrowIfLost();
        paused.Now += Deadline;

        Assert.False(leadership.Lost.IsCancellationRequested);
        Assert.Throws<LeadershipLostException>(leadership.ThrowIfLost);
        // Whoever waits for something hears of it, too.
        Assert.True(leadership.Lost.IsCancellationRequested);
    }

    [Fact]
    public void Work_that_outlives_its_term_is_still_refused()
    {
        var leadership = new Leadership(Deadline, time.GetTimestamp(), time);
        leadership.Dispose();
        Assert.Throws<LeadershipLostException>(leadership.ThrowIfLost);
    }

    /// <summary>A clock whose timers never get to run.</summary>
    private sealed class TimeWithLateTimers : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new LateTimer();

        private sealed class LateTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
