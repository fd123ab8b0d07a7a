using System.Text;
using System.Threading.Channels;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Whose seats are asked whether somebody works in them, when, and how often.</summary>
public sealed class OpenClassesTests : IDisposable
{
    private static readonly ObjectKey Course = new("course-intro", "intro");

    private readonly SteppedTime time = new();
    private readonly KubernetesClient client;
    private readonly SiteView site;
    private readonly SiteChanges changes = new();
    private readonly Channel<string> asked = Channel.CreateUnbounded<string>();

    public OpenClassesTests()
    {
        client = new(new KubernetesConnection { Server = new("http://127.0.0.1:1") }, TimeProvider.System);
        site = new(client, changes, PlatformCatalogue.BuiltIn, WatcherTimes.Default, TimeProvider.System, NullLogger<SiteView>.Instance);
        site.Tokens.Take(new StoreChange<Secret>.Applied(new()
        {
            Metadata = new() { Name = Tokens.SecretName("intro"), Namespace = "course-intro" },
            Data = Enumerable.Range(1, 9).ToDictionary(number => $"intro-student{number}", number => Encoding.ASCII.GetBytes($"token{number}")),
        }));
    }

    [Fact]
    public async Task Seats_that_are_ready_are_asked_in_turn_once_for_all_pages()
    {
        for (var number = 1; number <= 3; number++) Put(number);
        Put(4, isReady: false);
        var classes = Classes();
        using var first = classes.Open(Course);
        using var second = classes.Open(Course);
        Assert.Equal(1, classes.Count);
        for (var round = 0; round < 3; round++)
        {
            var began = time.Elapsed;
            for (var number = 1; number <= 3; number++)
            {
                Assert.Equal($"192.0.2.{number}:8888 /s/intro/intro-student{number}/ token{number}", await NextAsync());
                // The first round hurries, the others are spread.
                Assert.Equal(AskingPace.Pause(3, isFirst: round == 0).TotalSeconds, (await time.NextDelayAsync()).TotalSeconds, tolerance: 0.002);
                time.FireNext();
            }

            await time.NextDelayAsync();
            time.FireNext();
            Assert.Equal(AskingPace.Round.TotalSeconds, (time.Elapsed - began).TotalSeconds, tolerance: 0.005);
        }
    }

    [Fact]
    public async Task Where_the_last_page_is_closed_nobody_is_asked_any_more()
    {
        Put(1);
        var classes = Classes();
        var (first, second) = (classes.Open(Course), classes.Open(Course));
        await NextAsync();
        await time.NextDelayAsync();
        first.Dispose();
        first.Dispose();
        Assert.Equal((1, 1), (classes.Count, time.Pending));
        second.Dispose();
        Assert.Equal(0, classes.Count);
        await time.UntilNothingIsPendingAsync();
        Assert.False(asked.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_page_that_is_opened_again_asks_nobody_sooner()
    {
        Put(1);
        var classes = Classes();
        site.Answers.Put(site.Pods.Find(Seat(1).Key)!, null, Instant.FromDateTimeOffset(time.GetUtcNow()));
        using var again = classes.Open(Course);
        // Its turn of this round is left out.
        for (var delay = 0; delay < 2; delay++)
        {
            await time.NextDelayAsync();
            time.FireNext();
        }

        await NextAsync();
        var askedAt = site.Answers.AskedAt(site.Pods.Find(Seat(1).Key)!)!.Value - Instant.FromDateTimeOffset(time.GetUtcNow() - time.Elapsed);
        Assert.Equal(AskingPace.Round.TotalSeconds, askedAt.TotalSeconds, tolerance: 0.005);
    }

    [Fact]
    public async Task Seats_that_become_ready_meanwhile_are_found()
    {
        Put(1, isReady: false);
        using var page = Classes().Open(Course);
        Assert.Equal(AskingPace.UntilAnyIsReady, await time.NextDelayAsync());
        Put(1);
        time.FireNext();
        Assert.Contains("student1", await NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_told_where_an_answer_changes_what_they_show()
    {
        Put(1);
        var classes = Classes(new(true, null, null, true, Instant.FromDateTimeOffset(time.GetUtcNow())));
        using var patience = new CancellationTokenSource();
        await using var told = changes.FollowAsync(Course, patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await told.MoveNextAsync());
        using var page = classes.Open(Course);
        Assert.True(await told.MoveNextAsync());
        Assert.Equal(SeatUse.Working, SeatUses.Of(site.Answers.Of(site.Pods.Find(Seat(1).Key)!), Instant.FromDateTimeOffset(time.GetUtcNow())));
    }

    [Fact]
    public async Task Seats_that_hang_are_few_at_a_time()
    {
        for (var number = 1; number <= 40; number++) Put(number);
        var hanging = 0;
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        site.Tokens.Take(new StoreChange<Secret>.Applied(new()
        {
            Metadata = new() { Name = Tokens.SecretName("intro"), Namespace = "course-intro" },
            Data = Enumerable.Range(1, 40).ToDictionary(number => $"intro-student{number}", _ => "token"u8.ToArray()),
        }));
        var classes = new OpenClasses(site, changes, async (_, _, _, token) =>
        {
            if (Interlocked.Increment(ref hanging) == AskingPace.AtOnce) full.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(token);
            return null;
        }, time, NullLogger<OpenClasses>.Instance);
        using (classes.Open(Course))
        {
            for (var turn = 1; turn < AskingPace.AtOnce; turn++)
            {
                await time.NextDelayAsync();
                time.FireNext();
            }

            await full.Task;
            // All turns are taken: nobody is left to wait for the next.
            Assert.Equal((AskingPace.AtOnce, 0), (Volatile.Read(ref hanging), time.Pending));
        }
    }

    public void Dispose() => client.Dispose();

    // Nobody asked would be a test that never ends.
    private Task<string> NextAsync() => asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

    private OpenClasses Classes(SeatActivity? activity = null) => new(
        site, changes,
        (address, path, token, _) =>
        {
            asked.Writer.TryWrite($"{address} {path} {token}");
            return Task.FromResult(activity);
        },
        time, NullLogger<OpenClasses>.Instance);

    private void Put(int number, bool isReady = true)
    {
        site.Seats.Take(new StoreChange<Seat>.Applied(Seat(number)));
        site.Pods.Take(new StoreChange<ObservedPod>.Applied(new()
        {
            Metadata = new() { Name = Seat(number).Metadata.Name, Namespace = "course-intro", Uid = $"uid{number}" }, Spec = new() { NodeName = "node1" },
            Status = new() { PodIP = $"192.0.2.{number}", Conditions = [new() { Type = "ContainersReady", Status = isReady ? "True" : "False" }, new() { Type = "Ready", Status = isReady ? "True" : "False" }] },
        }));
    }

    private static Seat Seat(int number) => new()
    {
        Metadata = new() { Name = $"intro-student{number}", Namespace = "course-intro" }, Spec = new() { Environment = "intro", Login = $"student{number}" },
    };
}
