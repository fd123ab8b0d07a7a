using MesoNet.IAaS.Kubernetes.Controllers;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

public sealed class WorkQueueTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
    private readonly ManualTime time = new(Start);
    private readonly WorkQueue<string> queue;

    public WorkQueueTests() => queue = new(time);

    public void Dispose() => queue.Dispose();

    [Fact]
    public async Task A_key_added_many_times_comes_once()
    {
        for (var i = 0; i < 10; i++) queue.Add("a");
        queue.Add("b");
        Assert.Equal("a", await Take());
        Assert.Equal("b", await Take());
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task A_key_added_while_worked_on_comes_again_afterwards_and_not_before()
    {
        queue.Add("a");
        await Take();
        queue.Add("a");
        Assert.Equal(0, queue.Count);
        queue.Done("a");
        Assert.Equal("a", await Take());
    }

    [Fact]
    public async Task A_key_comes_at_once_and_then_no_more_often_than_the_spacing_allows()
    {
        using var spaced = new WorkQueue<string>(time, TimeSpan.FromSeconds(1));
        spaced.Add("a");
        Assert.Equal("a", await spaced.TakeAsync(CancellationToken.None));
        spaced.Add("a");
        spaced.Done("a");
        for (var i = 0; i < 10; i++) spaced.Add("a");
        Assert.Equal(0, spaced.Count);
        spaced.Add("b");
        Assert.Equal("b", await spaced.TakeAsync(CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a", await spaced.TakeAsync(CancellationToken.None));
        Assert.Equal(0, spaced.Count);
    }

    [Fact]
    public async Task Of_several_appointments_the_earliest_holds()
    {
        queue.AddAt("a", Start.AddMinutes(10));
        queue.AddAt("a", Start.AddMinutes(5));
        queue.AddAt("a", Start.AddMinutes(20));
        time.Advance(TimeSpan.FromMinutes(4.9));
        Assert.Equal(0, queue.Count);
        time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal("a", await Take());
        queue.Done("a");
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task An_appointment_in_a_year_is_kept_to_the_moment()
    {
        queue.AddAt("a", Start.AddDays(365));
        time.Advance(TimeSpan.FromDays(364.9));
        Assert.Equal(0, queue.Count);
        time.Advance(TimeSpan.FromDays(0.2));
        Assert.Equal("a", await Take());
    }

    [Fact]
    public async Task Failures_in_a_row_wait_longer_each_time_and_never_longer_than_two_minutes()
    {
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 15; i++)
        {
            queue.AddAfterFailure("a");
            var waited = TimeSpan.Zero;
            while (queue.Count == 0)
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                waited += TimeSpan.FromMilliseconds(50);
            }

            waits.Add(waited);
            queue.Done(await Take());
        }

        Assert.Equal(waits.Order(), waits);
        Assert.InRange(waits[0], TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(150));
        Assert.InRange(waits[^1], TimeSpan.FromSeconds(119), TimeSpan.FromSeconds(121));
    }

    private async Task<string> Take() => await queue.TakeAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
}
