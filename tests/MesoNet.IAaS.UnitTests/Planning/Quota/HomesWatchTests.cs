using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Quota;

/// <summary>When there is a watch of the homes, and when it is asked.</summary>
public sealed class HomesWatchTests
{
    private readonly World world = TestCourse.World("student01", "student02");
    private Instant now = TestCourse.Start;

    [Fact]
    public void It_comes_once_a_seat_is_ready_and_goes_when_none_is_left()
    {
        var starting = TestCourse.World("student01");
        starting.Settle(now, run: false);
        Assert.DoesNotContain(starting.All<Pod>(), pod => pod.Metadata.Label(Labels.Component) == "homes-watch");
        world.Settle(now);
        Assert.Single(Watches());
        world.Change(spec => spec with { Suspend = true });
        world.Settle(now);
        Assert.Empty(Watches());
    }

    [Fact]
    public void It_has_no_right_at_the_API_server_and_needs_next_to_nothing()
    {
        world.Settle(now);
        var pod = Assert.Single(Watches()).Spec!;
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.True(pod.SecurityContext!.RunAsNonRoot);
        Assert.Equal(("10m", "64Mi"), (pod.Containers![0].Resources!.Requests!["cpu"].ToString(), pod.Containers[0].Resources!.Limits!["memory"].ToString()));
        // A quarter of the 20 GiB that a course has where its teacher says nothing.
        Assert.Equal($"{5L << 30}", pod.Containers[0].Env!.Single(variable => variable.Name == "QUOTA_BYTES").Value);
    }

    [Fact]
    public void Another_quota_makes_another_one()
    {
        world.Settle(now);
        var before = Assert.Single(Watches()).Metadata.Uid;
        world.Change(spec => spec with { Storage = new() { Size = "20Gi", HomeQuota = "1Gi" } });
        world.Settle(now);
        Assert.NotEqual(before, Assert.Single(Watches()).Metadata.Uid);
    }

    [Fact]
    public void It_stays_a_little_after_the_last_seat_was_stopped_for_its_home()
    {
        world.Settle(now);
        world.Homes = new(now, new(IsComplete: true, world.All<Seat>().ToDictionary(seat => seat.Metadata.Name!, _ => new SeatHome { Bytes = 6L << 30, Files = 1 }), null), IsSilence: false);
        world.Settle(now);
        Assert.Empty(world.SeatPods);
        Assert.Single(Watches());
        Assert.Equal(now + Duration.FromSeconds(30), Instant.FromDateTimeOffset(ClassroomEnvironmentPlanner.Plan(world.Observe(), now).NextLookAt!.Value));
        now += Duration.FromSeconds(30);
        world.Settle(now);
        Assert.Empty(Watches());
    }

    [Fact]
    public void It_is_asked_when_it_is_found_and_then_only_when_it_is_not_ready()
    {
        var at = new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
        Assert.True(HomesWatch.AskAt(Pod(ready: true, at), answer: null) <= at);
        Assert.Null(HomesWatch.AskAt(Pod(ready: true, at), Answered(at)));
        // News since it was asked, and the same news still.
        Assert.Equal(at.AddSeconds(1), HomesWatch.AskAt(Pod(ready: false, at.AddSeconds(20)), Answered(at)));
        Assert.Equal(at.AddSeconds(30), HomesWatch.AskAt(Pod(ready: false, at), Answered(at.AddSeconds(20))));
        // One that could not be asked is asked again, ready or not.
        Assert.Equal(at.AddSeconds(30), HomesWatch.AskAt(Pod(ready: true, at), Answered(at) with { IsSilence = true }));
        Assert.Equal(at.AddSeconds(10), HomesWatch.AskAt(Pod(ready: false, at), Answered(at) with { IsSilence = true }));
        // It is not ready until it has measured all, and asked before only where that takes long.
        Assert.Equal(at.AddSeconds(7), HomesWatch.AskAt(Pod(ready: false, at), answer: null));
        Assert.Null(HomesWatch.AskAt(new ObservedPod { Metadata = new() { Name = "watch" } }, answer: null));
    }

    [Theory]
    [InlineData("""{"complete":true,"homes":{"a":[5,6]},"more":0,"volume":{"available":7,"lacksFiles":false,"largest":[["a",5,6]]}}""", true, 1, 7L)]
    [InlineData("""{"complete":true,"homes":{"a":[5,6]},"more":3,"volume":null}""", false, 1, null)]
    [InlineData("""{"complete":false,"homes":{},"more":0,"volume":null}""", false, 0, null)]
    public void Its_answer_is_read(string line, bool complete, int homes, long? available)
    {
        var use = HomesUse.Parse(line)!;
        Assert.Equal((complete, homes, available), (use.IsComplete, use.Homes.Count, use.NearlyFull?.Available));
    }

    [Theory]
    [InlineData("null", null, null)]
    [InlineData("[3,28]", 3, 28)]
    public void It_says_how_many_homes_the_file_system_bounds(string walls, int? bounded, int? of)
    {
        var use = HomesUse.Parse($$"""{"complete":true,"homes":{},"more":0,"volume":null,"walls":{{walls}}}""")!;
        Assert.Equal((bounded, of), (use.Walls?.Bounded, use.Walls?.Of));
    }

    [Theory]
    [InlineData("")]
    [InlineData("cat: /run/mesonet/state: No such file or directory")]
    [InlineData("[]")]
    [InlineData("""{"complete":true,"homes":{"a":[5]},"more":0,"volume":null}""")]
    [InlineData("""{"complete":true,"homes":{"a":["x",1]},"more":0,"volume":null}""")]
    [InlineData("""{"complete":1,"homes":{},"more":0,"volume":null}""")]
    public void What_is_no_answer_is_none(string line) => Assert.Null(HomesUse.Parse(line));

    private static HomesAnswer Answered(DateTimeOffset at) => new(Instant.FromDateTimeOffset(at), new(true, new Dictionary<string, SeatHome>(), null), IsSilence: false);

    private static ObservedPod Pod(bool ready, DateTimeOffset since) => new()
    {
        Metadata = new() { Name = "watch" },
        Status = new()
        {
            Phase = "Running", Conditions = [new() { Type = "Ready", Status = ready ? "True" : "False", LastTransitionTime = since }],
            ContainerStatuses = [new() { Name = "watch", State = new() { Running = new() { StartedAt = since } } }],
        },
    };

    private IReadOnlyList<Pod> Watches() => [.. world.All<Pod>().Where(pod => pod.Metadata.Label(Labels.Component) == "homes-watch")];
}
