using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>Plans carried out, over and over, until nothing is left to do.</summary>
public sealed class ConvergenceTests
{
    [Fact]
    public void A_course_comes_up_and_then_nothing_is_left_to_do()
    {
        var world = TestCourse.World("student01", "student02", "student03");
        world.Settle(TestCourse.Start);
        Assert.Equal("3/3", world.Environment.Status!.Ready);
        Assert.Equal("True", ReadyCondition(world).Status);
        Assert.Equal(3, world.SeatPods.Count);
        Assert.Equal(TestCourse.Commit, world.Environment.Status.Materials!.Commit);
    }

    [Fact]
    public void Whatever_the_roster_and_however_it_changes_the_plan_comes_to_rest_with_one_pod_for_each_student() =>
        Prop.ForAll<NonEmptyArray<byte>, NonEmptyArray<byte>, bool>((first, second, suspend) =>
        {
            var world = TestCourse.World(Logins(first));
            world.Settle(TestCourse.Start);
            world.Change(spec => spec with { Students = [.. Logins(second).Select(login => new Student { Login = login })], Suspend = suspend });
            world.Settle(TestCourse.Start + Duration.FromMinutes(1));
            return world.All<Seat>().Count == Logins(second).Length
                && world.SeatPods.Count == (suspend ? 0 : Logins(second).Length);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Suspending_stops_the_pods_and_keeps_homes_seats_and_tokens()
    {
        var world = TestCourse.World("student01", "student02");
        world.Settle(TestCourse.Start);
        var token = world.All<Secret>().Single(secret => secret.Metadata.Name == "test-tokens").Data!.Values.First();
        world.Change(spec => spec with { Suspend = true });
        world.Settle(TestCourse.Start);
        Assert.Empty(world.SeatPods);
        Assert.Equal(2, world.All<Seat>().Count);
        Assert.All(world.All<Seat>(), seat => Assert.Equal(SeatState.Stopped, seat.Status!.State));
        Assert.Contains(world.All<PersistentVolumeClaim>(), claim => claim.Metadata.Name == "test-homes");
        Assert.Equal(Stage.Resting, world.Environment.Status!.Stage);

        world.Change(spec => spec with { Suspend = false });
        world.Settle(TestCourse.Start);
        Assert.Equal("2/2", world.Environment.Status!.Ready);
        Assert.Equal(token, world.All<Secret>().Single(secret => secret.Metadata.Name == "test-tokens").Data!.Values.First());
    }

    [Fact]
    public void A_late_joiner_gets_a_home_and_nobody_else_is_disturbed()
    {
        var world = TestCourse.World("student01", "student02");
        world.Settle(TestCourse.Start);
        var before = world.SeatPods.Select(pod => pod.Metadata.Uid).ToList();
        world.Change(spec => spec with { Students = [.. spec.Students!, new Student { Login = "student03" }] });
        world.Settle(TestCourse.Start);
        Assert.Equal(3, world.SeatPods.Count);
        Assert.Superset(before.ToHashSet(), world.SeatPods.Select(pod => pod.Metadata.Uid).ToHashSet());
    }

    [Fact]
    public void A_pod_that_is_killed_comes_back()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        var pod = world.SeatPods.Single();
        world.CarryOut(new() { Delete = [PlannedDeletion.Of(pod, "killed by the test")] });
        world.Settle(TestCourse.Start);
        Assert.NotEqual(pod.Metadata.Uid, world.SeatPods.Single().Metadata.Uid);
        Assert.Equal("1/1", world.Environment.Status!.Ready);
    }

    [Fact]
    public void A_running_notebook_is_not_stopped_because_the_template_changed()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        var pod = world.SeatPods.Single().Metadata.Uid;
        world.Put(TestCourse.Template(image: "image:2"));
        world.Settle(TestCourse.Start);
        Assert.Equal(pod, world.SeatPods.Single().Metadata.Uid);
    }

    [Fact]
    public void A_spec_that_breaks_a_rule_stops_nothing_that_runs()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        world.Change(spec => spec with { Template = new() { Name = "gone" } });
        world.Settle(TestCourse.Start);
        Assert.Single(world.SeatPods);
        Assert.Equal("TemplateNotFound", ReadyCondition(world).Reason);
    }

    [Fact]
    public void The_homes_belong_to_the_course_only_where_the_teacher_said_they_go_with_it()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        Assert.Null(Homes(world).Metadata.OwnerReferences);
        world.Change(spec => spec with { Retention = new() { DeleteData = true } });
        world.Settle(TestCourse.Start);
        Assert.Equal("test", Assert.Single(Homes(world).Metadata.OwnerReferences!).Name);
        world.Change(spec => spec with { Retention = null });
        world.Settle(TestCourse.Start);
        Assert.Null(Homes(world).Metadata.OwnerReferences);
    }

    [Fact]
    public void What_somebody_changed_by_hand_is_put_right()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        var policy = world.All<NetworkPolicy>().Single();
        world.Put(policy with { Spec = policy.Spec! with { PolicyTypes = ["Egress"] } });
        world.Settle(TestCourse.Start);
        Assert.Equal(["Ingress", "Egress"], world.All<NetworkPolicy>().Single().Spec!.PolicyTypes!);
    }

    private static PersistentVolumeClaim Homes(World world) => world.All<PersistentVolumeClaim>().Single(claim => claim.Metadata.Name == "test-homes");

    private static Condition ReadyCondition(World world) => world.Environment.Status!.Conditions!.Single(condition => condition.Type == Readiness.Ready);

    private static string[] Logins(NonEmptyArray<byte> numbers) => [.. numbers.Get.Distinct().Select(number => $"student{number}")];
}
