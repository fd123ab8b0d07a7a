using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Quota;

/// <summary>What becomes of a seat whose home fills, and of the others'. The course has 8 GiB for all, so 2 GiB for each home.</summary>
public sealed class OverQuotaTests
{
    private const long MiB = 1L << 20;
    private const long Quota = 2048 * MiB;
    private readonly World world = TestCourse.World("student01", "student02");
    private Instant now = TestCourse.Start;

    public OverQuotaTests()
    {
        world.Change(spec => spec with { Storage = new() { Size = "8Gi" } });
        world.Settle(now);
    }

    [Fact]
    public void A_home_over_its_quota_is_noted_first_and_then_its_seat_is_stopped_and_no_other()
    {
        Measured(("student01", Quota + (50 * MiB)));
        var noting = Plan();
        Assert.Empty(noting.Delete);
        Assert.Equal(Quota + (50 * MiB), Assert.Single(noting.SeatStatuses).Status.Home!.StoppedAtBytes);

        world.CarryOut(noting);
        var stopping = Plan();
        var deletion = Assert.Single(stopping.Delete);
        // Why is told at once, not when it is gone.
        Assert.Equal("OverQuota", Assert.Single(stopping.SeatStatuses).Status.Reason);
        Assert.Equal((NameOf("student01"), HomeRule.WhyStopped, HomeRule.GraceSeconds), (deletion.Key.Name, deletion.Why, deletion.GracePeriodSeconds));
        world.Settle(now);
        var status = StatusOf("student01");
        Assert.Equal((SeatState.Stopped, "OverQuota"), (status.State!.Value, status.Reason));
        Assert.StartsWith("Its home takes 2 GiB of at most 2 GiB, so it was stopped before it could fill the volume of all. Start it again to remove files", status.Message, StringComparison.Ordinal);
        Assert.Equal(SeatState.Ready, StatusOf("student02").State);
        Assert.Equal("1/1", world.Environment.Status!.Ready);
        Assert.Equal(("False", "HomesOverQuota"), (Condition().Status, Condition().Reason));
        Assert.Equal("1 home is over the quota of 2 GiB: student01 (2 GiB). That seat is stopped, and starts again to remove files; the others go on.", Condition().Message);
    }

    [Fact]
    public void A_new_operator_that_knows_nothing_yet_leaves_it_stopped_and_writes_nothing()
    {
        Measured(("student01", Quota + 1));
        world.Settle(now);
        world.Homes = null;
        Assert.True(world.IsNothing(Plan()));
        Assert.Null(world.PodOf("student01"));
        // It asks, since it knows nothing of the watch that it finds.
        Assert.Equal("test-homes-watch", Plan().AskHomes?.Metadata.Name);
    }

    [Fact]
    public void Wanted_anew_it_runs_until_the_home_has_clearly_grown()
    {
        Measured(("student01", Quota + (10 * MiB)));
        world.Settle(now);
        Want("student01", hours: 4);
        world.Settle(now);
        Assert.NotNull(world.PodOf("student01"));
        Assert.Equal("2147483648 bytes", world.PodOf("student01")!.Metadata.Annotation(Labels.HomeUse)!.Split('/')[1]);
        Assert.Contains("remove files. The seat stops if the home grows.", StatusOf("student01").Message, StringComparison.Ordinal);

        Measured(("student01", Quota + (70 * MiB)));
        world.Settle(now);
        Assert.NotNull(world.PodOf("student01"));
        Measured(("student01", Quota + (75 * MiB)));
        world.Settle(now);
        Assert.Null(world.PodOf("student01"));
        Assert.Equal(Quota + (75 * MiB), StatusOf("student01").Home!.StoppedAtBytes);

        Want("student01", hours: 5);
        world.Settle(now);
        Assert.NotNull(world.PodOf("student01"));
    }

    [Fact]
    public void What_it_wrote_while_it_was_ending_does_not_stop_it_when_it_is_started_again()
    {
        Measured(("student01", Quota + 1));
        world.Settle(now);
        Measured(("student01", 2 * Quota));
        world.Settle(now);
        Want("student01", hours: 4);
        world.Settle(now);
        Assert.NotNull(world.PodOf("student01"));
    }

    [Fact]
    public void Below_the_quota_the_note_goes_and_the_seat_starts_as_before()
    {
        Measured(("student01", Quota + 1));
        world.Settle(now);
        Want("student01", hours: 4);
        world.Settle(now);
        Measured(("student01", Quota * 85 / 100));
        world.Settle(now);
        Assert.Null(StatusOf("student01").Home!.StoppedAtBytes);
        Assert.Equal(("True", "HomesNearlyFull"), (Condition().Status, Condition().Reason));
        Measured();
        world.Settle(now);
        Assert.Null(StatusOf("student01").Home);
        Assert.Equal("", world.PodOf("student01")!.Metadata.Annotation(Labels.HomeUse));
        Assert.Equal("Each home is below 80 % of its quota of 2 GiB.", Condition().Message);

        // And without any wish.
        world.ChangeSeat("student01", spec => spec with { WantedUntil = null });
        world.Settle(now);
        Assert.NotNull(world.PodOf("student01"));
    }

    [Fact]
    public void Near_the_quota_it_is_told_once_to_student_and_teacher()
    {
        Measured(("student02", Quota * 4 / 5));
        world.Settle(now);
        Assert.Equal($"{Quota * 4 / 5}/{Quota} bytes", world.PodOf("student02")!.Metadata.Annotation(Labels.HomeUse));
        Assert.Null(world.PodOf("student01")!.Metadata.Annotation(Labels.HomeUse));
        Assert.Equal("Its home is nearly full: it takes 1.6 GiB of at most 2 GiB. Beyond that the seat is stopped. Remove what is not needed.", StatusOf("student02").Message);
        Assert.Equal("1 home is above 80 % of the quota of 2 GiB: student02 (1.6 GiB).", Condition().Message);
        Assert.True(world.IsNothing(Plan()));
    }

    [Fact]
    public void A_larger_quota_takes_the_note_away_without_another_measure()
    {
        Measured(("student01", Quota + 1));
        world.Settle(now);
        world.Homes = null;
        world.Change(spec => spec with { Storage = new() { Size = "8Gi", HomeQuota = "3Gi" } });
        world.Settle(now);
        Assert.NotNull(world.PodOf("student01"));
        Assert.Null(StatusOf("student01").Home);
    }

    [Fact]
    public void A_running_notebook_knows_its_quota_and_learns_of_another_one()
    {
        var pod = world.PodOf("student01")!;
        Assert.Equal($"{Quota}/131072", pod.Metadata.Annotation(Labels.HomeQuota));
        world.Change(spec => spec with { Storage = new() { Size = "8Gi", HomeQuota = "3Gi" } });
        world.Settle(now);
        Assert.Equal($"{Quota / 2 * 3}/196608", world.PodOf("student01")!.Metadata.Annotation(Labels.HomeQuota));
        Assert.Equal(pod.Metadata.Uid, world.PodOf("student01")!.Metadata.Uid);
        Assert.True(world.IsNothing(Plan()));
    }

    [Fact]
    public void Too_many_files_are_over_the_quota_too()
    {
        world.Homes = new(now, new(IsComplete: true, new Dictionary<string, SeatHome> { [NameOf("student01")] = new() { Bytes = 0, Files = 200_000 } }, null), IsSilence: false);
        world.Settle(now);
        Assert.Null(world.PodOf("student01"));
        Assert.StartsWith("Its home holds 200000 files of at most 131072, or its folders are nested too deeply, so it was stopped", StatusOf("student01").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_watch_that_has_not_seen_all_homes_yet_takes_no_note_away()
    {
        Measured(("student01", Quota + 1));
        world.Settle(now);
        world.Homes = new(now, new(IsComplete: false, new Dictionary<string, SeatHome>(), null), IsSilence: false);
        Assert.True(world.IsNothing(Plan()));
        Assert.NotNull(StatusOf("student01").Home);
    }

    [Fact]
    public void A_seat_on_demand_is_stopped_likewise_and_says_so_until_it_is_cleaned_up()
    {
        world.Change(spec => spec with { Lessons = [new() { Name = "tp1", Start = "2026-11-19T14:00", End = "2026-11-19T17:00", HandInUntil = "2026-11-27T23:59" }] });
        Want("student01", hours: 3);
        world.Settle(now);
        Assert.NotNull(world.PodOf("student01"));
        Measured(("student01", Quota + 1));
        world.Settle(now);
        Assert.Null(world.PodOf("student01"));
        Assert.Equal("OverQuota", StatusOf("student01").Reason);
        Want("student01", hours: 4);
        world.Settle(now);
        Assert.NotNull(world.PodOf("student01"));
    }

    [Fact]
    public void The_volume_nearly_full_is_told_with_the_largest_homes()
    {
        world.Homes = new(now, new(IsComplete: true, new Dictionary<string, SeatHome>(), new(300 * MiB, LacksFiles: false, [new(NameOf("student02"), 1500 * MiB, 10), new("gone-123456", 900 * MiB, 10)])), IsSilence: false);
        world.Settle(now);
        const string sentence = "The homes' volume is nearly full: 300 MiB are left. The largest homes: student02 (1.5 GiB), gone-123456 (no longer on the roster) (900 MiB). Have files removed, or enlarge spec.storage.size.";
        Assert.Equal(("False", "VolumeNearlyFull", sentence), (Condition().Status, Condition().Reason, Condition().Message));
        Assert.Equal(2, world.SeatPods.Count);
    }

    [Fact]
    public void Homes_that_the_file_system_bounds_as_well_are_told_and_stay_told_after_the_lesson()
    {
        foreach (var (walls, told) in new[]
        {
            (new HomeWalls(1, 2), "Each home is below 80 % of its quota of 2 GiB. The file system bounds 1 of 2 as well (project quotas)."),
            (new HomeWalls(2, 2), "Each home is below 80 % of its quota of 2 GiB. The file system bounds each of them as well (project quotas)."),
        })
        {
            world.Homes = new(now, new(IsComplete: true, new Dictionary<string, SeatHome>(), null, walls), IsSilence: false);
            world.Settle(now);
            Assert.Equal(("True", told), (Condition().Status, Condition().Message));
            // Before the next watch has looked everywhere, and when there is none, what was seen still holds.
            world.Homes = new(now, new(IsComplete: false, new Dictionary<string, SeatHome>(), null), IsSilence: false);
            Assert.True(world.IsNothing(Plan()));
            world.Homes = null;
            Assert.True(world.IsNothing(Plan()));
        }

        var full = new Dictionary<string, SeatHome> { [NameOf("student01")] = new() { Bytes = Quota + 1, Files = 10 } };
        world.Homes = new(now, new(IsComplete: true, full, null, new(2, 2)), IsSilence: false);
        world.Settle(now);
        Assert.EndsWith("the others go on. The file system bounds each of them as well (project quotas).", Condition().Message, StringComparison.Ordinal);
        Measured();
        world.Settle(now);
        Assert.Equal("Each home is below 80 % of its quota of 2 GiB.", Condition().Message);
    }

    [Fact]
    public void The_file_system_s_bound_lies_beyond_what_a_home_may_grow_to_while_it_is_cleaned_up()
    {
        var quota = HomeQuota.Of(world.Environment.Spec);
        var stopped = new SeatHome { Bytes = quota.Bytes + quota.Growth, StoppedAtBytes = quota.Bytes + quota.Growth, Files = quota.Files, StoppedAtFiles = quota.Files };
        Assert.False(quota.HasGrown(stopped with { Bytes = quota.WallBytes, Files = quota.Files }));
        Assert.True(quota.WallFiles >= quota.Files + quota.FileGrowth);
    }

    [Fact]
    public void A_quota_above_the_volume_or_none_at_all_is_refused()
    {
        foreach (var quota in new Quantity[] { "0", "-1Gi", "9Gi" })
        {
            world.Change(spec => spec with { Storage = new() { Size = "8Gi", HomeQuota = quota } });
            world.Settle(now);
            var ready = world.Environment.Status!.Conditions!.Single(condition => condition.Type == Readiness.Ready);
            Assert.Equal("StorageInvalid", ready.Reason);
            Assert.Contains($"spec.storage.homeQuota is {quota}", ready.Message, StringComparison.Ordinal);
        }
    }

    private void Measured(params (string Login, long Bytes)[] homes) =>
        world.Homes = new(now, new(IsComplete: true, homes.ToDictionary(home => NameOf(home.Login), home => new SeatHome { Bytes = home.Bytes, Files = 10 }), null), IsSilence: false);

    private void Want(string login, int hours) => world.ChangeSeat(login, spec => spec with { WantedUntil = (now + Duration.FromHours(hours)).ToDateTimeOffset() });

    private EnvironmentPlan Plan() => ClassroomEnvironmentPlanner.Plan(world.Observe(), now);

    private static string NameOf(string login) => ObjectNames.Seat("test", login);

    private SeatStatus StatusOf(string login) => world.All<Seat>().Single(seat => seat.Spec.Login == login).Status!;

    private Condition Condition() => world.Environment.Status!.Conditions!.Single(condition => condition.Type == Readiness.HomesWithinQuota);
}
