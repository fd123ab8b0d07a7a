using MesoNet.IAaS.Planning.Timetable;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>
/// Other times for a lesson that does not fit: working days, 08:00 to 20:00 in the course's zone, at half hours or at the lesson's own minute, at
/// most four weeks from where it was (a semester is planned ahead: four weeks from today would be no place for a lesson in the tenth), never in the
/// past, inside the validity, not while its groups have another lesson, and early enough to be warmed for. A deadline that would come before the lesson's
/// end is moved with it, by as much.
/// </summary>
internal sealed class LessonSlots(BookedCourse course, RoomInTime room, Instant now)
{
    private const int Weeks = 4;
    private const int AtMost = 3;
    private static readonly LocalTime First = new(8, 0);
    private static readonly LocalTime Last = new(20, 0);

    /// <summary>The nearest of them, the nearest first. No two overlap: three times within one hour are no choice.</summary>
    public IReadOnlyList<LocalDateTime> Nearest(LessonTimes lesson)
    {
        var chosen = new List<(Instant Start, LocalDateTime Local)>();
        foreach (var (start, local) in Candidates(lesson))
        {
            if (chosen.Any(other => (other.Start - start < lesson.End - lesson.Start) && (start - other.Start < lesson.End - lesson.Start))) continue;
            if (!FitsAt(lesson, start)) continue;
            chosen.Add((start, local));
            if (chosen.Count == AtMost) break;
        }

        return [.. chosen.Select(slot => slot.Local)];
    }

    private IEnumerable<(Instant Start, LocalDateTime Local)> Candidates(LessonTimes lesson)
    {
        var (zone, duration) = (course.Timetable.Zone, lesson.End - lesson.Start);
        var wanted = lesson.Start.InZone(zone).LocalDateTime;
        var times = Enumerable.Range(0, 48).Select(half => half * 30).Concat(Enumerable.Range(0, 24).Select(hour => hour * 60 + wanted.Minute)).Distinct()
            .Select(minutes => LocalTime.FromMinutesSinceMidnight(minutes)).Where(time => First <= time && time <= Last).ToList();
        return Enumerable.Range(-7 * Weeks, 14 * Weeks + 1).Select(days => wanted.Date.PlusDays(days)).Where(date => date.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday))
            .SelectMany(date => times.Select(time => date + time))
            .Select(local => (Start: LocalTimes.Moment(local, zone), Local: local))
            .Where(slot => slot.Start != lesson.Start && slot.Start - course.Timetable.Lead > now)
            // A lesson of the morning is not moved into the night; one that is longer than the day may be anywhere.
            .Where(slot => duration > Duration.FromHours(12) || (slot.Start + duration).InZone(zone).LocalDateTime <= slot.Local.Date + Last)
            .Where(slot => !(slot.Start < course.Timetable.ValidFrom) && !(slot.Start + duration > course.Timetable.ValidUntil))
            .Where(slot => !MovesDeadline(lesson, slot.Start) || IsDeadlineIn(lesson, wanted, slot.Local))
            .Where(slot => !course.Timetable.Lessons.Any(other =>
                !ReferenceEquals(other, lesson) && other.Start < slot.Start + duration && slot.Start < other.End && SharesStudents(other, lesson)))
            .OrderBy(slot => slot.Start < lesson.Start ? lesson.Start - slot.Start : slot.Start - lesson.Start).ThenBy(slot => slot.Start);
    }

    /// <summary>Whether the lesson's deadline would come before its end if it began then.</summary>
    public bool MovesDeadline(LessonTimes lesson, Instant start) => course.HasDeadline(lesson) && start + (lesson.End - lesson.Start) > lesson.HandInUntil;

    /// <summary>Whether a deadline that moves with the lesson is a time that there is, inside the validity.</summary>
    private bool IsDeadlineIn(LessonTimes lesson, LocalDateTime from, LocalDateTime to)
    {
        var zone = course.Timetable.Zone;
        var moved = to + Period.Between(from, lesson.HandInUntil.InZone(zone).LocalDateTime, PeriodUnits.Days | PeriodUnits.AllTimeUnits);
        return zone.MapLocal(moved).Count > 0 && !(LocalTimes.Deadline(moved, zone) > course.Timetable.ValidUntil);
    }

    private bool FitsAt(LessonTimes lesson, Instant start)
    {
        // Nearly always this decides, and it is nearly free.
        if (room.At(start) < course.SeatsOf(lesson)) return false;
        var moved = lesson with { Start = start, End = start + (lesson.End - lesson.Start) };
        var lead = course.Timetable.Lead;
        var near = course.Timetable.Lessons.Where(other => !ReferenceEquals(other, lesson) && other.Start - lead < moved.End && moved.Start - lead <= other.End);
        var own = course.BookingsOf([.. near, moved]);
        return LessonFits.Worst(room, own, [.. own.Where(booking => booking.Lesson == lesson.Name)], now) is null;
    }

    private static bool SharesStudents(LessonTimes a, LessonTimes b) =>
        a.Groups.Count == 0 || b.Groups.Count == 0 || a.Groups.Intersect(b.Groups, StringComparer.Ordinal).Any();
}
