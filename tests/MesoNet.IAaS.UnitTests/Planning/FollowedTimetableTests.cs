using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>What goes on where a spec breaks rules, and what seats on demand hold.</summary>
public sealed class FollowedTimetableTests
{
    private static readonly Instant Bell = Instant.FromUtc(2026, 11, 23, 13, 0);
    private static readonly Instant End = Instant.FromUtc(2026, 11, 23, 16, 0);

    [Fact]
    public void A_course_that_is_always_on_goes_on_when_its_first_timetable_is_wrong()
    {
        var world = TestCourse.World("student01", "student02");
        world.Settle(TestCourse.Start);
        world.Change(spec => spec with { Lessons = [new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T13:00" }] });
        world.CarryOut(new() { Delete = [PlannedDeletion.Of(world.SeatPods[0], "killed by the test")] });
        world.Settle(TestCourse.Start + Duration.FromMinutes(1));
        Assert.Equal(2, world.SeatPods.Count);
        Assert.Equal(("LessonInvalid", Stage.Lesson), (Condition(world, Readiness.Ready).Reason, world.Environment.Status!.Stage!.Value));
    }

    [Fact]
    public void A_course_that_cannot_be_planned_moves_on_in_time_all_the_same()
    {
        var world = CourseInTimeTests.CourseWorld();
        world.Settle(Bell);
        world.Remove(world.All<CourseTemplate>().Single());
        world.Settle(Bell + Duration.FromMinutes(1));
        Assert.Equal((Stage.Lesson, End.ToDateTimeOffset()), (world.Environment.Status!.Stage!.Value, world.Environment.Status.NextTransition!.Value));
        world.Settle(End);
        Assert.Equal("TemplateNotFound", Condition(world, Readiness.Ready).Reason);
        Assert.Equal((Stage.HandIn, "tp1", Instant.FromUtc(2026, 11, 27, 22, 59).ToDateTimeOffset()), (world.Environment.Status!.Stage!.Value, world.Environment.Status.Lesson, world.Environment.Status.NextTransition!.Value));
        Assert.Empty(world.SeatPods);
    }

    [Fact]
    public void A_seat_on_demand_holds_no_device_that_the_template_does_not_give_it()
    {
        var world = CourseInTimeTests.CourseWorld();
        var template = world.All<CourseTemplate>().Single();
        world.Put(template with { Spec = template.Spec with { Resources = template.Spec.Resources with { HandIn = null } } });
        world.Settle(End);
        world.ChangeSeat("student01", spec => spec with { WantedUntil = (End + Duration.FromHours(4)).ToDateTimeOffset() });
        world.Settle(End + Duration.FromHours(1));
        var resources = Assert.Single(world.SeatPods).Spec!.Containers![0].Resources!;
        Assert.Equal("16Gi", resources.Limits!["memory"].ToString());
        Assert.False(resources.Limits.ContainsKey("nvidia.com/gpu"));
    }

    [Fact]
    public void Between_hand_in_and_the_next_lesson_seats_start_on_demand_where_the_template_says_so()
    {
        var resting = Instant.FromUtc(2026, 11, 28, 12, 0);
        foreach (var isAllowed in new[] { true, false })
        {
            var world = CourseInTimeTests.CourseWorld(timing: new() { RestingOnDemand = isAllowed });
            world.Settle(End);
            world.ChangeSeat("student03", spec => spec with { WantedUntil = (resting + Duration.FromHours(2)).ToDateTimeOffset() });
            world.Settle(resting);
            Assert.Equal((Stage.Resting, isAllowed ? 1 : 0), (world.Environment.Status!.Stage!.Value, world.SeatPods.Count));
            if (!isAllowed) continue;
            Assert.Equal((PriorityClasses.HandIn, false), (world.SeatPods[0].Spec!.PriorityClassName, world.SeatPods[0].Spec!.Containers![0].Resources!.Limits!.ContainsKey("nvidia.com/gpu")));
            // The next lesson's seat takes its place.
            world.Settle(Instant.FromUtc(2026, 11, 30, 13, 0));
            Assert.All(world.SeatPods, pod => Assert.Equal(PriorityClasses.Lesson, pod.Spec!.PriorityClassName));
        }
    }

    [Fact]
    public void A_lesson_for_a_group_that_nobody_is_in_is_told_and_hinders_nothing()
    {
        var world = CourseInTimeTests.CourseWorld();
        world.Change(spec => spec with { Lessons = [.. spec.Lessons!, new() { Name = "tp3", Start = "2026-12-07T14:00", End = "2026-12-07T17:00", Groups = ["C"] }] });
        world.Settle(Bell);
        Assert.Equal(4, world.SeatPods.Count);
        var told = Condition(world, Readiness.LessonsHaveStudents);
        Assert.Equal(("False", "GroupWithoutStudents"), (told.Status, told.Reason));
        Assert.Equal("The lesson \"tp3\" is for group C, and no student is in it: nobody will have a seat. Correct the lesson's groups, or those of the students.", told.Message);
        world.Change(spec => spec with { Students = [.. spec.Students!, new() { Login = "student05", Group = "C" }] });
        world.Settle(Bell);
        Assert.DoesNotContain(world.Environment.Status!.Conditions!, condition => condition.Type == Readiness.LessonsHaveStudents);
    }

    private static Condition Condition(World world, string type) => world.Environment.Status!.Conditions!.Single(condition => condition.Type == type);
}
