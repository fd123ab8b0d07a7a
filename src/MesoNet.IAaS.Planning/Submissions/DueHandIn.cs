using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Submissions;

/// <summary>Work that is to be taken: at a student's deadline, or because the student hands in.</summary>
/// <param name="Lesson">The lesson.</param>
/// <param name="Deadline">The student's own deadline.</param>
/// <param name="IsExtended">Whether that is another than the lesson's.</param>
/// <param name="RequestedAt">When the student asked for it; null at the deadline.</param>
/// <param name="SeatName">The seat, which names the home.</param>
/// <param name="Login">The student.</param>
internal sealed record DueHandIn(string Lesson, Instant Deadline, bool IsExtended, Instant? RequestedAt, string SeatName, string Login)
{
    private static readonly InstantPattern Pattern = InstantPattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss'Z'");

    /// <summary>Whether it comes after the deadline.</summary>
    public bool IsLate => RequestedAt > Deadline;

    /// <summary>As an argument of the Job's program: a line's fields. A login holds no blank, and comes last all the same.</summary>
    public string Write() => $"{Lesson} {Pattern.Format(Deadline)} {(IsExtended ? "extended" : "-")} {(RequestedAt is { } at ? Pattern.Format(at) : "-")} {SeatName} {Login}";

    /// <summary>Reads an argument back; null where it is none.</summary>
    public static DueHandIn? Read(string argument)
    {
        var fields = argument.Split(' ', 6);
        if (fields.Length != 6 || !Pattern.Parse(fields[1]).TryGetValue(default, out var deadline)) return null;
        Instant? requestedAt = Pattern.Parse(fields[3]).TryGetValue(default, out var at) ? at : null;
        return new(fields[0], deadline, fields[2] == "extended", requestedAt, fields[4], fields[5]);
    }

    /// <summary>A moment without fractions of a second, as arguments have it.</summary>
    public static Instant WholeSecond(DateTimeOffset moment) => Instant.FromUnixTimeSeconds(moment.ToUnixTimeSeconds());
}

/// <summary>What is due: a pure function of the timetable, the extensions, the students' wishes and what was taken before.</summary>
internal static class DueHandIns
{
    /// <summary>All that is due now, the students' wishes first.</summary>
    /// <param name="course">The course.</param>
    /// <param name="seats">Its seats by name.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyList<DueHandIn> Of(Course course, IReadOnlyDictionary<string, Seat> seats, Instant now)
    {
        if (course.Timetable.Lessons.Count == 0) return [];
        var passed = new Dictionary<SeatTimetable, IReadOnlyList<LessonTimes>>();
        List<DueHandIn> requested = [], due = [];
        foreach (var student in course.Students)
        {
            var seat = seats.GetValueOrDefault(student.SeatName);
            var timetable = course.Timetable.ForSeat(student.Group, seat?.Spec.HandInUntil);
            if (!passed.TryGetValue(timetable, out var lessons))
                passed[timetable] = lessons = [.. timetable.Lessons.Where(lesson => lesson.HandInUntil <= now && lesson.HandInUntil > TakenUntil(course, lesson.Name))];
            // Few have something of their own noted: those who had an extension once.
            var own = seat?.Status?.Taken is { Count: > 0 } ? [.. timetable.Lessons.Where(lesson => lesson.HandInUntil <= now && lesson.HandInUntil > TakenUntil(course, seat, lesson.Name))] : lessons;
            due.AddRange(own.Select(lesson => Due(course, lesson, student, null)));
            requested.AddRange(
                from request in HandInRequests.Of(seat?.Spec) where !IsAnswered(seat!, request)
                join asked in timetable.Lessons on request.Lesson equals asked.Name select Due(course, asked, student, DueHandIn.WholeSecond(request.At)));
        }

        return [.. requested, .. due];
    }

    /// <summary>The next deadline of any of these students; null for none.</summary>
    public static Instant? NextDeadline(IEnumerable<SeatTimetable> timetables, Instant now) =>
        timetables.SelectMany(timetable => timetable.Lessons).Where(lesson => lesson.HandInUntil > now).Select(lesson => (Instant?)lesson.HandInUntil).Min();

    private static DueHandIn Due(Course course, LessonTimes lesson, EnrolledStudent student, Instant? requestedAt) =>
        new(lesson.Name, lesson.HandInUntil, course.Timetable.Lessons.First(known => known.Name == lesson.Name).HandInUntil != lesson.HandInUntil, requestedAt, student.SeatName, student.Login);

    private static bool IsAnswered(Seat seat, HandInRequest request) =>
        seat.Status?.HandedIn?.Any(answer => answer.Lesson == request.Lesson && answer.At >= request.At) == true;

    /// <summary>Until when a student's deadlines for a lesson are taken care of: as their seat says, or else as the course does.</summary>
    public static Instant TakenUntil(Course course, Seat? seat, string lesson) =>
        seat?.Status?.Taken?.FirstOrDefault(known => known.Lesson == lesson) is { } own ? OrFromTheStart(course, own.Until) : TakenUntil(course, lesson);

    private static Instant TakenUntil(Course course, string lesson) =>
        OrFromTheStart(course, course.Environment.Status?.Submissions?.Lessons?.FirstOrDefault(known => known.Name == lesson)?.TakenUntil);

    // What was due before there was the course is nobody's any more.
    private static Instant OrFromTheStart(Course course, DateTimeOffset? until) =>
        Instant.FromDateTimeOffset(until ?? course.Environment.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue);
}
