using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Site;

/// <summary>The timetable that the operator follows for a course, at one moment: read once for all of its seats.</summary>
internal sealed class FollowedTimetable
{
    private readonly CourseTimetable timetable;
    private readonly bool startsWhileResting;
    private readonly Dictionary<SeatTimetable, StagePeriod> periods = [];

    /// <param name="course">The course.</param>
    /// <param name="template">Its template; null where it is missing.</param>
    /// <param name="now">The moment.</param>
    public FollowedTimetable(ClassroomEnvironment course, CourseTemplate? template, Instant now)
    {
        timetable = new(Accepted(course), Duration.FromSeconds(course.Status?.Warming?.LeadSeconds ?? 0));
        startsWhileResting = !timetable.IsSuspended && Timing.Of(template?.Spec.Timing).RestingOnDemand;
        Now = now;
    }

    /// <summary>The moment.</summary>
    public Instant Now { get; }

    /// <summary>The course's zone.</summary>
    public DateTimeZone Zone => timetable.Zone;

    /// <summary>The first moment at which the course is over; null for never.</summary>
    public Instant? ValidUntil => timetable.ValidUntil;

    /// <summary>The lessons that are on: several where groups have theirs at the same time.</summary>
    public IEnumerable<LessonTimes> Running => timetable.IsSuspended ? [] : timetable.Lessons.Where(lesson => lesson.Start <= Now && Now < lesson.End);

    /// <summary>The next lesson of anybody, or null.</summary>
    public LessonTimes? Next => timetable.Lessons.FirstOrDefault(lesson => lesson.Start > Now);

    /// <summary>The timetable of a seat's student.</summary>
    public SeatTimetable Of(Seat seat) => timetable.ForSeat(seat.Spec.Group, seat.Spec.HandInUntil);

    /// <summary>The stage of a seat's student.</summary>
    public StagePeriod PeriodOf(Seat seat)
    {
        var own = Of(seat);
        if (!periods.TryGetValue(own, out var period)) periods[own] = period = own.At(Now);
        return period;
    }

    /// <summary>Whether a seat is one that its student, or a teacher, starts and stops.</summary>
    public bool IsOnDemand(Seat seat) => PeriodOf(seat).Stage is var stage && (stage == Stage.HandIn || (stage == Stage.Resting && startsWhileResting));

    /// <summary>Whether a seat may run.</summary>
    public bool MayRun(Seat seat) => IsOnDemand(seat) || PeriodOf(seat).HasLessonResources;

    // The last timetable that obeyed the rules is followed. Where there never was one, what cannot be read is left out: nothing happens then.
    private static ClassroomEnvironmentSpec Accepted(ClassroomEnvironment course)
    {
        var spec = course.Status?.Timetable is { } followed
            ? course.Spec with { Lessons = followed.Lessons, Validity = followed.Validity, TimeZone = followed.TimeZone }
            : course.Spec;
        return spec with
        {
            TimeZone = LocalTimes.Zone(spec) is null ? null : spec.TimeZone,
            Lessons = spec.Lessons?.Where(lesson => LocalTimes.Time(lesson.Start) is not null && LocalTimes.Time(lesson.End) is not null).ToList(),
        };
    }
}
