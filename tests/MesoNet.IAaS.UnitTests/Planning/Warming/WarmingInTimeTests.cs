using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Warming;

/// <summary>What is told of a start, before the bell, at it and after.</summary>
public sealed class WarmingInTimeTests
{
    private static readonly Instant Bell = Instant.FromUtc(2026, 11, 23, 13, 0);
    private static readonly Instant Second = Instant.FromUtc(2026, 11, 30, 13, 0);

    [Fact]
    public void Who_works_on_demand_until_it_is_their_turn_is_not_ready_for_the_lesson()
    {
        var world = CourseInTimeTests.CourseWorld();
        world.Change(spec => spec with { Lessons = [spec.Lessons![0] with { HandInUntil = "2026-11-30T14:00" }, spec.Lessons[1]] });
        world.Settle(Bell - Duration.FromHours(1));
        world.Settle(Second - Duration.FromHours(1));
        world.ChangeSeat("student04", spec => spec with { WantedUntil = Second.ToDateTimeOffset() });
        world.Settle(Second - Duration.FromMinutes(20));
        Assert.Equal("hand-in", world.PodOf("student04")!.Metadata.Label("mesonet.fr/stage"));

        // The others are up for the lesson; student04's turn comes a second later.
        world.Settle(Second - Duration.FromSeconds(331));
        Assert.Equal("hand-in", world.PodOf("student04")!.Metadata.Label("mesonet.fr/stage"));
        Assert.Equal(("3/4", (DateTimeOffset?)null), (world.Environment.Status!.Ready, world.Environment.Status.Warming!.ReadyAt));
        Assert.Equal("SeatsWarming", Ready(world).Reason);
        // And what is still there when it has come is no seat of the lesson either.
        world.CarryOut(Plan(world, Second - Duration.FromSeconds(330)) with { Create = [], Delete = [] });
        Assert.Equal(("3/4", (DateTimeOffset?)null), (world.Environment.Status!.Ready, world.Environment.Status.Warming!.ReadyAt));
        world.Settle(Second - Duration.FromSeconds(330));
        Assert.Equal("lesson", world.PodOf("student04")!.Metadata.Label("mesonet.fr/stage"));
        Assert.Equal("Ready 4/4 at 13:54, 5 minutes before the bell of tp2 (14:00).", Ready(world).Message);
    }

    [Fact]
    public void A_lesson_that_begins_with_a_seat_missing_says_so_and_how_many_were_there()
    {
        var world = CourseInTimeTests.CourseWorld();
        world.Stuck.Add("student02");
        for (var now = Bell - Duration.FromHours(1); now < Bell; now = Next(world, now)) world.Settle(now);
        Assert.Null(world.Environment.Status!.Warming!.ExpectedAtBell);
        world.Settle(Bell);
        Assert.Equal((4, 3), (world.Environment.Status!.Warming!.ExpectedAtBell, world.Environment.Status.Warming.ReadyAtBell));
        Assert.EndsWith(" Ready 3/4 at the bell of tp1 (14:00).", Ready(world).Message, StringComparison.Ordinal);

        world.Stuck.Clear();
        world.Settle(Bell + Duration.FromMinutes(3));
        world.Run();
        world.Settle(Bell + Duration.FromMinutes(3));
        Assert.Equal("Ready 4/4 at 14:03, 3 minutes after the bell of tp1 (14:00).", Ready(world).Message);
        Assert.Equal((4, 3), (world.Environment.Status!.Warming!.ExpectedAtBell, world.Environment.Status.Warming.ReadyAtBell));
    }

    [Fact]
    public void What_counts_is_since_when_the_pods_are_ready_and_not_when_somebody_looks()
    {
        var world = CourseInTimeTests.CourseWorld();
        world.Settle(Bell - Duration.FromHours(1));
        world.Settle(Bell - Duration.FromMinutes(5), run: false);
        world.Run();
        // The operator was away, over the bell.
        world.Settle(Bell + Duration.FromMinutes(7));
        var warming = world.Environment.Status!.Warming!;
        Assert.Equal((Bell - Duration.FromMinutes(5)).ToDateTimeOffset(), warming.ReadyAt);
        Assert.Equal((4, 4), (warming.ExpectedAtBell, warming.ReadyAtBell));
        Assert.Equal("Ready 4/4 at 13:55, 5 minutes before the bell of tp1 (14:00).", Ready(world).Message);
    }

    [Fact]
    public void A_notebook_that_was_started_again_does_not_count_as_a_start_of_hours()
    {
        var world = CourseInTimeTests.CourseWorld();
        world.Stuck.Add("student04");
        for (var now = Bell - Duration.FromHours(1); now <= Bell; now = Next(world, now)) world.Settle(now);
        var late = Bell + Duration.FromHours(2);
        var again = world.PodOf("student01")!;
        world.Put(again with
        {
            Status = again.Status! with
            {
                Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = late.ToDateTimeOffset() }],
                ContainerStatuses = [again.Status.ContainerStatuses![0] with { RestartCount = 1 }],
            },
        });
        world.CarryOut(new() { Delete = [PlannedDeletion.Of(world.PodOf("student04")!, "made anew by the test")] });
        world.Stuck.Clear();
        world.Settle(late);
        Assert.NotNull(world.Environment.Status!.Warming!.ReadyAt);
        Assert.Equal(0, world.Environment.Status.Warming.SlowestStartSeconds);
        Assert.Equal([0], world.Environment.Status.Warming.RecentStartSeconds!);
    }

    private static EnvironmentPlan Plan(World world, Instant now) => ClassroomEnvironmentPlanner.Plan(world.Observe(), now);

    private static Instant Next(World world, Instant now) => Instant.FromDateTimeOffset(Plan(world, now).NextLookAt!.Value);

    private static Condition Ready(World world) => world.Environment.Status!.Conditions!.Single(condition => condition.Type == Readiness.Ready);
}
