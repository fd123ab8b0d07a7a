using FsCheck;
using FsCheck.Fluent;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>What holds for every timetable that obeys the rules, at every moment.</summary>
public sealed class TimetableLawsTests
{
    private static readonly string?[] Groups = ["A", "B", null];

    [Fact]
    public void The_stage_depends_on_nothing_that_was_asked_before() => ForAll((course, spec, now, group, extension) =>
    {
        var other = now + Duration.FromDays(3);
        course.ForSeat(group, extension).At(other);
        var asked = course.ForSeat(group, extension).At(now);
        return asked == new CourseTimetable(spec, course.Lead).ForSeat(group, extension).At(now);
    });

    [Fact]
    public void Lesson_resources_are_held_in_warming_and_lesson_only() => ForAll((course, _, now, group, extension) =>
    {
        var seat = course.ForSeat(group, extension);
        var isNear = seat.Lessons.Any(lesson => lesson.Start - course.Lead <= now && now < lesson.End);
        return seat.At(now).HasLessonResources == (isNear && !course.IsSuspended && !(now >= course.ValidUntil));
    });

    [Fact]
    public void The_next_transition_is_exactly_where_the_stage_changes_and_never_in_the_past() => ForAll((course, _, now, group, extension) =>
    {
        var seat = course.ForSeat(group, extension);
        var period = seat.At(now);
        if (period.Until is not { } until) return Enumerable.Range(1, 400).All(days => Same(seat.At(now + Duration.FromDays(days)), period));
        var inside = now + (until - now) / 2;
        return until > now && Same(seat.At(until - Duration.Epsilon), period) && Same(seat.At(inside), period) && !Same(seat.At(until), period);
    });

    [Fact]
    public void The_stages_of_a_semester_follow_each_other_without_a_gap() => ForAll((course, _, _, group, extension) =>
    {
        var (from, until) = (Instant.FromUtc(2026, 1, 1, 0, 0), Instant.FromUtc(2027, 1, 1, 0, 0));
        var periods = course.ForSeat(group, extension).Between(from, until).ToList();
        return periods[0].From == from
            && periods.Zip(periods.Skip(1)).All(pair => pair.First.Period.Until == pair.Second.From)
            && (periods[^1].Period.Until is null || periods[^1].Period.Until >= until);
    });

    [Fact]
    public void A_lesson_is_in_the_stages_of_its_groups_and_of_nobody_else() => ForAll((course, _, now, group, extension) =>
        course.ForSeat(group, extension).At(now).Lesson is not { } name || course.Lessons.Single(lesson => lesson.Name == name).IsFor(group));

    [Fact]
    public void The_course_is_as_active_as_the_most_active_of_its_students() => ForAll((course, _, now, _, _) =>
    {
        var seats = Groups.Select(group => course.ForSeat(group)).ToList();
        var whole = course.At(seats, now);
        return seats.Any(seat => seat.At(now).Stage == whole.Stage)
            && (whole.Stage == Stage.Lesson || seats.All(seat => seat.At(now).Stage != Stage.Lesson))
            && (whole.Until is not { } until || (until > now && seats.Any(seat => seat.At(now).Until <= until)));
    });

    [Fact]
    public void Each_lesson_lasts_as_long_as_the_clocks_on_the_wall_say_but_for_the_nights_they_are_set() => ForAll((course, spec, _, _, _) =>
        course.Lessons.All(lesson =>
        {
            var written = spec.Lessons!.Single(item => item.Name == lesson.Name);
            var (start, end) = (LocalTimes.Time(written.Start)!.Value, LocalTimes.Time(written.End)!.Value);
            var changed = course.Zone.GetUtcOffset(lesson.End) - course.Zone.GetUtcOffset(lesson.Start);
            return lesson.End - lesson.Start == (end - start).ToDuration() - Duration.FromSeconds(changed.Seconds);
        }));

    private static bool Same(StagePeriod a, StagePeriod b) => (a.Stage, a.Lesson) == (b.Stage, b.Lesson);

    /// <summary>Random timetables around both nights in which clocks change; those that break a rule are not what the laws speak of.</summary>
    private static void ForAll(Func<CourseTimetable, ClassroomEnvironmentSpec, Instant, string?, string?, bool> law)
    {
        var judged = 0;
        Prop.ForAll<int, int>((seed, moment) =>
        {
            var random = new Random(seed);
            var spec = RandomTimetable.Spec(random);
            if (CalendarRules.Check(spec).Any()) return true;
            judged++;
            var course = new CourseTimetable(spec, Duration.FromMinutes(random.Next(0, 45)));
            var boundaries = course.Lessons.SelectMany(lesson => new[] { lesson.Start - course.Lead, lesson.Start, lesson.End, lesson.HandInUntil }).ToList();
            // Half of the moments lie on a boundary or beside one.
            var now = boundaries.Count > 0 && moment % 2 == 0
                ? boundaries[random.Next(boundaries.Count)] + Duration.FromTicks(random.Next(-1, 2))
                : Instant.FromUtc(2026, 3, 1, 0, 0) + Duration.FromMinutes(random.Next(0, 60 * 24 * 270));
            var extension = random.Next(3) == 0 ? RandomTimetable.Time(random) : null;
            return law(course, spec, now, Groups[random.Next(Groups.Length)], extension);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
        Assert.True(judged > 300, $"Only {judged} timetables obeyed the rules.");
    }
}
