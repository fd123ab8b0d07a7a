using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using Site = MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Lengthening a lesson, ending it, and giving one student longer.</summary>
public sealed class LessonChangeTests
{
    private static readonly Instant InLesson = Instant.FromUtc(2026, 11, 23, 15, 30, 45);

    private static readonly ClassroomEnvironment Course = Site.Course(
        "intro", "pytorch", 0, 4, Site.Lesson("tp0", "2026-11-16T14:00", "2026-11-16T17:00"), Site.Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00"),
        Site.Lesson("tp2", "2026-11-23T17:30", "2026-11-23T19:00"));

    [Fact]
    public void A_lesson_is_lengthened_by_two_members_of_it_and_nothing_else_is_written()
    {
        var (change, problem) = LessonChange.Lengthen(Course, "tp1", "2026-11-23T17:00", 15, InLesson);
        Assert.Null(problem);
        Assert.Equal(
            """[{"op":"test","path":"/metadata/uid","value":"u1"},{"op":"test","path":"/spec/lessons/1/name","value":"tp1"},{"op":"test","path":"/spec/lessons/1/end","value":"2026-11-23T17:00"},{"op":"replace","path":"/spec/lessons/1/end","value":"2026-11-23T17:15"}]""",
            change!.ToPatch("u1").ToJsonString());
    }

    [Fact]
    public void A_deadline_that_would_come_before_the_end_moves_with_it()
    {
        var course = WithLesson(lesson => lesson with { HandInUntil = "2026-11-23T17:10" });
        Assert.Equal("2026-11-23T17:15", LessonChange.Lengthen(course, "tp1", "2026-11-23T17:00", 15, InLesson).Change!.After.HandInUntil);
        var later = WithLesson(lesson => lesson with { HandInUntil = "2026-11-27T23:59" });
        Assert.DoesNotContain("handInUntil", LessonChange.Lengthen(later, "tp1", "2026-11-23T17:00", 15, InLesson).Change!.ToPatch("u1").ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lesson_does_not_run_into_the_next()
    {
        Assert.NotNull(LessonChange.Lengthen(Course, "tp1", "2026-11-23T17:00", 30, InLesson).Change);
        var closer = Course with { Spec = Course.Spec with { Lessons = [Course.Spec.Lessons![1], Course.Spec.Lessons[2] with { Start = "2026-11-23T17:20" }] } };
        var (change, problem) = LessonChange.Lengthen(closer, "tp1", "2026-11-23T17:00", 30, InLesson);
        Assert.Null(change);
        Assert.Contains("se chevauchent", problem!.French, StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_that_is_sent_twice_lengthens_once() =>
        Assert.Contains("a changé entre-temps", LessonChange.Lengthen(WithLesson(lesson => lesson with { End = "2026-11-23T17:15" }), "tp1", "2026-11-23T17:00", 15, InLesson).Problem!.French, StringComparison.Ordinal);

    [Theory]
    [InlineData("tp0", "2026-11-16T17:00", "is not on")]
    [InlineData("tp2", "2026-11-23T19:00", "is not on")]
    [InlineData("tp9", "2026-11-23T17:00", "no longer in the timetable")]
    public void Only_a_lesson_that_is_on_is_changed(string lesson, string end, string says) =>
        Assert.Contains(says, LessonChange.Lengthen(Course, lesson, end, 15, InLesson).Problem!.English, StringComparison.Ordinal);

    [Fact]
    public void A_course_that_is_suspended_has_no_lesson_on() =>
        Assert.NotNull(LessonChange.Stop(Course with { Spec = Course.Spec with { Suspend = true } }, "tp1", "2026-11-23T17:00", InLesson).Problem);

    [Fact]
    public void A_lesson_ends_at_the_minute_that_has_begun() =>
        Assert.Equal("2026-11-23T16:30", LessonChange.Stop(Course, "tp1", "2026-11-23T17:00", InLesson).Change!.After.End);

    [Fact]
    public void A_lesson_that_has_just_begun_lasts_a_minute() =>
        Assert.Equal("2026-11-23T14:01", LessonChange.Stop(Course, "tp1", "2026-11-23T17:00", Instant.FromUtc(2026, 11, 23, 13, 0, 20)).Change!.After.End);

    [Fact]
    public void Into_the_hour_that_comes_twice_a_lesson_is_not_moved()
    {
        // Clocks go back at 3:00 on the 31st of October 2027, so that 2:15 comes twice, and an end means the first.
        var night = Course with { Spec = Course.Spec with { Validity = null, Lessons = [Site.Lesson("tp1", "2027-10-31T01:00", "2027-10-31T02:50")] } };
        var (change, problem) = LessonChange.Lengthen(night, "tp1", "2027-10-31T02:50", 30, Instant.FromUtc(2027, 10, 31, 0, 30));
        Assert.Null(change);
        Assert.Contains("The clocks change", problem!.English, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-25T12:00", "tp2", null)]
    [InlineData("2026-11-23T18:00", "tp1", null)]
    [InlineData("2026-11-23T12:00", null, "over already")]
    [InlineData("2026-02-30T12:00", null, "Write the extension")]
    [InlineData("0000-01-01T00:00", null, "over already")]
    [InlineData("2027-11-24T12:00", null, "more than a year away")]
    [InlineData("9999-12-31T23:59", null, "more than a year away")]
    public void An_extension_is_for_the_last_lesson_whose_deadline_is_not_after_it(string until, string? lesson, string? says)
    {
        var seat = new Seat { Metadata = new() { Name = "s", Namespace = "n" }, Spec = new() { Environment = "intro", Login = "student01", Group = "A" } };
        var (found, problem) = Extension.Of(seat, new(Course, null, InLesson), until);
        Assert.Equal(lesson, found?.Lesson);
        if (says is not null) Assert.Contains(says, problem!.English, StringComparison.Ordinal);
    }

    [Fact]
    public void An_extension_ends_with_the_course_at_the_latest()
    {
        var seat = new Seat { Metadata = new() { Name = "s", Namespace = "n" }, Spec = new() { Environment = "intro", Login = "student01", Group = "A" } };
        var course = Course with { Spec = Course.Spec with { Validity = new() { Until = "2026-11-30" } } };
        Assert.Equal("tp2", Extension.Of(seat, new(course, null, InLesson), "2026-12-01T00:00").Extension?.Lesson);
        Assert.Contains("on Tuesday 1 December at 00:00", Extension.Of(seat, new(course, null, InLesson), "2026-12-01T00:01").Problem!.English, StringComparison.Ordinal);
    }

    private static ClassroomEnvironment WithLesson(Func<Lesson, Lesson> change) =>
        Course with { Spec = Course.Spec with { Lessons = [.. Course.Spec.Lessons!.Select(lesson => lesson.Name == "tp1" ? change(lesson) : lesson)] } };
}
