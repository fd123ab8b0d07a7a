using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Which lessons a student may hand in at a moment.</summary>
public sealed class HandInChanceTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(2, "tp1")]
    [InlineData(4, "tp2 tp1")]
    [InlineData(6, "tp1 tp2:late")]
    [InlineData(12, "tp3 tp1:late tp2:late")]
    [InlineData(20, "tp3:late tp1:late tp2:late")]
    [InlineData(40, "")]
    public void Open_lessons_come_first_by_their_deadlines_and_late_ones_stay_until_the_course_is_closed(int day, string expected)
    {
        var spec = new ClassroomEnvironmentSpec
        {
            Template = new() { Name = "template" }, TimeZone = "Etc/UTC", Validity = new() { From = "2026-11-01", Until = "2026-11-30" },
            Lessons =
            [
                new() { Name = "tp1", Start = "2026-11-02T14:00", End = "2026-11-02T17:00", HandInUntil = "2026-11-10T12:00" },
                new() { Name = "tp2", Start = "2026-11-04T14:00", End = "2026-11-04T17:00", HandInUntil = "2026-11-06T12:00" },
                new() { Name = "tp3", Start = "2026-11-12T14:00", End = "2026-11-12T17:00", HandInUntil = "2026-11-14T12:00" },
            ],
        };
        var timetable = new CourseTimetable(spec, Duration.Zero).ForSeat(null);
        var now = Instant.FromUtc(2026, 11, 1, 20, 0) + Duration.FromDays(Math.Max(day - 1, 0));
        var found = HandInChance.Of(timetable.Lessons, timetable.At(now), now).Select(chance => chance.IsLate ? $"{chance.Lesson}:late" : chance.Lesson);
        Assert.Equal(expected, string.Join(' ', found));
    }

    [Theory]
    [InlineData("tp1", 10, 0, true, true)]
    [InlineData("tp1", 10, 2, true, false)]
    [InlineData("tp2", 10, 2, true, true)]
    [InlineData("tp1", 8, 0, false, false)]
    public void What_was_handed_in_late_is_late_no_more_once_the_deadline_has_room_for_it(string lesson, int hour, int movedBy, bool wasLate, bool isLate)
    {
        var until = Instant.FromUtc(2026, 11, 10, 9, 0) + Duration.FromHours(movedBy);
        var outlook = new SeatOutlook(SeatStep.Stopped, null, null, null, null, new(Stage.Resting, null, null), null, DateTimeZone.Utc) { HandIns = [new("tp1", until, IsLate: true)] };
        Assert.Equal(isLate, outlook.IsLate(new() { Lesson = lesson, At = Instant.FromUtc(2026, 11, 10, hour, 0).ToDateTimeOffset(), Late = wasLate }));
    }
}
