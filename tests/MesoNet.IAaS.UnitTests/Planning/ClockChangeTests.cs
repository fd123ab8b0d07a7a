using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>The two nights of 2026 in which Paris sets its clocks: 29 March, when 02:00 is followed by 03:00, and 25 October, when 03:00 is followed by 02:00.</summary>
public sealed class ClockChangeTests
{
    [Fact]
    public void In_march_a_lesson_over_the_gap_is_an_hour_shorter_and_warmed_for_in_time()
    {
        var course = Course("2026-03-29T01:30", "2026-03-29T04:00", "2026-03-29T23:59");
        Assert.Equal((Utc(3, 29, 0, 30), Utc(3, 29, 2, 0), Utc(3, 29, 21, 59)), Times(course));
        // Begins right after the gap: ten minutes before are ten minutes, at 01:50 of the old hour.
        var after = Course("2026-03-29T03:00", "2026-03-29T05:00");
        Assert.Equal(Stage.Scheduled, after.ForSeat(null).At(Utc(3, 29, 0, 49)).Stage);
        Assert.Equal((Stage.Warming, Utc(3, 29, 1, 0)), (after.ForSeat(null).At(Utc(3, 29, 0, 50)).Stage, after.ForSeat(null).At(Utc(3, 29, 0, 50)).Until));
    }

    [Fact]
    public void In_march_a_time_that_there_is_not_is_refused_and_an_extension_moved_on()
    {
        Assert.Contains("a time that Europe/Paris skips", Assert.Single(CalendarRules.Check(Spec("2026-03-29T02:30", "2026-03-29T05:00"))).Sentence, StringComparison.Ordinal);
        var seat = Course("2026-03-28T14:00", "2026-03-28T16:00", "2026-03-28T20:00").ForSeat(null, "2026-03-29T02:30");
        Assert.Equal(Utc(3, 29, 1, 30), seat.Lessons[0].HandInUntil);
    }

    [Fact]
    public void In_october_a_lesson_over_the_repeated_hour_is_an_hour_longer_and_a_deadline_the_later_of_two()
    {
        var course = Course("2026-10-25T01:30", "2026-10-25T03:30", "2026-10-25T03:30");
        Assert.Equal((Utc(10, 24, 23, 30), Utc(10, 25, 2, 30), Utc(10, 25, 2, 30)), Times(course));
        // Start and end are the first of two, so that an hour is an hour; the deadline is the second.
        var inside = Course("2026-10-25T02:00", "2026-10-25T02:45", "2026-10-25T02:50");
        Assert.Equal((Utc(10, 25, 0, 0), Utc(10, 25, 0, 45), Utc(10, 25, 1, 50)), Times(inside));
        var periods = inside.ForSeat(null).Between(Utc(10, 24, 12, 0), Utc(10, 25, 12, 0)).Select(part => (part.From, part.Period.Stage)).ToList();
        Assert.Equal(
            [(Utc(10, 24, 12, 0), Stage.Scheduled), (Utc(10, 24, 23, 50), Stage.Warming), (Utc(10, 25, 0, 0), Stage.Lesson), (Utc(10, 25, 0, 45), Stage.HandIn), (Utc(10, 25, 1, 50), Stage.Resting)], periods);
    }

    [Theory]
    [InlineData("2026-03-29", 23)]
    [InlineData("2026-10-25", 25)]
    public void A_validity_of_that_one_day_is_as_long_as_the_day(string day, int hours)
    {
        var course = new CourseTimetable(new() { Template = new() { Name = "template" }, TimeZone = "Europe/Paris", Validity = new() { From = day, Until = day } }, Duration.Zero);
        Assert.Equal(Duration.FromHours(hours), course.ValidUntil!.Value - course.ValidFrom!.Value);
        var periods = course.ForSeat(null).Between(course.ValidFrom!.Value - Duration.FromHours(1), course.ValidUntil!.Value + Duration.FromHours(1)).ToList();
        Assert.Equal([Stage.Scheduled, Stage.Lesson, Stage.Closed], periods.Select(part => part.Period.Stage));
        Assert.Equal(Duration.FromHours(hours), periods[2].From - periods[1].From);
    }

    private static (Instant Start, Instant End, Instant HandInUntil) Times(CourseTimetable course) => (course.Lessons[0].Start, course.Lessons[0].End, course.Lessons[0].HandInUntil);

    private static CourseTimetable Course(string start, string end, string? handInUntil = null) => new(Spec(start, end, handInUntil), Duration.FromMinutes(10));

    private static ClassroomEnvironmentSpec Spec(string start, string end, string? handInUntil = null) => new()
    {
        Template = new() { Name = "template" }, TimeZone = "Europe/Paris", Lessons = [new() { Name = "tp1", Start = start, End = end, HandInUntil = handInUntil }],
    };

    private static Instant Utc(int month, int day, int hour, int minute) => Instant.FromUtc(2026, month, day, hour, minute);
}
