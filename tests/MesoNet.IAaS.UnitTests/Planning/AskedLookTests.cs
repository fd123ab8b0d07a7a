using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>A teacher asks for the newest of the code, or for another version, for one course.</summary>
public sealed class AskedLookTests
{
    private const string Second = "fedcba9876543210fedcba9876543210fedcba98";
    private readonly World world = TestCourse.World("student01", "student02");
    private Instant now = TestCourse.Start;

    public AskedLookTests() => world.Settle(now);

    [Fact]
    public void Whoever_asks_gets_one_look_and_what_it_finds_is_everybodys()
    {
        world.LastWord = _ => $$"""{"commit":"{{Second}}","updated":2}""";
        Ask(null, now);
        Assert.True(AskedLook.IsPending(world.Environment));
        var look = Assert.Single(ClassroomEnvironmentPlanner.Plan(world.Observe(), now).Create.OfType<Job>());
        Assert.Equal("main", Ref(look));
        world.Settle(now);
        Assert.False(AskedLook.IsPending(world.Environment));
        Assert.Equal((Second, "2 updated."), (Materials.Commit, Materials.Summary));
        // Once is once: later passes, and later students, get the commit that was found.
        now += Duration.FromDays(1);
        world.Settle(now);
        Assert.Equal(look.Metadata.Name, Assert.Single(world.All<Job>()).Metadata.Name);
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        Assert.Equal(Second, Ref(Assert.Single(ClassroomEnvironmentPlanner.Plan(world.Observe(), now).Create.OfType<Job>())));
    }

    [Fact]
    public void Seats_run_on_while_it_is_looked_up()
    {
        var seats = world.SeatPods.Select(pod => pod.Metadata.Uid).ToList();
        world.AtWork.Add("materials");
        Ask(null, now);
        world.Settle(now);
        Assert.Equal(seats, world.SeatPods.Select(pod => pod.Metadata.Uid));
        Assert.Equal("2/2", world.Environment.Status!.Ready);
    }

    [Fact]
    public void A_look_that_is_asked_for_later_is_taken_then()
    {
        var at = now + Duration.FromHours(2);
        Ask(null, at);
        world.Settle(now);
        Assert.Single(world.All<Job>());
        Assert.Equal(at.ToDateTimeOffset(), ClassroomEnvironmentPlanner.Plan(world.Observe(), now).NextLookAt);
        Assert.NotEmpty(ClassroomEnvironmentPlanner.Plan(world.Observe(), at).Create.OfType<Job>());
    }

    [Fact]
    public void A_course_has_a_version_of_its_own_and_goes_back_to_the_templates()
    {
        world.LastWord = job => $$"""{"commit":"{{(Ref(job) == "v2" ? Second : TestCourse.Commit)}}"}""";
        Ask("v2", now);
        // One look does for both, the other ref and the wish to look at it.
        Assert.Equal("v2", Ref(Assert.Single(ClassroomEnvironmentPlanner.Plan(world.Observe(), now).Create.OfType<Job>())));
        world.Settle(now);
        Assert.Equal(("v2", Second), (Materials.Ref, Materials.Commit));
        Assert.Single(world.All<Job>());
        Assert.False(AskedLook.IsPending(world.Environment));

        now += Duration.FromMinutes(1);
        Ask(null, now);
        world.Settle(now);
        Assert.Equal(("main", TestCourse.Commit), (Materials.Ref, Materials.Commit));
    }

    [Fact]
    public void A_ref_that_does_not_exist_leaves_the_last_good_code_and_says_what_to_correct_in_the_course()
    {
        world.AtWork.Add("materials");
        Ask("v9", now);
        world.Settle(now);
        Fail(world.All<Job>().Single(job => job.Status is null), """{"reason":"RefNotFound","detail":"as git says"}""");
        world.Settle(now, run: false);
        var told = world.Environment.Status!.Conditions!.Single(condition => condition.Type == Readiness.MaterialsReady);
        Assert.Contains("no branch, tag or commit \"v9\". Correct spec.code.ref of the course", told.Message, StringComparison.Ordinal);
        Assert.Equal((TestCourse.Commit, "2/2"), (Materials.Given!.Commit, world.Environment.Status.Ready));
        Assert.True(AskedLook.IsPending(world.Environment));
        // Asked again, it is looked up at once: somebody may have pushed it.
        now += Duration.FromSeconds(5);
        Ask("v9", now);
        Assert.Single(ClassroomEnvironmentPlanner.Plan(world.Observe(), now).Create.OfType<Job>());
    }

    [Fact]
    public void A_branch_that_is_followed_is_followed_from_the_asked_look_on()
    {
        var template = world.All<CourseTemplate>().Single();
        world.Put(template with { Spec = template.Spec with { Code = template.Spec.Code! with { Follow = true, FollowMinutes = 5 } } });
        Ask(null, now);
        world.Settle(now);
        var job = Assert.Single(world.All<Job>());
        world.Put(job with { Status = job.Status! with { CompletionTime = now.ToDateTimeOffset() } });
        world.Settle(now);
        Assert.Equal((now + Duration.FromMinutes(5)).ToDateTimeOffset(), ClassroomEnvironmentPlanner.Plan(world.Observe(), now).NextLookAt);
    }

    private PinnedMaterials Materials => world.Environment.Status!.Materials!;

    private void Ask(string? reference, Instant at) => world.Change(spec => spec with { Code = new() { Ref = reference, LookAt = at.ToDateTimeOffset() } });

    private static string Ref(Job job) => job.Spec!.Template!.Spec!.Containers![0].Env!.Single(variable => variable.Name == "REF").Value!;

    private void Fail(Job job, string message)
    {
        var moment = now.ToDateTimeOffset();
        world.Put(job with { Status = new() { Conditions = [new() { Type = "Failed", Status = "True", LastTransitionTime = moment }] } });
        world.Put(new Pod
        {
            Metadata = new() { Name = $"{job.Metadata.Name}-pod", Namespace = "course-test", Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
            Status = new() { Phase = "Failed", ContainerStatuses = [new() { Name = "materials", State = new() { Terminated = new() { ExitCode = 1, Message = message } } }] },
        });
    }
}
