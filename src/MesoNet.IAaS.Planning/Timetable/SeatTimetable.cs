using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Timetable;

/// <summary>
/// The timetable of one student: the lessons that are for them and their extension decide, nobody else's. A pure function of these and the
/// moment: nothing that happened counts.
/// <code>
///   Scheduled | Warming | Lesson | HandIn ........ | Resting | Warming | Lesson | HandIn | Resting | Closed
///                       ^ bell            deadline ^                                     validity ends ^
/// </code>
/// </summary>
public sealed class SeatTimetable
{
    private readonly CourseTimetable course;
    private readonly IReadOnlyList<LessonTimes> lessons;
    private readonly IReadOnlyList<Instant> boundaries;

    internal SeatTimetable(CourseTimetable course, string? group, LocalDateTime? extension)
    {
        this.course = course;
        lessons = [.. Extended(course.Lessons.Where(lesson => lesson.IsFor(group)), extension is { } time ? LocalTimes.Deadline(time, course.Zone) : null)];
        boundaries =
        [
            .. lessons.SelectMany(lesson => new[] { lesson.Start - course.Lead, lesson.Start, lesson.End, lesson.HandInUntil })
                .Concat(new[] { course.ValidFrom, course.ValidUntil }.OfType<Instant>()).Distinct().Order(),
        ];
    }

    /// <summary>The student's lessons in order, with their own deadlines.</summary>
    public IReadOnlyList<LessonTimes> Lessons => lessons;

    /// <summary>The stage at a moment and how long it lasts.</summary>
    public StagePeriod At(Instant now)
    {
        var (stage, lesson) = StageAt(now);
        Instant? until = null;
        foreach (var boundary in boundaries)
        {
            if (boundary <= now || StageAt(boundary) == (stage, lesson)) continue;
            until = boundary;
            break;
        }

        return new(stage, lesson, until);
    }

    /// <summary>All periods between two moments, one after the other without gaps; the first begins at <paramref name="from"/>.</summary>
    public IEnumerable<(Instant From, StagePeriod Period)> Between(Instant from, Instant until)
    {
        for (Instant? at = from; at < until;)
        {
            var period = At(at.Value);
            yield return (at.Value, period);
            at = period.Until;
        }
    }

    /// <summary>When a seat that has a lesson's resources now must give them back: the end of this lesson, or of the one it runs on into; null for never.</summary>
    public Instant? EndOfLessonResources(Instant now)
    {
        var period = At(now);
        while (period is { HasLessonResources: true, Until: { } until }) period = At(now = until);
        return period.HasLessonResources ? null : now;
    }

    private (Stage Stage, string? Lesson) StageAt(Instant now)
    {
        if (now >= course.ValidUntil) return (Stage.Closed, null);
        if (course.IsSuspended) return now < course.ValidFrom ? (Stage.Scheduled, null) : (Stage.Resting, null);
        if (course.Lessons.Count == 0) return now < course.ValidFrom ? (Stage.Scheduled, null) : (Stage.Lesson, null);

        LessonTimes? next = null, last = null, open = null;
        foreach (var lesson in lessons)
        {
            if (lesson.Start <= now && now < lesson.End) return (Stage.Lesson, lesson.Name);
            if (now < lesson.Start) next ??= lesson;
            else last = lesson;
            if (lesson.End <= now && now < lesson.HandInUntil) open = lesson;
        }

        // Also on the eve of the validity's first day: what is promised is a seat that is ready at the bell.
        if (next is not null && next.Start - course.Lead <= now) return (Stage.Warming, next.Name);
        if (now < course.ValidFrom) return (Stage.Scheduled, null);
        if (open is not null) return (Stage.HandIn, open.Name);
        return (last is null ? Stage.Scheduled : Stage.Resting, null);
    }

    /// <summary>An extension is for the lesson whose own deadline is the last one not after it; no other lesson's deadline moves.</summary>
    private static IEnumerable<LessonTimes> Extended(IEnumerable<LessonTimes> lessons, Instant? extension)
    {
        var all = lessons.ToList();
        if (extension is not { } until) return all;
        var extended = all.Where(lesson => lesson.HandInUntil <= until).MaxBy(lesson => (lesson.HandInUntil, lesson.Start));
        return all.Select(lesson => ReferenceEquals(lesson, extended) ? lesson with { HandInUntil = until } : lesson);
    }
}
