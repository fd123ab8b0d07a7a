using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Timetable;

/// <summary>
/// A course's timetable as moments, read from a spec that obeys <see cref="CalendarRules"/>. Who asks for the stage of one student asks
/// <see cref="ForSeat"/>; the course's own stage is the most active of its students'.
/// </summary>
public sealed class CourseTimetable
{
    // Most active first. A course with both is Resting rather than Scheduled: it has begun.
    private static readonly Stage[] ByActivity = [Stage.Lesson, Stage.Warming, Stage.HandIn, Stage.Resting, Stage.Scheduled, Stage.Closed];

    private readonly Dictionary<(string? Group, LocalDateTime? Extension), SeatTimetable> seats = [];

    /// <param name="spec">The course.</param>
    /// <param name="lead">How long before a lesson its seats are started.</param>
    public CourseTimetable(ClassroomEnvironmentSpec spec, Duration lead)
    {
        Lead = lead;
        Zone = LocalTimes.Zone(spec)!;
        // Days begin at their first moment in the zone, which isn't midnight everywhere, and the last day belongs to the validity.
        ValidFrom = LocalTimes.Date(spec.Validity?.From)?.AtStartOfDayInZone(Zone).ToInstant();
        // The calendar's last year means "for ever", and has no day after its end.
        ValidUntil = LocalTimes.Date(spec.Validity?.Until) is { Year: < 9999 } last ? last.PlusDays(1).AtStartOfDayInZone(Zone).ToInstant() : null;
        IsSuspended = spec.Suspend == true;
        Lessons = [.. (spec.Lessons ?? []).Select(Times).OrderBy(lesson => lesson.Start).ThenBy(lesson => lesson.Name, StringComparer.Ordinal)];
    }

    /// <summary>How long before a lesson its seats are started.</summary>
    public Duration Lead { get; }

    /// <summary>The course's zone.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>The first moment of the validity; null for always.</summary>
    public Instant? ValidFrom { get; }

    /// <summary>The first moment after the validity; null for never.</summary>
    public Instant? ValidUntil { get; }

    /// <summary>Whether the teacher has stopped the course.</summary>
    public bool IsSuspended { get; }

    /// <summary>All lessons, in the order of their starts. A course without any is always on.</summary>
    public IReadOnlyList<LessonTimes> Lessons { get; }

    /// <summary>The timetable of a student.</summary>
    /// <param name="group">The student's group, or null.</param>
    /// <param name="extension">The student's extension as the seat has it; one that is no time counts for none.</param>
    public SeatTimetable ForSeat(string? group, string? extension = null)
    {
        var key = (string.IsNullOrEmpty(group) ? null : group, LocalTimes.Time(extension));
        if (!seats.TryGetValue(key, out var seat)) seats[key] = seat = new(this, key.Item1, key.Item2);
        return seat;
    }

    /// <summary>The course's stage: the most active of these students', and when any change of theirs may change it.</summary>
    /// <param name="students">The students' timetables; where there are none, everybody's lessons decide.</param>
    /// <param name="now">The moment.</param>
    public StagePeriod At(IEnumerable<SeatTimetable> students, Instant now)
    {
        var distinct = students.Distinct().ToList();
        if (distinct.Count == 0) distinct = [.. Lessons.SelectMany(lesson => lesson.Groups.DefaultIfEmpty(null!)).Append(null!).Distinct().Select(group => ForSeat(group))];
        var (stage, lesson) = MostActive(distinct, now);
        // A change of one student's stage need not be one of the course's.
        Instant? next = distinct.Min(seat => seat.At(now).Until);
        while (next is { } at && MostActive(distinct, at) == (stage, lesson)) next = distinct.Min(seat => seat.At(at).Until);
        return new(stage, lesson, next);
    }

    private static (Stage Stage, string? Lesson) MostActive(IEnumerable<SeatTimetable> seats, Instant now)
    {
        var most = seats.Select(seat => seat.At(now)).OrderBy(period => Array.IndexOf(ByActivity, period.Stage)).ThenBy(period => period.Lesson, StringComparer.Ordinal).First();
        return (most.Stage, most.Lesson);
    }

    private LessonTimes Times(Lesson lesson)
    {
        var end = LocalTimes.Time(lesson.End)!.Value;
        return new(
            lesson.Name, LocalTimes.Moment(LocalTimes.Time(lesson.Start)!.Value, Zone), LocalTimes.Moment(end, Zone),
            LocalTimes.Time(lesson.HandInUntil) is { } deadline ? LocalTimes.Deadline(deadline, Zone) : LocalTimes.Moment(end, Zone), lesson.Groups ?? []);
    }
}
