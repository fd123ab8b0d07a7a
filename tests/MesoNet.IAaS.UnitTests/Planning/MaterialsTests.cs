using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

public sealed class MaterialsTests
{
    [Fact]
    public void What_a_failed_job_said_stands_while_it_is_repeated()
    {
        var world = Failing("RefNotFound");
        var told = world.Environment.Status!;
        Assert.Equal("RefNotFound", Condition(told).Reason);

        // Ten minutes later the Job is deleted and made anew; until that one has ended, nothing new is known.
        var later = TestCourse.Start + Duration.FromMinutes(10);
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), later));
        Assert.Empty(world.All<Job>());
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), later));
        Assert.Single(world.All<Job>());
        Assert.True(StatusComparison.IsSame(told, ClassroomEnvironmentPlanner.Plan(world.Observe(), later).Status!));
    }

    [Fact]
    public void What_a_failed_job_said_stands_when_its_pod_is_gone()
    {
        var world = Failing("RefNotFound");
        var told = world.Environment.Status!;
        world.CarryOut(new() { Delete = [PlannedDeletion.Of(world.All<Pod>().Single(), "drained")] });
        Assert.True(StatusComparison.IsSame(told, ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Status!));
    }

    [Fact]
    public void A_corrected_template_is_not_told_of_the_old_failure()
    {
        var world = Failing("RefNotFound");
        world.Put(TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Code = new() { Repository = "git://git.test/course.git", Ref = "other" } } });
        Assert.Equal("Preparing", Condition(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Status!).Reason);
    }

    [Fact]
    public void A_server_that_is_away_is_asked_again_sooner_than_a_branch_that_is_not_there()
    {
        var away = ClassroomEnvironmentPlanner.Plan(Failing("RepositoryUnreachable").Observe(), TestCourse.Start).NextLookAt;
        var missing = ClassroomEnvironmentPlanner.Plan(Failing("RefNotFound").Observe(), TestCourse.Start).NextLookAt;
        Assert.Equal(TestCourse.Start.ToDateTimeOffset().AddMinutes(2), away);
        Assert.Equal(TestCourse.Start.ToDateTimeOffset().AddMinutes(10), missing);
    }

    [Fact]
    public void A_commit_once_pinned_is_what_later_jobs_fetch_though_the_branch_moved_on()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student02" }] });
        Assert.Equal(TestCourse.Commit, PlannedRef(world));
    }

    [Fact]
    public void Another_folder_is_looked_for_where_the_branch_is_now_and_not_in_the_old_commit()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        var template = TestCourse.Template();
        world.Put(template with { Spec = template.Spec with { Code = template.Spec.Code! with { Path = "tp" } } });
        Assert.Equal("main", PlannedRef(world));
        world.Settle(TestCourse.Start);
        world.Put(template with { Spec = template.Spec with { Code = template.Spec.Code! with { Path = "tp" }, Documents = new() { Path = "cours" } } });
        Assert.Equal("main", PlannedRef(world));
    }

    private static string? PlannedRef(World world) =>
        ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Create.OfType<Job>().Single().Spec!.Template!.Spec!.Containers![0].Env!.Single(variable => variable.Name == "REF").Value;

    private static Condition Condition(ClassroomEnvironmentStatus status) => status.Conditions!.Single(condition => condition.Type == Readiness.MaterialsReady);

    private static World Failing(string reason)
    {
        var world = TestCourse.World("student01");
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start));
        var job = world.All<Job>().Single();
        world.Put(job with { Status = new() { Conditions = [new() { Type = "Failed", Status = "True", LastTransitionTime = TestCourse.Start.ToDateTimeOffset() }] } });
        world.Put(new Pod
        {
            Metadata = new() { Name = "job-pod", Namespace = "course-test", Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(world.All<Job>().Single())] },
            Status = new()
            {
                Phase = "Failed",
                ContainerStatuses = [new() { Name = "materials", State = new() { Terminated = new() { ExitCode = 1, Message = $$"""{"reason":"{{reason}}","detail":"as git says"}""" } } }],
            },
        });
        world.Settle(TestCourse.Start, run: false);
        return world;
    }
}
