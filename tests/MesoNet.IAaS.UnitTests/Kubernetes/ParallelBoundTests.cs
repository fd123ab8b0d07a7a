using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Requests;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

/// <summary>How many requests at once: more while it goes well, half when it does not.</summary>
public sealed class ParallelBoundTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void It_doubles_with_each_round_of_quick_answers_until_it_was_once_too_much_and_grows_by_one_afterwards()
    {
        var bound = Round(ParallelBound.Initial);
        Assert.Equal(ParallelBound.Initial.Value * 2, bound.Value);
        bound = Round(bound.Overloaded());
        Assert.InRange(bound.Value, ParallelBound.Initial.Value + 0.9, ParallelBound.Initial.Value + 1);
    }

    [Fact]
    public void It_is_halved_once_by_the_refusals_of_one_round_and_again_by_those_of_the_next()
    {
        var bound = ParallelBound.Initial;
        for (var i = 0; i < 10; i++) bound = bound.Overloaded();
        Assert.Equal(ParallelBound.Initial.Allowed / 2, bound.Allowed);
        for (var i = 0; i < ParallelBound.Initial.Allowed; i++) bound = bound.Answered(Quick);
        Assert.True(bound.Overloaded().Value < bound.Value);
    }

    [Fact]
    public void It_is_halved_when_answers_become_much_slower_than_they_were()
    {
        var bound = ParallelBound.Initial;
        for (var i = 0; i < 200; i++) bound = bound.Answered(Quick);
        var before = bound.Value;
        for (var i = 0; i < 50; i++) bound = bound.Answered(TimeSpan.FromSeconds(2));
        Assert.True(bound.Value < before);
    }

    [Fact]
    public void A_server_that_is_merely_far_away_is_not_held_back()
    {
        var bound = ParallelBound.Initial;
        for (var i = 0; i < 200; i++) bound = bound.Answered(TimeSpan.FromMilliseconds(400));
        Assert.Equal(ParallelBound.Most, bound.Allowed);
    }

    [Fact]
    public void Whatever_comes_it_stays_within_its_limits() =>
        Prop.ForAll<NonEmptyArray<int>>(answers =>
        {
            var bound = ParallelBound.Initial;
            foreach (var answer in answers.Get)
            {
                bound = answer % 7 == 0 ? bound.Overloaded() : bound.Answered(TimeSpan.FromMilliseconds(Math.Abs((long)answer) % 40_000));
                if (bound.Allowed is < ParallelBound.Fewest or > ParallelBound.Most) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task No_more_are_let_in_at_once_than_allowed_and_all_come_in_in_the_end()
    {
        var limit = new AdaptiveLimit(TimeProvider.System);
        var (inside, most, done) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => limit.RunAsync(
            Urgency.Urgent, async token =>
            {
                var now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                Assert.True(now <= ParallelBound.Most);
                await Task.Yield();
                Interlocked.Decrement(ref inside);
                Interlocked.Increment(ref done);
            },
            CancellationToken.None)));
        Assert.Equal(500, done);
        Assert.InRange(most, 1, limit.Allowed);
    }

    [Fact]
    public async Task One_who_gives_up_waiting_leaves_the_place_to_the_next()
    {
        var limit = new AdaptiveLimit(TimeProvider.System);
        var gate = new TaskCompletionSource();
        var first = Enumerable.Range(0, ParallelBound.Initial.Allowed).Select(_ => limit.RunAsync(Urgency.Urgent, _ => gate.Task, CancellationToken.None)).ToList();
        using var impatient = new CancellationTokenSource();
        var givesUp = limit.RunAsync(Urgency.Urgent, _ => Task.CompletedTask, impatient.Token);
        var patient = limit.RunAsync(Urgency.Urgent, _ => Task.CompletedTask, CancellationToken.None);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        gate.SetResult();
        await Task.WhenAll([.. first, patient]);
    }

    [Fact]
    public async Task What_is_urgent_goes_first()
    {
        var limit = new AdaptiveLimit(TimeProvider.System);
        var (gate, never, podsStarted, podsMayEnd) = (new TaskCompletionSource(), new TaskCompletionSource(), new CountdownEvent(2), new TaskCompletionSource());
        var statusWritten = false;
        _ = Enumerable.Range(0, ParallelBound.Initial.Allowed - 1).Select(_ => limit.RunAsync(Urgency.Urgent, _ => never.Task, CancellationToken.None)).ToList();
        var first = limit.RunAsync(Urgency.Urgent, _ => gate.Task, CancellationToken.None);
        var status = limit.RunAsync(Urgency.Ordinary, _ => Task.FromResult(statusWritten = true), CancellationToken.None);
        var pods = Enumerable.Range(0, 2).Select(_ => limit.RunAsync(Urgency.Urgent, _ => StartPod(), CancellationToken.None)).ToList();

        // Its end makes room for two: its own place, and one more since it went well.
        gate.SetResult();
        await first;
        Assert.True(podsStarted.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.False(statusWritten);
        podsMayEnd.SetResult();
        await Task.WhenAll([status, .. pods]);
        Assert.True(statusWritten);

        Task StartPod()
        {
            podsStarted.Signal();
            return podsMayEnd.Task;
        }
    }

    private static ParallelBound Round(ParallelBound bound)
    {
        var answers = bound.Allowed;
        for (var i = 0; i < answers; i++) bound = bound.Answered(Quick);
        return bound;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int known;
        while ((known = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, known) != known)
        {
        }
    }
}
