using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>One student's change in a course of a thousand touches that student's objects and the status, nothing else.</summary>
public sealed class CostTests
{
    private const int Students = 1000;
    private readonly World world = TestCourse.World([.. Enumerable.Range(1, Students).Select(i => $"student{i:0000}")]);

    public CostTests() => world.Settle(TestCourse.Start);

    [Fact]
    public void Another_group_is_one_seat()
    {
        world.Change(spec => spec with { Students = [spec.Students![0] with { Group = "B" }, .. spec.Students.Skip(1)] });
        var plan = Plan();
        Assert.StartsWith("student0001-", Assert.IsType<Seat>(Assert.Single(plan.Apply)).Metadata.Name, StringComparison.Ordinal);
        Assert.Empty(plan.Create);
        Assert.Empty(plan.Delete);
        Assert.Empty(plan.SeatStatuses);
    }

    [Fact]
    public void A_pod_that_is_killed_is_one_pod_and_one_seats_status()
    {
        var pod = world.SeatPods[7];
        world.CarryOut(new() { Delete = [PlannedDeletion.Of(pod, "killed by the test")] });
        var plan = Plan();
        Assert.Empty(plan.Apply);
        Assert.Equal(pod.Metadata.Name, Assert.IsType<Pod>(Assert.Single(plan.Create)).Metadata.Name);
        Assert.Empty(plan.Delete);
        Assert.Equal(pod.Metadata.Name, Assert.Single(plan.SeatStatuses).Seat.Metadata.Name);
    }

    [Fact]
    public void A_late_joiner_is_one_seat_one_entry_in_the_tokens_and_one_job()
    {
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "late" }] });
        var plan = Plan();
        Assert.Equal(["course's tokens", "late's seat"], plan.Apply.Select(item => item is Secret ? "course's tokens" : item.Metadata.Name!.StartsWith("late-", StringComparison.Ordinal) ? "late's seat" : item.Metadata.Name!).Order(StringComparer.Ordinal));
        Assert.IsType<Job>(Assert.Single(plan.Create));
        Assert.Empty(plan.Delete);
        Assert.Empty(plan.SeatStatuses);
    }

    [Fact]
    public void Another_ref_is_one_job_and_the_status_whatever_becomes_of_the_homes()
    {
        var template = world.All<CourseTemplate>().Single();
        world.Put(template with { Spec = template.Spec with { Code = template.Spec.Code! with { Ref = "v2" } } });
        var (jobs, others) = (0, 0);
        for (var pass = 0; pass < 6; pass++)
        {
            var plan = Plan();
            jobs += plan.Create.Count + plan.Delete.Count;
            others += plan.Apply.Count + plan.SeatStatuses.Count;
            Assert.All(plan.Create, item => Assert.IsType<Job>(item));
            world.CarryOut(plan);
            world.Run();
        }

        // The new one comes, the old one goes.
        Assert.Equal((2, 0), (jobs, others));
        Assert.Equal("v2", world.Environment.Status!.Materials!.Ref);
    }

    [Fact]
    public void One_who_leaves_takes_the_pod_and_the_seat_and_no_other()
    {
        world.Change(spec => spec with { Students = [.. spec.Students!.Skip(1)] });
        var plan = Plan();
        Assert.IsType<Secret>(Assert.Single(plan.Apply));
        Assert.Equal(2, plan.Delete.Count(deletion => deletion.Key.Name.StartsWith("student0001-", StringComparison.Ordinal)));
        Assert.Equal(2, plan.Delete.Count);
        Assert.Empty(plan.SeatStatuses);
    }

    private EnvironmentPlan Plan() => ClassroomEnvironmentPlanner.Plan(world.Observe(), TestCourse.Start);
}
