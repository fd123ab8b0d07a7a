using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>A teacher changes the code of a course that runs.</summary>
public sealed class MaterialsUpdateTests
{
    private const string Second = "fedcba9876543210fedcba9876543210fedcba98";
    private readonly World world = TestCourse.World("student01", "student02");

    public MaterialsUpdateTests() => world.Settle(TestCourse.Start);

    [Fact]
    public void The_program_comes_in_one_ConfigMap_of_the_course()
    {
        var map = world.All<ConfigMap>().Single(map => map.Metadata.Name == HomesProgramFiles.ConfigMapName("test"));
        Assert.Contains("__main__.py", map.Data!.Keys);
        // The API server takes a mebibyte of one.
        Assert.InRange(map.Data.Sum(file => file.Value.Length), 1, 500_000);
        Assert.Contains(world.All<Job>().Single().Spec!.Template!.Spec!.Volumes!, volume => volume.ConfigMap?.Name == map.Metadata.Name);
    }

    [Fact]
    public void Seats_start_and_run_on_with_what_they_have_while_another_ref_is_looked_up_and_when_it_does_not_exist()
    {
        var before = world.SeatPods.Select(pod => pod.Metadata.Uid).ToList();
        ChangeRef("v2");
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start));
        var looking = ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start);
        Assert.Empty(looking.Delete);
        Assert.Equal("Preparing", Told(looking.Status!).Reason);

        Ends(Newest(), "Failed", """{"reason":"RefNotFound","detail":"as git says"}""");
        world.Settle(TestCourse.Start, run: false);
        Assert.Equal("RefNotFound", Told(world.Environment.Status!).Reason);
        Assert.Equal(TestCourse.Commit, world.Environment.Status!.Materials!.Given!.Commit);
        Assert.Equal(before, world.SeatPods.Select(pod => pod.Metadata.Uid));
        Assert.Equal("2/2", world.Environment.Status.Ready);

        // One that was lost starts again, with the documents that are there.
        world.CarryOut(new() { Delete = [PlannedDeletion.Of(world.SeatPods[0], "lost")] });
        var again = Assert.Single(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Create.OfType<Pod>());
        Assert.Contains(again.Spec!.Containers![0].VolumeMounts!, mount => mount.MountPath == "/documents" && mount.SubPath!.Contains(TestCourse.Commit, StringComparison.Ordinal));
    }

    [Fact]
    public void What_became_of_the_homes_is_told_with_logins_and_stands_when_the_pod_is_gone()
    {
        ChangeRef("v2");
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start));
        var home = world.All<Seat>().Single(seat => seat.Spec.Login == "student02").Metadata.Name;
        Ends(Newest(), "Complete", $$"""{"commit":"{{Second}}","copied":0,"updated":1,"conflicts":1,"failed":0,"named":[{"home":"{{home}}","file":"tp1.ipynb","more":2}],"failures":[]}""");
        world.Settle(TestCourse.Start);
        var told = world.Environment.Status!;
        Assert.Equal((Second, 1, 1, 0), (told.Materials!.Commit, told.Materials.Updated, told.Materials.Conflicts, told.Materials.Failed));
        Assert.EndsWith(" 1 updated, 1 has conflicts: student02 (tp1.ipynb and 2 more).", Told(told).Message, StringComparison.Ordinal);
        Assert.Null(told.Materials.Given);

        foreach (var pod in world.All<Pod>().Where(pod => pod.Metadata.Name!.EndsWith("-pod", StringComparison.Ordinal)))
            world.CarryOut(new() { Delete = [PlannedDeletion.Of(pod, "gone")] });
        Assert.True(StatusComparison.IsSame(told, ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Status!));
    }

    [Fact]
    public void A_branch_is_looked_at_again_only_where_the_course_follows_it_and_its_seats_go_on_meanwhile()
    {
        Complete();
        Assert.Null(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).NextLookAt);
        Change(code => code with { Follow = true, FollowMinutes = 5 });
        world.Settle(TestCourse.Start);
        var due = TestCourse.Start + Duration.FromMinutes(5);
        Assert.Equal(due.ToDateTimeOffset(), ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).NextLookAt);

        var plan = ClassroomEnvironmentPlanner.Plan(world.Observe(), due + Duration.FromSeconds(30));
        var look = Assert.Single(plan.Create.OfType<Job>());
        Assert.Equal("main", look.Spec!.Template!.Spec!.Containers![0].Env!.Single(variable => variable.Name == "REF").Value);
        Assert.Equal("True", Told(plan.Status!).Status);
        world.CarryOut(plan);
        // The same look, however often it is planned.
        Assert.Empty(ClassroomEnvironmentPlanner.Plan(world.Observe(), due + Duration.FromMinutes(2)).Create);

        Ends(look.Metadata.Name!, "Complete", $$"""{"commit":"{{Second}}","updated":2}""", due + Duration.FromMinutes(1));
        world.Settle(due + Duration.FromMinutes(2));
        Assert.Equal(Second, world.Environment.Status!.Materials!.Commit);
        Assert.Equal(look.Metadata.Name, Assert.Single(world.All<Job>()).Metadata.Name);
        Assert.EndsWith("2 updated.", Told(world.Environment.Status).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_away_when_a_branch_is_looked_at_again_takes_no_commit_away()
    {
        Complete();
        Change(code => code with { Follow = true });
        world.Settle(TestCourse.Start);
        var later = TestCourse.Start + Duration.FromMinutes(16);
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), later));
        Ends(Newest(), "Failed", """{"reason":"RepositoryUnreachable","detail":"as git says"}""", later);
        world.Settle(later, run: false);
        Assert.Equal(TestCourse.Commit, world.Environment.Status!.Materials!.Commit);
        Assert.Equal("RepositoryUnreachable", Told(world.Environment.Status).Reason);
        Assert.Equal("2/2", world.Environment.Status.Ready);
        Assert.Equal(2, world.SeatPods.Count);
    }

    [Theory]
    [InlineData("KeyMissing", "is not in the course's namespace or lacks ssh-privatekey")]
    [InlineData("KeyRefused", "refuses the key of the Secret \"deploy\"")]
    [InlineData("RepositoryNotFound", "or let the key of the Secret \"deploy\" read it")]
    public void A_key_is_mounted_where_it_is_named_and_what_is_wrong_with_it_has_a_sentence(string reason, string sentence)
    {
        Change(code => code with { KeySecret = "deploy" });
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start));
        var volume = world.All<Job>().Single(job => job.Metadata.Name == Newest()).Spec!.Template!.Spec!.Volumes!.Single(volume => volume.Secret is not null);
        Assert.Equal(("deploy", true), (volume.Secret!.SecretName, volume.Secret.Optional));
        Ends(Newest(), "Failed", $$"""{"reason":"{{reason}}","detail":"ssh-privatekey"}""");
        world.Settle(TestCourse.Start, run: false);
        Assert.Contains(sentence, Told(world.Environment.Status!).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pinned_commit_that_vanished_is_named_and_not_the_branch_and_another_look_takes_what_that_means_now()
    {
        // Another student, and a volume that was made anew: the commit that was pinned is asked for, and history was rewritten since.
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student03" }] });
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start));
        Ends(Newest(), "Failed", """{"reason":"RefNotFound","detail":"not our ref"}""");
        world.AtWork.Add("materials");
        world.Settle(TestCourse.Start, run: false);
        Assert.Equal("CommitNotFound", Told(world.Environment.Status!).Reason);
        Assert.Equal(
            "The repository git://git.test/course.git no longer has the commit 0123456789ab, which \"main\" meant when it was pinned: its history was rewritten. 'mesonet course update test' takes what it means now. (git: not our ref)",
            Told(world.Environment.Status!).Message);
    }

    private static Condition Told(ClassroomEnvironmentStatus status) => status.Conditions!.Single(condition => condition.Type == Readiness.MaterialsReady);

    private void ChangeRef(string reference) => Change(code => code with { Ref = reference });

    private void Change(Func<CodeSource, CodeSource> change)
    {
        var template = world.All<CourseTemplate>().Single();
        world.Put(template with { Spec = template.Spec with { Code = change(template.Spec.Code!) } });
    }

    private void Complete()
    {
        var job = world.All<Job>().Single();
        world.Put(job with { Status = job.Status! with { CompletionTime = TestCourse.Start.ToDateTimeOffset() } });
    }

    private string Newest() => world.All<Job>().Single(job => job.Status is null).Metadata.Name!;

    private void Ends(string name, string how, string message, Instant? at = null)
    {
        var job = world.All<Job>().Single(job => job.Metadata.Name == name);
        var moment = (at ?? TestCourse.Start).ToDateTimeOffset();
        world.Put(job with { Status = new() { CompletionTime = moment, Conditions = [new() { Type = how, Status = "True", LastTransitionTime = moment }] } });
        world.Put(new Pod
        {
            Metadata = new() { Name = $"{name}-pod", Namespace = "course-test", Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
            Status = new() { Phase = how == "Failed" ? "Failed" : "Succeeded", ContainerStatuses = [new() { Name = "materials", State = new() { Terminated = new() { ExitCode = how == "Failed" ? 1 : 0, Message = message } } }] },
        });
    }
}
