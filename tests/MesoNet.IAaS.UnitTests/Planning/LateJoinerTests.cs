using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>Who joins a course while a newer version of its code cannot be had gets the last one.</summary>
public sealed class LateJoinerTests
{
    private const string NoSuchRef = """{"reason":"RefNotFound","detail":"as git says"}""";
    private const string Away = """{"reason":"RepositoryUnreachable","detail":"as git says"}""";
    private readonly World world = TestCourse.World("student01", "student02");
    private Instant now = TestCourse.Start;

    public LateJoinerTests() => world.Settle(now);

    [Theory]
    [InlineData("v9", NoSuchRef, "RefNotFound")]
    [InlineData(null, Away, "RepositoryUnreachable")]
    public void A_ref_that_does_not_exist_and_a_server_that_is_away_when_it_is_asked_keep_nobody_out(string? reference, string word, string reason)
    {
        FailNewer(reference, word);
        Assert.Equal(reason, Told().Reason);
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        // First the newer version is tried for all three of them.
        Step();
        Assert.Equal(reference ?? "main", RefOf(Unfinished()));
        Fail(word);

        Step();
        var last = Unfinished();
        Assert.Equal(TestCourse.Commit, RefOf(last));
        Assert.Equal(3, HomesJob.ArgumentsOf(last).Count);
        Assert.Null(world.PodOf("student03"));
        Assert.NotEqual(SeatState.Failed, StateOf("student03"));
        world.Run();
        world.Settle(now);
        Assert.NotNull(world.PodOf("student03"));
        Assert.Equal("3/3", world.Environment.Status!.Ready);
        // What is wrong with the newer one stands.
        Assert.Equal(reason, Told().Reason);
        Assert.Equal(TestCourse.Commit, world.Environment.Status.Materials!.Commit ?? world.Environment.Status.Materials.Given!.Commit);
    }

    [Fact]
    public void The_newer_version_is_tried_again_all_the_same_and_takes_the_place_of_the_last_one()
    {
        FailNewer("v9", Away);
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        Step();
        Fail(Away);
        world.Settle(now);
        now += Duration.FromMinutes(2);
        world.Settle(now);
        Assert.Equal("True", Told().Status);
        Assert.Equal("v9", RefOf(Assert.Single(MaterialsJobs())));
        Assert.Equal(3, world.SeatPods.Count);
    }

    [Fact]
    public void While_the_last_version_is_given_the_newer_one_is_not_tried_beside_it()
    {
        FailNewer("v9", Away);
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        Step();
        Fail(Away);
        Step();
        now += Duration.FromMinutes(5);
        Assert.Empty(Plan().Create);
        Assert.Empty(Plan().Delete);
    }

    [Fact]
    public void Where_the_last_version_cannot_be_given_either_it_is_tried_again_after_a_pause()
    {
        FailNewer("v9", NoSuchRef);
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        Step();
        Fail(NoSuchRef);
        Step();
        Fail(Away);
        Step();
        Assert.Empty(Plan().Create);
        Assert.Equal((now + Duration.FromMinutes(2)).ToDateTimeOffset(), Plan().NextLookAt);
        Assert.Equal(SeatState.Failed, StateOf("student03"));
        now += Duration.FromMinutes(2);
        world.Settle(now);
        Assert.NotNull(world.PodOf("student03"));
    }

    [Fact]
    public void Documents_that_become_a_data_set_need_nothing_of_a_repository_that_is_away()
    {
        world.AtWork.Add("materials");
        world.Change(spec => spec with { Suspend = true });
        world.Settle(now);
        world.Put(TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Datasets = null, Documents = new() { Dataset = "digits" } } });
        world.Change(spec => spec with { Suspend = false });
        world.Settle(now);
        // While it is still asked, too: the homes have all that is needed of it.
        Assert.Equal("main", RefOf(Unfinished()));
        Assert.Equal(["/documents", "/documents"], world.SeatPods.Select(pod => pod.Spec!.Containers![0].VolumeMounts!.Single(mount => mount.Name.StartsWith("data-", StringComparison.Ordinal)).MountPath));
        Fail(Away);
        world.AtWork.Clear();
        world.Settle(now);
        Assert.Equal("RepositoryUnreachable", Told().Reason);
        Assert.Equal("2/2", world.Environment.Status!.Ready);

        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        Step();
        Fail(Away);
        Step();
        Assert.Equal(TestCourse.Commit, RefOf(Unfinished()));
        // Should the template take its data set back, seats are given these again.
        Assert.Equal($"{TestCourse.Commit}-{ObjectNames.Hash("documents", 8)}", HomesJob.SettingOf(Unfinished(), "DOCUMENTS_KEPT"));
        world.Run();
        world.Settle(now);
        Assert.NotNull(world.PodOf("student03"));
    }

    [Fact]
    public void A_course_whose_code_was_never_had_has_no_last_version()
    {
        var fresh = TestCourse.World("student01");
        fresh.AtWork.Add("materials");
        fresh.Settle(now);
        Fail(NoSuchRef, fresh);
        fresh.Settle(now);
        Assert.Single(fresh.All<Job>());
    }

    private void FailNewer(string? reference, string word)
    {
        world.AtWork.Add("materials");
        now += Duration.FromHours(1);
        world.Change(spec => spec with { Code = new() { Ref = reference, LookAt = now.ToDateTimeOffset() } });
        Step();
        Fail(word);
        world.AtWork.Clear();
        world.Settle(now);
    }

    // One pass, with what it creates left as it is.
    private void Step()
    {
        for (var pass = 0; pass < 3; pass++) world.CarryOut(Plan());
    }

    private void Fail(string word, World? other = null)
    {
        var at = other ?? world;
        var job = at.All<Job>().Single(job => job.Status is null);
        at.Put(job with { Status = new() { Conditions = [new() { Type = "Failed", Status = "True", Reason = "BackoffLimitExceeded", LastTransitionTime = now.ToDateTimeOffset() }] } });
        at.Put(new Pod
        {
            Metadata = new() { Name = $"{job.Metadata.Name}-pod", Namespace = "course-test", Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
            Status = new() { Phase = "Failed", ContainerStatuses = [new() { Name = "materials", State = new() { Terminated = new() { ExitCode = 1, Message = word } } }] },
        });
    }

    private EnvironmentPlan Plan() => ClassroomEnvironmentPlanner.Plan(world.Observe(), now);

    private Job Unfinished() => MaterialsJobs().Single(job => job.Status is null);

    private IEnumerable<Job> MaterialsJobs() => world.All<Job>().Where(job => job.Metadata.Label(Labels.Component) == "materials");

    private static string? RefOf(Job job) => HomesJob.SettingOf(job, "REF");

    private SeatState? StateOf(string login) => world.All<Seat>().Single(seat => seat.Spec.Login == login).Status?.State;

    private Condition Told() => world.Environment.Status!.Conditions!.Single(condition => condition.Type == Readiness.MaterialsReady);
}
