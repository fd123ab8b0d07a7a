using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Retention;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.UnitTests.Planning.Retention;

/// <summary>A course after its validity, in virtual time.</summary>
public sealed class RetentionInTimeTests
{
    // The last day is the 20th of December, in Paris; kept for 90 days, and then 14 days beside the archives.
    private static readonly Instant End = Moment("2026-12-20T23:00:00Z");
    private static readonly Instant ArchiveAt = End + Duration.FromDays(90);
    private static readonly Instant DeleteAt = ArchiveAt + Duration.FromDays(14);

    [Fact]
    public void Work_is_kept_then_archived_then_deleted_and_each_step_is_told()
    {
        var world = ClosedCourse();
        world.Settle(End - Duration.FromMinutes(1));
        Assert.Null(world.Environment.Status!.Retention);
        world.Settle(End);
        Assert.Equal((RetentionStep.Kept, ArchiveAt.ToDateTimeOffset()), (Step(world), world.Environment.Status!.Retention!.NextAt!.Value));
        Assert.Equal("The course's validity is over. The students' work is kept until 2027-03-21 00:00; then it is archived, and deleted from the homes 14d after that. To keep it as it is, lengthen spec.validity.until or spec.retention.keepFor.", Kept(world).Message);
        Assert.Equal(ArchiveAt, Next(world, End));
        Assert.Empty(Jobs(world));
        Assert.DoesNotContain(world.All<PersistentVolumeClaim>(), claim => claim.Metadata.Name == "test-archive");

        world.Settle(ArchiveAt);
        Assert.Equal((RetentionStep.Archived, DeleteAt.ToDateTimeOffset()), (Step(world), world.Environment.Status!.Retention!.NextAt!.Value));
        Assert.Null(world.All<PersistentVolumeClaim>().Single(claim => claim.Metadata.Name == "test-archive").Metadata.OwnerReferences);
        var container = Jobs(world).Single().Spec!.Template!.Spec!.Containers![0];
        Assert.Equal("archive", container.Command![^1]);
        Assert.Equal(["student01", "student02"], container.Args!.Select(argument => argument.Split(' ')[1]));
        Assert.True(container.VolumeMounts!.Single(mount => mount.Name == "homes").ReadOnly);
        Assert.Equal("The students' work is archived, and is deleted from the homes at 2027-04-04 01:00. To keep it as it is, lengthen spec.validity.until or spec.retention.keepFor.", Kept(world).Message);
        Assert.Equal(("True", "The work of 2 students is in the archive, and was read back."), (Condition(world, "WorkArchived").Status, Condition(world, "WorkArchived").Message!));
        Assert.Equal(DeleteAt, Next(world, ArchiveAt));

        world.Settle(DeleteAt);
        Assert.Equal(RetentionStep.Deleted, Step(world));
        Assert.Equal("The homes were deleted at 2027-04-04 01:00; the archives stay. 'mesonet course restore test STUDENT' brings one back.", Kept(world).Message);
        Assert.Equal("The course's validity is over (spec.validity.until); the students' work is in the archive.", Condition(world, Readiness.Ready).Message);
        Assert.Null(Plan(world, DeleteAt).NextLookAt);
        Assert.Contains(world.All<PersistentVolumeClaim>(), claim => claim.Metadata.Name == "test-homes");
    }

    [Fact]
    public void Without_keepFor_nothing_happens_ever()
    {
        var world = ClosedCourse();
        world.Change(spec => spec with { Retention = null });
        world.Settle(End);
        Assert.Null(Plan(world, End).NextLookAt);
        Assert.True(world.IsNothing(Plan(world, End + Duration.FromDays(5000))));
        Assert.Null(world.Environment.Status!.Retention);
    }

    [Fact]
    public void A_longer_validity_brings_everything_back_to_normal_until_the_homes_are_deleted()
    {
        foreach (var at in new[] { End, ArchiveAt, DeleteAt - Duration.FromSeconds(1) })
        {
            var world = ClosedCourse();
            foreach (var moment in new[] { End - Duration.FromDays(30), End, ArchiveAt, at }.Where(moment => moment <= at)) world.Settle(moment);
            Lengthen(world, "2027-12-20");
            world.Settle(at);
            Assert.Null(world.Environment.Status!.Retention);
            Assert.Empty(Jobs(world));
            Assert.DoesNotContain(world.Environment.Status.Conditions!, condition => condition.Type is "WorkKept" or "WorkArchived");
            Assert.Equal("True", Condition(world, Readiness.MaterialsReady).Status);
            Assert.Equal(2, world.SeatPods.Count);
        }
    }

    [Fact]
    public void A_longer_keepFor_stops_it_and_a_shorter_deleteAfter_hastens_it()
    {
        var world = ClosedCourse();
        world.Settle(ArchiveAt);
        world.Change(spec => spec with { Retention = spec.Retention! with { KeepFor = "365d" } });
        world.Settle(ArchiveAt);
        Assert.Equal(RetentionStep.Kept, Step(world));
        Assert.Empty(Jobs(world));
        world.Change(spec => spec with { Retention = spec.Retention! with { KeepFor = "90d", DeleteAfter = "2h" } });
        world.Settle(ArchiveAt + Duration.FromDays(1));
        Assert.Equal(ArchiveAt + Duration.FromDays(1) + Duration.FromHours(2), Next(world, ArchiveAt + Duration.FromDays(1)));
    }

    [Fact]
    public void A_validity_that_is_written_wrongly_while_it_is_lengthened_deletes_nothing()
    {
        var world = ClosedCourse();
        world.Settle(End);
        world.Settle(ArchiveAt);
        Lengthen(world, "2027-02-30");
        world.Settle(DeleteAt + Duration.FromDays(1));
        Assert.Equal(RetentionStep.Archived, Step(world));
        Assert.Equal("ValidityInvalid", Condition(world, Readiness.Ready).Reason);
        Lengthen(world, "2026-12-20");
        world.Settle(DeleteAt + Duration.FromDays(1));
        Assert.Equal(RetentionStep.Deleted, Step(world));
    }

    [Fact]
    public void Homes_that_were_deleted_do_not_come_back_by_themselves_and_are_made_anew_with_a_later_validity()
    {
        var world = ClosedCourse();
        foreach (var moment in new[] { End - Duration.FromDays(1), End, ArchiveAt, DeleteAt }) world.Settle(moment);
        Assert.DoesNotContain(world.All<Job>(), job => job.Metadata.Label(Labels.Component) == "materials");
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        world.Settle(DeleteAt + Duration.FromDays(1));
        world.Change(spec => spec with { Retention = null });
        world.Settle(DeleteAt + Duration.FromDays(2));
        Assert.DoesNotContain(world.All<Job>(), job => job.Metadata.Label(Labels.Component) == "materials");
        Assert.Equal("HomesArchived", Condition(world, Readiness.MaterialsReady).Reason);

        Lengthen(world, "2027-12-20");
        var plan = Plan(world, DeleteAt + Duration.FromDays(3));
        Assert.Single(plan.Create.OfType<Job>(), job => job.Metadata.Label(Labels.Component) == "materials");
        Assert.Empty(plan.Create.OfType<Pod>());
        world.Settle(DeleteAt + Duration.FromDays(3));
        Assert.Equal(3, world.SeatPods.Count);
        Assert.Equal("True", Condition(world, Readiness.MaterialsReady).Status);
    }

    [Fact]
    public void Homes_that_fail_are_named_tried_again_and_do_not_hold_up_the_others()
    {
        var world = ClosedCourse();
        var failing = true;
        world.LastWord = job => !failing || Task(job) is not { } task ? null
            : $$"""{"archived":1,"deleted":{{(task == "delete" ? 1 : 0)}},"failed":1,"failures":[{"home":"{{ObjectNames.Seat("test", "student02")}}","what":"secret (Permission denied)"}]}""";
        world.Settle(ArchiveAt);
        Assert.Equal("HomesNotArchived", Condition(world, "WorkArchived").Reason);
        Assert.StartsWith("1 home could not be archived: student02 (secret (Permission denied)).", Condition(world, "WorkArchived").Message, StringComparison.Ordinal);
        world.Settle(DeleteAt);
        Assert.Equal((RetentionStep.Deleted, 1, "HomesLeft"), (Step(world), world.Environment.Status!.Retention!.Deleted!.Value, Kept(world).Reason));
        // A day later they are tried again.
        var again = DeleteAt + Duration.FromDays(1);
        Assert.Equal(again, Next(world, DeleteAt));
        failing = false;
        world.Settle(again);
        Assert.Equal(RetentionStep.Archived, Step(world));
        world.Settle(again + Duration.FromDays(14));
        Assert.Equal(("Deleted", 1), (Kept(world).Reason, world.Environment.Status!.Retention!.Deleted!.Value));
    }

    [Fact]
    public void A_home_that_was_changed_meanwhile_is_archived_again_first()
    {
        var world = ClosedCourse();
        world.LastWord = job => Task(job) == "delete" ? """{"deleted":1,"failed":1,"changed":1}""" : null;
        world.Settle(ArchiveAt);
        world.Settle(DeleteAt);
        Assert.Equal(RetentionStep.Archived, Step(world));
        Assert.Equal(DeleteAt + Duration.FromDays(14), Next(world, DeleteAt));
    }

    [Fact]
    public void An_archive_that_is_full_is_told_and_tried_again_and_nothing_is_deleted()
    {
        var world = ClosedCourse();
        world.Settle(ArchiveAt, run: false);
        var job = Jobs(world).Single();
        world.Put(job with { Status = new() { Conditions = [new() { Type = "Failed", Status = "True", LastTransitionTime = ArchiveAt.ToDateTimeOffset() }] } });
        world.Put(new Pod
        {
            Metadata = new() { Name = "job-pod", Namespace = "course-test", Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(Jobs(world).Single())] },
            Status = new() { Phase = "Failed", ContainerStatuses = [new() { Name = "archive", State = new() { Terminated = new() { ExitCode = 1, Message = """{"reason":"ArchiveFull","detail":"there is no room left on the archive's volume; 1 of 2 are archived"}""" } } }] },
        });
        world.Settle(ArchiveAt, run: false);
        Assert.Equal(("False", "ArchiveFull"), (Condition(world, "WorkArchived").Status, Condition(world, "WorkArchived").Reason));
        Assert.Contains("Raise retention.archive.size", Condition(world, "WorkArchived").Message, StringComparison.Ordinal);
        Assert.Equal(ArchiveAt + Duration.FromMinutes(10), Next(world, ArchiveAt));
        Assert.Equal(RetentionStep.Archiving, Step(world));
        // The pod is gone by then; what it said stands until another says something else.
        world.CarryOut(new() { Delete = [.. world.All<Pod>().Where(pod => pod.Metadata.Name == "job-pod").Select(pod => PlannedDeletion.Of(pod, "a test"))] });
        world.Settle(ArchiveAt + Duration.FromMinutes(10), run: false);
        Assert.Equal("ArchiveFull", Condition(world, "WorkArchived").Reason);
        Assert.Null(Jobs(world).Single().Status);
    }

    [Fact]
    public void Nothing_is_archived_or_deleted_while_somebody_or_something_is_at_work_in_the_homes()
    {
        foreach (var component in new[] { "seat", "materials", "restore" })
        {
            var world = ClosedCourse();
            world.Settle(End);
            world.Put(new Pod { Metadata = new() { Name = $"{component}-pod", Namespace = "course-test", Labels = Labels.Of(Labels.Environment, "test", component), Finalizers = ["test"] }, Status = new() { Phase = "Running" } });
            var known = world.Environment;
            world.Put(known with { Status = known.Status! with { Retention = new() { Step = RetentionStep.Deleting, Since = DeleteAt.ToDateTimeOffset(), Begun = ArchiveAt.ToDateTimeOffset(), Deleted = 0 } } });
            Assert.DoesNotContain(Plan(world, DeleteAt).Create, item => item is Job);
        }
    }

    [Fact]
    public void Nothing_is_deleted_before_its_time_whatever_the_teacher_changes_and_nothing_happens_between_the_moments_the_planner_names() => Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        var world = ClosedCourse();
        var now = End - Duration.FromDays(2);
        DateTimeOffset? archivedSince = null;
        for (var step = 0; step < 14; step++)
        {
            if (random.Next(3) == 0) Change(world, random);
            for (var pass = 0; pass < 4; pass++)
            {
                var plan = Plan(world, now);
                foreach (var job in plan.Create.OfType<Job>().Where(job => Task(job) == "delete"))
                {
                    var spec = world.Environment.Spec;
                    Assert.NotNull(archivedSince);
                    Assert.True(now.ToDateTimeOffset() >= archivedSince.Value + RetentionTimes.Span(spec.Retention!.DeleteAfter)!.Value.ToTimeSpan(), "It was deleted too early.");
                    Assert.Equal(RetentionStep.Deleting, world.Environment.Status!.Retention!.Step);
                    Assert.Empty(world.SeatPods);
                }

                world.CarryOut(plan);
                if (world.Environment.Status!.Retention is { Step: RetentionStep.Archived } archived) archivedSince = archived.Since;
                else if (world.Environment.Status.Retention is not { Step: RetentionStep.Deleting }) archivedSince = null;
            }

            world.Settle(now);
            if (world.Environment.Status!.Retention is { Step: RetentionStep.Archived } since) archivedSince = since.Since;
            if (Plan(world, now).NextLookAt is not { } next)
            {
                now += Duration.FromDays(random.Next(1, 30));
                continue;
            }

            var then = Instant.FromDateTimeOffset(next);
            if (then <= now || !world.IsNothing(Plan(world, now + (then - now) * random.NextDouble() * 0.999))) return false;
            now = then;
        }

        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    private static void Change(World world, System.Random random) => world.Change(spec => random.Next(4) switch
    {
        0 => spec with { Validity = spec.Validity! with { Until = $"2027-{random.Next(1, 13):00}-15" } },
        1 => spec with { Retention = spec.Retention! with { KeepFor = $"{random.Next(1, 200)}d" } },
        2 => spec with { Retention = spec.Retention! with { DeleteAfter = $"{random.Next(1, 40)}d" } },
        _ => spec with { Suspend = spec.Suspend != true },
    });

    private static World ClosedCourse()
    {
        var world = TestCourse.World("student01", "student02");
        world.LastWord = job => Task(job) is null ? null : """{"archived":2,"deleted":2}""";
        world.Change(spec => spec with
        {
            TimeZone = "Europe/Paris", Validity = new() { From = "2026-11-16", Until = "2026-12-20" }, Retention = new() { KeepFor = "90d", DeleteAfter = "14d" },
        });
        return world;
    }

    private static void Lengthen(World world, string until) => world.Change(spec => spec with { Validity = spec.Validity! with { Until = until } });

    private static string? Task(Job job) => job.Metadata.Label(Labels.Component) == "archive" ? job.Spec!.Template!.Spec!.Containers![0].Command![^1] : null;

    private static IReadOnlyList<Job> Jobs(World world) => [.. world.All<Job>().Where(job => Task(job) is not null)];

    private static RetentionStep Step(World world) => world.Environment.Status!.Retention!.Step!.Value;

    private static Condition Kept(World world) => Condition(world, "WorkKept");

    private static Condition Condition(World world, string type) => world.Environment.Status!.Conditions!.Single(condition => condition.Type == type);

    private static EnvironmentPlan Plan(World world, Instant now) => ClassroomEnvironmentPlanner.Plan(world.Observe(), now);

    private static Instant Next(World world, Instant now) => Instant.FromDateTimeOffset(Plan(world, now).NextLookAt!.Value);

    private static Instant Moment(string text) => InstantPattern.General.Parse(text).Value;
}
