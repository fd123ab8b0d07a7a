using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>A Job that ended well, and could not prepare some of the homes.</summary>
public sealed class FailedHomesTests
{
    // Of two homes the second.
    private const string Second = "Ag==";
    private const string Missing = "\"missing\":[{\"what\":\"no room left on the volume\",\"homes\":\"" + Second + "\"}],";
    private readonly World world = TestCourse.World("student01", "student02");

    [Fact]
    public void It_is_repeated_after_two_minutes_and_the_others_work_on()
    {
        var failed = Settle(passes: true, Missing);
        var told = Told(failed);
        Assert.Equal(("False", "SomeHomesNotPrepared"), (told.Status, told.Reason));
        Assert.StartsWith("1 of 2 homes have the code of commit 0123456789ab. 1 could not be prepared: student02 (no room left on the volume).", told.Message, StringComparison.Ordinal);
        Assert.Equal("1/2", failed.Ready);
        var running = Assert.Single(world.SeatPods);

        var early = Plan(Duration.FromSeconds(119));
        Assert.Empty(early.Create);
        Assert.Equal(At(Duration.FromMinutes(2)).ToDateTimeOffset(), early.NextLookAt);

        var due = Plan(Duration.FromMinutes(2));
        var repeat = Assert.Single(due.Create.OfType<Job>());
        Assert.Empty(due.Delete);
        Assert.Equal(TestCourse.Commit, repeat.Spec!.Template!.Spec!.Containers![0].Env!.Single(variable => variable.Name == "REF").Value);
        Assert.Equal(told, Told(due.Status!));
        world.CarryOut(due);
        // Once, however often it is planned; the seat that runs stays, the one without code does not start.
        var again = Plan(Duration.FromMinutes(3));
        Assert.Empty(again.Create);
        Assert.Empty(again.Delete);

        Ends(repeat, Word("""copied":1,"failed":0"""), Duration.FromMinutes(3));
        world.Settle(At(Duration.FromMinutes(3)));
        var status = world.Environment.Status!;
        Assert.Equal("True", Told(status).Status);
        Assert.Equal("2/2", status.Ready);
        Assert.Equal(repeat.Metadata.Name, Assert.Single(world.All<Job>()).Metadata.Name);
        Assert.Contains(world.SeatPods, pod => pod.Metadata.Uid == running.Metadata.Uid);
        Assert.Empty(Plan(Duration.FromHours(1)).Create);
    }

    [Fact]
    public void A_seat_whose_first_copy_failed_does_not_start_and_is_told_why()
    {
        Settle(passes: true, Missing);
        var seat = world.All<Seat>().Single(seat => seat.Spec.Login == "student02");
        Assert.Null(world.PodOf("student02"));
        Assert.Equal((SeatState.Failed, "MaterialsFailed"), (seat.Status!.State, seat.Status.Reason));
        Assert.Contains("no room left on the volume", seat.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_home_that_has_an_older_version_starts_and_what_does_not_pass_by_itself_is_repeated_later()
    {
        var status = Settle(passes: false, "");
        Assert.Equal("2/2", status.Ready);
        Assert.Equal("False", Told(status).Status);
        Assert.Empty(Plan(Duration.FromSeconds(599)).Create);
        Assert.Single(Plan(Duration.FromMinutes(10)).Create);
    }

    [Fact]
    public void Repeats_that_fail_again_and_again_do_not_put_off_the_look_at_a_branch()
    {
        var template = world.All<CourseTemplate>().Single();
        world.Put(template with { Spec = template.Spec with { Code = template.Spec.Code! with { Follow = true, FollowMinutes = 5 } } });
        Settle(passes: true, Missing);
        for (var minutes = 2; minutes < 5; minutes += 2)
        {
            var repeat = Assert.Single(Plan(Duration.FromMinutes(minutes)).Create.OfType<Job>());
            world.CarryOut(Plan(Duration.FromMinutes(minutes)));
            Ends(repeat, Failing(passes: true, Missing), Duration.FromMinutes(minutes));
            world.Settle(At(Duration.FromMinutes(minutes)), run: false);
        }

        var look = Assert.Single(Plan(Duration.FromMinutes(5)).Create.OfType<Job>());
        Assert.Equal("main", look.Spec!.Template!.Spec!.Containers![0].Env!.Single(variable => variable.Name == "REF").Value);
    }

    [Fact]
    public void Documents_are_named_after_their_tree_and_those_that_pods_mount_are_left()
    {
        const string tree = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        world.LastWord = _ => Word($"\"documents\":\"{tree}\",\"failed\":0".TrimStart('"'));
        world.Settle(TestCourse.Start);
        var mount = world.SeatPods[0].Spec!.Containers![0].VolumeMounts!.Single(mount => mount.MountPath == "/documents");
        Assert.StartsWith($"documents/{tree}-", mount.SubPath, StringComparison.Ordinal);

        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        var job = Assert.Single(Plan(Duration.Zero).Create.OfType<Job>());
        Assert.Equal(mount.SubPath!["documents/".Length..], job.Spec!.Template!.Spec!.Containers![0].Env!.Single(variable => variable.Name == "DOCUMENTS_KEPT").Value);
    }

    [Fact]
    public void Five_thousand_homes_are_no_setting_longer_than_the_kernel_takes()
    {
        var crowd = TestCourse.World([.. Enumerable.Range(1, 5000).Select(i => $"an-account-of-a-rather-long-name.{i:0000}@univ.example")]);
        var job = ClassroomEnvironmentPlanner.Plan(crowd.Observe(), TestCourse.Start).Create.OfType<Job>().Single(job => job.Metadata.Name!.Contains("materials", StringComparison.Ordinal));
        var container = job.Spec!.Template!.Spec!.Containers![0];
        Assert.Equal(5000, MaterialsJob.HomesOf(job).Count);
        Assert.All(container.Env!.Select(variable => variable.Value ?? "").Concat(container.Args!), text => Assert.True(text.Length < 128 * 1024));
        // Of all of them together it takes two megabytes.
        Assert.InRange(container.Args!.Sum(argument => argument.Length + 9), 1, 1_000_000);
    }

    private static Instant At(Duration later) => TestCourse.Start + later;

    private EnvironmentPlan Plan(Duration later) => ClassroomEnvironmentPlanner.Plan(world.Observe(), At(later));

    private static Condition Told(ClassroomEnvironmentStatus status) => status.Conditions!.Single(condition => condition.Type == Readiness.MaterialsReady);

    private static string Word(string rest) => $$"""{"commit":"{{TestCourse.Commit}}","{{rest}}}""";

    private string Failing(bool passes, string missing)
    {
        var home = world.All<Seat>().Single(seat => seat.Spec.Login == "student02").Metadata.Name;
        return Word($$"""failed":1,{{missing}}"passes":{{(passes ? "true" : "false")}},"failures":[{"home":"{{home}}","what":"no room left on the volume"}]""");
    }

    private ClassroomEnvironmentStatus Settle(bool passes, string missing)
    {
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start));
        Ends(world.All<Job>().Single(), Failing(passes, missing), Duration.Zero);
        world.Settle(TestCourse.Start);
        return world.Environment.Status!;
    }

    private void Ends(Job planned, string message, Duration later)
    {
        var job = world.All<Job>().Single(job => job.Metadata.Name == planned.Metadata.Name);
        var moment = At(later).ToDateTimeOffset();
        world.Put(job with { Status = new() { CompletionTime = moment, Conditions = [new() { Type = "Complete", Status = "True", LastTransitionTime = moment }] } });
        world.Put(new Pod
        {
            Metadata = new() { Name = $"{job.Metadata.Name}-pod", Namespace = "course-test", Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
            Status = new() { Phase = "Succeeded", ContainerStatuses = [new() { Name = "materials", State = new() { Terminated = new() { ExitCode = 0, Message = message } } }] },
        });
    }
}
