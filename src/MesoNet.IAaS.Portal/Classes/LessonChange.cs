using System.Text.Json.Nodes;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>Another end of a lesson that is on.</summary>
/// <param name="Index">The lesson's place in the course's list.</param>
/// <param name="Before">The lesson as it is.</param>
/// <param name="After">The lesson as it should be.</param>
internal sealed record LessonChange(int Index, Lesson Before, Lesson After)
{
    private static readonly HashSet<string> OfTimetables = new(StringComparer.Ordinal) { "LessonInvalid", "LessonsOverlap", "LessonOutsideValidity", "ValidityInvalid", "UnknownTimeZone" };

    /// <summary>The lesson goes on for some minutes more.</summary>
    /// <param name="course">The course.</param>
    /// <param name="lesson">The lesson's name.</param>
    /// <param name="shownEnd">Its end as the teacher saw it: a form that is sent twice lengthens it once.</param>
    /// <param name="minutes">How many minutes.</param>
    /// <param name="now">The moment.</param>
    public static (LessonChange? Change, Sentence? Problem) Lengthen(ClassroomEnvironment course, string lesson, string shownEnd, int minutes, Instant now) =>
        To(course, lesson, shownEnd, now, (_, end) => end + Duration.FromMinutes(minutes));

    /// <summary>The lesson ends now: at the full minute, as timetables know no seconds, and a minute after its start at the earliest.</summary>
    public static (LessonChange? Change, Sentence? Problem) Stop(ClassroomEnvironment course, string lesson, string shownEnd, Instant now) =>
        To(course, lesson, shownEnd, now, (start, _) => Instant.Max(Instant.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / 60 * 60), start + Duration.FromMinutes(1)));

    /// <summary>
    /// As JSON patch: these two members of this lesson and nothing else, where the lesson is still what was looked at. A teacher who edits another lesson,
    /// or the list of students, at the same moment loses nothing: a merge patch would write the whole list.
    /// </summary>
    /// <param name="uid">The course's uid.</param>
    public JsonArray ToPatch(string uid)
    {
        var path = $"/spec/lessons/{Index}";
        var patch = new JsonArray(
            Operation("test", "/metadata/uid", uid), Operation("test", $"{path}/name", Before.Name), Operation("test", $"{path}/end", Before.End),
            Operation("replace", $"{path}/end", After.End));
        if (After.HandInUntil != Before.HandInUntil) patch.Add(Operation("replace", $"{path}/handInUntil", After.HandInUntil!));
        return patch;
    }

    /// <summary>The course with it.</summary>
    public ClassroomEnvironment AppliedTo(ClassroomEnvironment course) =>
        course with { Spec = course.Spec with { Lessons = [.. course.Spec.Lessons!.Select((lesson, index) => index == Index ? After : lesson)] } };

    private static (LessonChange? Change, Sentence? Problem) To(
        ClassroomEnvironment course, string name, string shownEnd, Instant now, Func<Instant, Instant, Instant> newEnd)
    {
        var lessons = course.Spec.Lessons ?? [];
        var index = lessons.ToList().FindIndex(lesson => lesson.Name == name);
        if (index < 0) return (null, new($"La séance {name} n’est plus au calendrier.", $"The lesson {name} is no longer in the timetable."));
        var lesson = lessons[index];
        if (lesson.End != shownEnd)
            return (null, new($"La séance {name} a changé entre-temps\u00a0; rien n’a été fait. Elle finit à {lesson.End.Replace('T', ' ')}.", $"The lesson {name} was changed meanwhile; nothing was done. It ends at {lesson.End.Replace('T', ' ')}."));
        if (LocalTimes.Zone(course.Spec) is not { } zone || LocalTimes.Time(lesson.Start) is not { } start || LocalTimes.Time(lesson.End) is not { } end)
            return (null, new("Le calendrier du cours contient une erreur\u00a0: corrigez-la d’abord.", "The course’s timetable has a mistake: correct it first."));
        var (begins, ends) = (LocalTimes.Moment(start, zone), LocalTimes.Moment(end, zone));
        if (course.Spec.Suspend == true || now < begins || now >= ends) return (null, new($"La séance {name} n’est pas en cours.", $"The lesson {name} is not on."));

        var wanted = newEnd(begins, ends);
        var local = wanted.InZone(zone).LocalDateTime;
        // On an autumn night the same local time comes twice, and a lesson's end means the first.
        if (LocalTimes.Moment(local, zone) != wanted)
            return (null, new("L’heure change pendant cette séance\u00a0; changez la fin dans le calendrier.", "The clocks change during this lesson; change its end in the timetable."));
        var after = lesson with
        {
            End = LocalTimes.Write(local),
            HandInUntil = LocalTimes.Time(lesson.HandInUntil) < local ? LocalTimes.Write(local) : lesson.HandInUntil,
        };
        var change = new LessonChange(index, lesson, after);
        return ProblemOf(change.AppliedTo(course)) is { } problem ? (null, problem) : (change, null);
    }

    // Templates and data sets may be what they will: the timetable alone is asked about.
    private static Sentence? ProblemOf(ClassroomEnvironment course) =>
        SpecificationRules.Check(course, new() { Key = course.Key, Environment = course }).FirstOrDefault(problem => OfTimetables.Contains(problem.Reason)) is { } broken
            ? RuleSentences.Of(broken)
            : null;

    private static JsonObject Operation(string operation, string path, string value) => new() { ["op"] = operation, ["path"] = path, ["value"] = value };
}
