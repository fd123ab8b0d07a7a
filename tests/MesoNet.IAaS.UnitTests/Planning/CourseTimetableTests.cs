using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>The timetable by example; its laws are in <see cref="TimetableLawsTests"/>.</summary>
public sealed class CourseTimetableTests
{
    private static readonly ClassroomEnvironmentSpec Weekend = new()
    {
        Template = new() { Name = "template" },
        Validity = new() { From = "2026-10-24", Until = "2026-10-25" },
    };

    private static readonly ClassroomEnvironmentSpec Course = new()
    {
        Template = new() { Name = "template" },
        Validity = new() { From = "2026-11-16", Until = "2026-12-20" },
        Lessons =
        [
            new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T23:59", Groups = ["A"] },
            new() { Name = "tp2", Start = "2026-11-30T14:00", End = "2026-11-30T17:00", HandInUntil = "2026-12-04T23:59" },
        ],
    };

    [Theory]
    [InlineData("America/Martinique", "9999-12-31T23:59")]
    [InlineData("Pacific/Noumea", "0000-01-01T00:00")]
    public void An_extension_at_an_end_of_the_calendar_is_no_reason_to_fall_over(string zone, string extension)
    {
        var seat = new CourseTimetable(Course with { TimeZone = zone }, Duration.Zero).ForSeat("A", extension);
        Assert.Equal(Stage.Lesson, seat.At(seat.Lessons[0].Start).Stage);
    }

    [Theory]
    [InlineData("2026-10-23T21:59:59Z", Stage.Scheduled)]
    [InlineData("2026-10-23T22:00:00Z", Stage.Lesson)]
    [InlineData("2026-10-25T22:59:59Z", Stage.Lesson)] // that night has 25 hours in Paris
    [InlineData("2026-10-25T23:00:00Z", Stage.Closed)]
    public void Validity_is_of_whole_days_in_the_courses_zone_also_when_clocks_change(string now, Stage expected) =>
        Assert.Equal(expected, At(Weekend, now).Stage);

    [Fact]
    public void A_course_without_dates_runs_unless_it_is_suspended()
    {
        var spec = Weekend with { Validity = null };
        Assert.Equal(new StagePeriod(Stage.Lesson, null, null), At(spec, "2026-11-20T08:00:00Z"));
        Assert.Equal(Stage.Resting, At(spec with { Suspend = true }, "2026-11-20T08:00:00Z").Stage);
    }

    [Theory]
    [InlineData("2026-11-10T08:00:00Z", Stage.Scheduled, null, "2026-11-23T12:50:00Z")]
    [InlineData("2026-11-23T12:49:59Z", Stage.Scheduled, null, "2026-11-23T12:50:00Z")]
    [InlineData("2026-11-23T12:50:00Z", Stage.Warming, "tp1", "2026-11-23T13:00:00Z")]
    [InlineData("2026-11-23T13:00:00Z", Stage.Lesson, "tp1", "2026-11-23T16:00:00Z")]
    [InlineData("2026-11-23T16:00:00Z", Stage.HandIn, "tp1", "2026-11-27T22:59:00Z")]
    [InlineData("2026-11-27T22:59:00Z", Stage.Resting, null, "2026-11-30T12:50:00Z")]
    [InlineData("2026-11-30T12:55:00Z", Stage.Warming, "tp2", "2026-11-30T13:00:00Z")]
    [InlineData("2026-12-10T00:00:00Z", Stage.Resting, null, "2026-12-20T23:00:00Z")]
    [InlineData("2026-12-20T23:00:00Z", Stage.Closed, null, null)]
    public void A_student_goes_through_the_stages_of_their_groups_lessons(string now, Stage stage, string? lesson, string? until) =>
        Assert.Equal(new StagePeriod(stage, lesson, until is null ? null : Moment(until)), new CourseTimetable(Course, Duration.FromMinutes(10)).ForSeat("A").At(Moment(now)));

    [Fact]
    public void A_lesson_of_another_group_is_no_lesson()
    {
        var timetable = new CourseTimetable(Course, Duration.FromMinutes(10));
        Assert.Equal(Stage.Scheduled, timetable.ForSeat("B").At(Moment("2026-11-23T15:00:00Z")).Stage);
        Assert.Equal(Stage.Scheduled, timetable.ForSeat(null).At(Moment("2026-11-23T15:00:00Z")).Stage);
        Assert.Equal(Stage.Lesson, timetable.At([timetable.ForSeat("B"), timetable.ForSeat("A")], Moment("2026-11-23T15:00:00Z")).Stage);
    }

    [Fact]
    public void An_extension_prolongs_the_hand_in_it_was_given_for_and_no_other()
    {
        // Past tp1's deadline and into tp2's day, but not past tp2's own deadline: it is for tp1.
        var extended = new CourseTimetable(Course, Duration.FromMinutes(10)).ForSeat("A", "2026-11-30T20:00");
        Assert.Equal(Moment("2026-11-30T19:00:00Z"), extended.Lessons[0].HandInUntil);
        Assert.Equal(Moment("2026-12-04T22:59:00Z"), extended.Lessons[1].HandInUntil);
        Assert.Equal(new StagePeriod(Stage.HandIn, "tp1", Moment("2026-11-30T12:50:00Z")), extended.At(Moment("2026-11-29T12:00:00Z")));
        Assert.Equal(Stage.Lesson, extended.At(Moment("2026-11-30T13:30:00Z")).Stage);
    }

    [Fact]
    public void An_extension_never_shortens() =>
        Assert.Equal(Moment("2026-11-27T22:59:00Z"), new CourseTimetable(Course, Duration.Zero).ForSeat("A", "2026-11-25T12:00").Lessons[0].HandInUntil);

    [Fact]
    public void A_seat_keeps_its_devices_from_one_lesson_into_the_next_that_follows_at_once()
    {
        var spec = Course with { Lessons = [Course.Lessons![1], Course.Lessons[1] with { Name = "tp3", Start = "2026-11-30T17:05", End = "2026-11-30T19:00" }] };
        var seat = new CourseTimetable(spec, Duration.FromMinutes(10)).ForSeat(null);
        Assert.Equal(Moment("2026-11-30T18:00:00Z"), seat.EndOfLessonResources(Moment("2026-11-30T13:30:00Z")));
    }

    [Fact]
    public void An_hour_in_the_night_that_clocks_go_back_is_an_hour()
    {
        var spec = Course with { Validity = null, Lessons = [new() { Name = "tp1", Start = "2026-10-25T01:30", End = "2026-10-25T02:30", HandInUntil = "2026-10-25T02:30" }] };
        var lesson = new CourseTimetable(spec, Duration.Zero).Lessons[0];
        Assert.Equal(Duration.FromHours(1), lesson.End - lesson.Start);
        // The deadline is the later of the two half past twos.
        Assert.Equal(Duration.FromHours(1), lesson.HandInUntil - lesson.End);
    }

    private static StagePeriod At(ClassroomEnvironmentSpec spec, string now) => new CourseTimetable(spec, Duration.Zero).ForSeat(null).At(Moment(now));

    private static Instant Moment(string text) => InstantPattern.General.Parse(text).Value;
}
