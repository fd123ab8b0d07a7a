using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Submissions;

/// <summary>What a Job that ended well changes in the statuses: the course's marks by lesson, and the answers to who handed in for themselves.</summary>
internal static class SubmissionsRecord
{
    /// <summary>The course's status after it.</summary>
    public static SubmissionsStatus After(Course course, SubmissionsStatus? known, string job, IReadOnlyList<DueHandIn> taken, SubmissionsMessage message)
    {
        var names = course.Timetable.Lessons.Select(lesson => lesson.Name).ToHashSet(StringComparer.Ordinal);
        var lessons = (known?.Lessons ?? []).Where(lesson => names.Contains(lesson.Name)).ToDictionary(lesson => lesson.Name, StringComparer.Ordinal);
        foreach (var group in taken.Where(item => names.Contains(item.Lesson)).GroupBy(item => item.Lesson, StringComparer.Ordinal))
        {
            var before = lessons.GetValueOrDefault(group.Key) ?? new() { Name = group.Key };
            var deadlines = group.Where(item => item.RequestedAt is null).Select(item => item.Deadline).ToList();
            var everybodys = group.Where(item => item is { RequestedAt: null, IsExtended: false }).Select(item => (DateTimeOffset?)item.Deadline.ToDateTimeOffset()).Max();
            var after = before with { Students = message.Students?.GetValueOrDefault(group.Key) ?? before.Students };
            if (deadlines.Count > 0)
            {
                var failed = message.Failed?.GetValueOrDefault(group.Key) ?? 0;
                after = after with
                {
                    TakenUntil = new[] { before.TakenUntil, everybodys }.Max(), LastDeadline = new[] { before.LastDeadline, deadlines.Max().ToDateTimeOffset() }.Max(), Failed = failed > 0 ? failed : null,
                    Summary = Sentence(course, after, deadlines.Max(), failed, taken, message),
                };
            }

            lessons[group.Key] = after;
        }

        return new() { Job = job, Lessons = [.. lessons.Values.OrderBy(lesson => lesson.Name, StringComparer.Ordinal)] };
    }

    /// <summary>The answers that are not in the seats' statuses yet.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<HandInAnswer>> AnswersOf(IReadOnlyList<DueHandIn> taken, SubmissionsMessage message, IReadOnlyDictionary<string, Seat> seats)
    {
        var answers = new Dictionary<string, IReadOnlyList<HandInAnswer>>(StringComparer.Ordinal);
        foreach (var item in taken.Where(item => item.RequestedAt is not null))
        {
            if (seats.GetValueOrDefault(item.SeatName) is not { } seat) continue;
            // As the student wrote it, fractions and all, where it is still the same wish.
            var request = HandInRequests.Of(seat.Spec).FirstOrDefault(request => request.Lesson == item.Lesson && DueHandIn.WholeSecond(request.At) == item.RequestedAt);
            var at = request?.At ?? item.RequestedAt!.Value.ToDateTimeOffset();
            // One student may have handed in for two lessons.
            var noted = answers.GetValueOrDefault(item.SeatName) ?? seat.Status?.HandedIn ?? [];
            if (noted.Any(answer => answer.Lesson == item.Lesson && answer.At >= at)) continue;
            var problem = message.Failures?.FirstOrDefault(failure => failure.Lesson == item.Lesson && failure.Seat == item.SeatName)?.What;
            answers[item.SeatName] =
            [
                .. noted.Where(answer => answer.Lesson != item.Lesson),
                new HandInAnswer { Lesson = item.Lesson, At = at, Late = item.IsLate, Problem = problem },
            ];
        }

        return answers;
    }

    private static string Sentence(Course course, LessonSubmissions lesson, Instant deadline, int failed, IReadOnlyList<DueHandIn> taken, SubmissionsMessage message)
    {
        var time = LocalTimes.Write(deadline.InZone(course.Timetable.Zone).LocalDateTime).Replace('T', ' ');
        var whose = lesson.Students switch { null => "The students' work", 1 => "The work of 1 student", { } count => $"The work of {count} students" };
        var sentence = $"{whose} for {lesson.Name} is taken (deadline {time}).";
        if (failed == 0) return sentence;
        var logins = taken.ToDictionary(item => (item.Lesson, item.SeatName, item.RequestedAt), item => item.Login);
        var named = (message.Failures ?? []).Where(failure => failure.Lesson == lesson.Name).Take(5)
            .Select(failure => $"{logins.GetValueOrDefault((failure.Lesson, failure.Seat, null), failure.Seat)} ({failure.What})").ToList();
        var others = failed - named.Count;
        return $"{sentence} Of {failed} it could not be: {string.Join(", ", named)}{(others > 0 ? $" and {others} more" : "")}.";
    }
}
