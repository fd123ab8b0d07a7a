using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Submissions;

/// <summary>
/// Whose deadline differs from the others' has until when it was taken noted in the seat, and nobody else: a Job that takes the others' must not
/// count for one whose extension is withdrawn later.
/// </summary>
internal static class OwnDeadlines
{
    /// <summary>The notes that are not in the seats' statuses yet, by seat: they have to be there before the course's own marks move.</summary>
    /// <param name="course">The course, with its marks as they were when the Job was started.</param>
    /// <param name="taken">What the Job took.</param>
    /// <param name="seats">The seats by name.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<TakenWork>> After(Course course, IReadOnlyList<DueHandIn> taken, IReadOnlyDictionary<string, Seat> seats)
    {
        var atDeadline = taken.Where(item => item.RequestedAt is null).ToList();
        var byStudent = atDeadline.ToLookup(item => item.SeatName, StringComparer.Ordinal);
        // The lessons whose marks move for everybody: one whose extension was withdrawn is taken at a deadline up to which the others were before.
        var moving = atDeadline.Where(item => !item.IsExtended && !(MarkOf(course, item.Lesson) >= item.Deadline.ToDateTimeOffset())).Select(item => item.Lesson).ToHashSet(StringComparer.Ordinal);
        var notes = new Dictionary<string, IReadOnlyList<TakenWork>>(StringComparer.Ordinal);
        foreach (var student in course.Students)
        {
            if (seats.GetValueOrDefault(student.SeatName) is not { } seat) continue;
            var noted = seat.Status?.Taken ?? [];
            var changed = Changes(course, seat, [.. byStudent[student.SeatName]], moving, noted).ToList();
            if (changed.Count == 0) continue;
            notes[student.SeatName] =
            [
                .. noted.Where(note => changed.All(other => other.Lesson != note.Lesson) && course.Timetable.Lessons.Any(lesson => lesson.Name == note.Lesson)).Concat(changed)
                    .OrderBy(note => note.Lesson, StringComparer.Ordinal),
            ];
        }

        return notes;
    }

    private static IEnumerable<TakenWork> Changes(Course course, Seat seat, IReadOnlyList<DueHandIn> own, HashSet<string> moving, IReadOnlyList<TakenWork> noted)
    {
        foreach (var item in own)
        {
            var note = noted.FirstOrDefault(note => note.Lesson == item.Lesson);
            var until = item.Deadline.ToDateTimeOffset();
            // Who is taken with the others needs a note only where there is one already.
            if (note is null ? item.IsExtended : (note.Until ?? DateTimeOffset.MinValue) < until) yield return new() { Lesson = item.Lesson, Until = until };
        }

        if (moving.Count == 0) yield break;
        // Who was not taken with the others: at the moment that this Job began, their deadline was another.
        foreach (var lesson in course.Timetable.ForSeat(seat.Spec.Group, seat.Spec.HandInUntil).Lessons)
        {
            if (!moving.Contains(lesson.Name) || own.Any(item => item.Lesson == lesson.Name) || noted.Any(note => note.Lesson == lesson.Name)) continue;
            yield return new() { Lesson = lesson.Name, Until = MarkOf(course, lesson.Name) };
        }
    }

    private static DateTimeOffset? MarkOf(Course course, string lesson) => course.Environment.Status?.Submissions?.Lessons?.FirstOrDefault(known => known.Name == lesson)?.TakenUntil;
}
