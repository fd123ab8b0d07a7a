using System.Text;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Activity;
using Microsoft.AspNetCore.Http;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>The portal asks a seat whether somebody works in it, and the seat answers what its student likes.</summary>
public sealed class ActivityQuestionTests : IDisposable
{
    private const string BasePath = "/s/intro/intro-student01/";
    // What answers is waited for as long as it takes.
    private readonly PodQuestion asking = new(new Patient());
    private readonly ActivityQuestion question;

    public ActivityQuestionTests() => question = new(asking, TimeProvider.System);

    [Fact]
    public async Task A_seat_is_asked_with_its_own_token_and_says_what_goes_on()
    {
        await using var seat = await PlayedJupyter.StartAsync();
        seat.Answer = PlayedJupyter.Saying(isBusy: true, "2026-11-23T13:29:00Z", isOpened: true);
        var activity = await AskAsync(seat);
        Assert.Equal((true, true, "2026-11-23T13:29:00Z"), (activity!.IsBusy, activity.IsOpened, activity.LastWorkAt.ToString()));
        Assert.Equal((BasePath + "mesonet/activity", "token secret"), Assert.Single(seat.Seen));
    }

    [Fact]
    public async Task Nobody_is_sent_on_to_another_address()
    {
        await using var seat = await PlayedJupyter.StartAsync();
        await using var neighbour = await PlayedJupyter.StartAsync();
        foreach (var status in new[] { 301, 302, 303, 307, 308 })
        {
            seat.Answer = context =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = $"http://{neighbour.Address}:{SeatPod.Port}{BasePath}";
                return context.Response.WriteAsync("""{"busy": true, "lastWorkAt": null, "opened": true}""");
            };
            Assert.Null(await AskAsync(seat));
        }

        Assert.Empty(neighbour.Seen);
    }

    [Fact]
    public async Task An_answer_without_an_end_or_a_beginning_is_none()
    {
        await using var seat = await PlayedJupyter.StartAsync();
        var sent = 0L;
        seat.Answer = async context =>
        {
            await context.Response.WriteAsync("""{"busy": true, "lastWorkAt": null, "opened": true, "why": " """);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(new string(' ', 1024)), context.RequestAborted);
                Interlocked.Add(ref sent, 1024);
            }
        };
        Assert.Null(await AskAsync(seat));
        Assert.InRange(Interlocked.Read(ref sent), 4096 - 2048, 64L << 20);
        using var impatient = new PodQuestion(TimeProvider.System);
        // Headers only, a line now and then, and nothing at all.
        seat.Answer = async context =>
        {
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };
        Assert.Null(await AskAsync(seat, impatient));
        seat.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        Assert.Null(await AskAsync(seat, impatient));
    }

    [Fact]
    public async Task What_is_no_answer_is_none()
    {
        await using var seat = await PlayedJupyter.StartAsync();
        foreach (var text in new[] { "", "<html>", "null", "{}", """{"busy": "yes", "lastWorkAt": null, "opened": true}""", """{"busyKernels": 0, "lastActivity": null, "opened": true}""", new string('[', 4000), "\0\u0001" })
        {
            seat.Answer = context => context.Response.WriteAsync(text);
            Assert.Null(await AskAsync(seat));
        }

        seat.Answer = context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("""{"busy": true, "lastWorkAt": null, "opened": true}""");
        };
        Assert.Null(await AskAsync(seat));
        seat.Answer = context =>
        {
            context.Response.Headers["X-Long"] = new string('x', 20_000);
            return context.Response.WriteAsync("""{"busy": true, "lastWorkAt": null, "opened": true}""");
        };
        Assert.Null(await AskAsync(seat));
        var gone = seat.Address;
        await seat.DisposeAsync();
        Assert.Null(await question.AskAsync($"{gone}:{SeatPod.Port}", BasePath, "secret", CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_stops_asking_is_not_told_of_silence()
    {
        await using var seat = await PlayedJupyter.StartAsync();
        using var ending = new CancellationTokenSource();
        seat.Answer = async context =>
        {
            await ending.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question.AskAsync($"{seat.Address}:{SeatPod.Port}", BasePath, "secret", ending.Token));
    }

    public void Dispose() => asking.Dispose();

    private Task<SeatActivity?> AskAsync(PlayedJupyter seat, PodQuestion? by = null) =>
        (by is null ? question : new(by, TimeProvider.System)).AskAsync($"{seat.Address}:{SeatPod.Port}", BasePath, "secret", CancellationToken.None);

    private sealed class Patient : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
