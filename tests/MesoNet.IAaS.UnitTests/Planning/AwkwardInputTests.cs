using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>Inputs that once broke a plan, or would have.</summary>
public sealed class AwkwardInputTests
{
    [Fact]
    public void A_validity_until_the_end_of_the_calendar_means_for_ever()
    {
        var world = TestCourse.World("student01");
        world.Change(spec => spec with { Validity = new() { Until = "9999-12-31" } });
        world.Settle(TestCourse.Start);
        Assert.Equal(Stage.Lesson, world.Environment.Status!.Stage);
        Assert.Null(world.Environment.Status.NextTransition);
    }

    [Fact]
    public void A_device_that_is_no_extended_resource_is_told()
    {
        var world = TestCourse.World("student01");
        var template = TestCourse.Template();
        world.Put(template with { Spec = template.Spec with { Resources = new() { Lesson = new() { Cpu = "1", Memory = "2Gi", Devices = new Dictionary<string, Quantity> { ["cpu"] = "1" } } } } });
        world.Settle(TestCourse.Start);
        Assert.Equal("DeviceInvalid", Ready(world).Reason);
    }

    [Fact]
    public void Suspending_works_though_the_spec_breaks_a_rule()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        world.Change(spec => spec with { Template = new() { Name = "gone" }, Suspend = true });
        world.Settle(TestCourse.Start);
        Assert.Empty(world.SeatPods);
    }

    [Fact]
    public void Data_that_moved_gets_a_new_volume_and_the_old_one_goes_with_the_last_notebook_that_may_use_it()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        var before = Assert.Single(world.All<PersistentVolume>());
        world.Put(TestCourse.Dataset() with { Spec = TestCourse.Dataset().Spec with { HostPath = new() { Path = "/srv/elsewhere" } } });
        world.Settle(TestCourse.Start);
        Assert.Equal(2, world.All<PersistentVolume>().Count);
        world.Change(spec => spec with { Suspend = true });
        world.Settle(TestCourse.Start);
        var after = Assert.Single(world.All<PersistentVolume>());
        Assert.NotEqual(before.Metadata.Name, after.Metadata.Name);
        Assert.Equal("/srv/elsewhere", after.Spec!.HostPath!.Path);
    }

    [Fact]
    public void The_stated_size_of_a_data_set_may_change()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        var before = world.All<PersistentVolumeClaim>().Select(claim => claim.Metadata.Generation).ToList();
        world.Put(TestCourse.Dataset() with { Spec = TestCourse.Dataset().Spec with { Size = "5Ti" } });
        world.Settle(TestCourse.Start);
        Assert.Equal(before, world.All<PersistentVolumeClaim>().Select(claim => claim.Metadata.Generation));
    }

    [Fact]
    public void Documents_added_to_a_running_course_reach_no_pod_before_a_job_has_prepared_them()
    {
        var plain = TestCourse.Template() with { Spec = TestCourse.Template().Spec with { Documents = null } };
        var world = new World(TestCourse.Environment("student01"), plain, TestCourse.Dataset(), TestCourse.Node());
        world.Settle(TestCourse.Start);
        world.Put(TestCourse.Template());
        world.CarryOut(new() { Delete = [PlannedDeletion.Of(world.SeatPods.Single(), "killed by the test")] });
        Assert.Empty(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start).Create.OfType<Pod>());
        world.Settle(TestCourse.Start);
        Assert.Contains(world.SeatPods.Single().Spec!.Containers![0].VolumeMounts!, mount => mount.MountPath == "/documents");
    }

    [Fact]
    public void Two_materials_jobs_never_work_at_once()
    {
        var world = TestCourse.World("student01");
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start));
        var job = world.All<Job>().Single();
        world.Put(new Pod
        {
            Metadata = new() { Name = "job-pod", Namespace = "course-test", Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
            Status = new() { Phase = "Running" },
        });
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student02" }] });
        var plan = ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start);
        Assert.Contains(plan.Delete, deletion => deletion.Key == job.Key);
        Assert.Empty(plan.Create.OfType<Job>());
    }

    [Fact]
    public void A_pod_that_a_node_refuses_at_once_is_not_made_again_at_once()
    {
        var world = TestCourse.World("student01");
        world.Settle(TestCourse.Start);
        world.Put(world.SeatPods.Single() with { Status = new() { Phase = "Failed", Reason = "UnexpectedAdmissionError" } });
        var plan = ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start + Duration.FromSeconds(1));
        Assert.Empty(plan.Delete);
        Assert.Equal(TestCourse.Start.ToDateTimeOffset().AddSeconds(30), plan.NextLookAt);
        Assert.Single(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start + Duration.FromSeconds(30)).Delete);
    }

    [Fact]
    public void A_job_that_was_merely_ended_from_outside_is_repeated_soon()
    {
        var world = TestCourse.World("student01");
        world.CarryOut(ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start));
        var job = world.All<Job>().Single();
        world.Put(job with { Status = new() { Conditions = [new() { Type = "Failed", Status = "True", Reason = "BackoffLimitExceeded", LastTransitionTime = TestCourse.Start.ToDateTimeOffset() }] } });
        var plan = ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start);
        Assert.Equal(TestCourse.Start.ToDateTimeOffset().AddSeconds(30), plan.NextLookAt);
        Assert.Empty(plan.SeatStatuses);
    }

    private static Condition Ready(World world) => world.Environment.Status!.Conditions!.Single(condition => condition.Type == Readiness.Ready);
}
