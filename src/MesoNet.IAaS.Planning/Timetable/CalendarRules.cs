using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using static MesoNet.IAaS.Planning.Timetable.LocalTimes;

namespace MesoNet.IAaS.Planning.Timetable;

/// <summary>The rules of a course's dates: zone, validity and lessons. Local times mean what they mean in the course's zone.</summary>
internal static class CalendarRules
{
    public static IEnumerable<SpecificationProblem> Check(ClassroomEnvironmentSpec spec)
    {
        if (Zone(spec) is not { } zone)
        {
            yield return new("UnknownTimeZone", $"\"{spec.TimeZone}\" is no time zone. Write an IANA name in spec.timeZone, such as Europe/Paris.");
            yield break;
        }

        foreach (var problem in ValidityProblems(spec.Validity)) yield return problem;
        var lessons = spec.Lessons ?? [];
        foreach (var lesson in lessons)
        {
            foreach (var problem in LessonProblems(lesson, zone).Concat(OutsideValidity(lesson, spec.Validity))) yield return problem;
        }

        foreach (var problem in Overlaps(lessons)) yield return problem;
    }

    private static IEnumerable<SpecificationProblem> ValidityProblems(Validity? validity)
    {
        foreach (var (name, text) in new[] { ("from", validity?.From), ("until", validity?.Until) })
        {
            if (text is not null && Date(text) is null)
                yield return new("ValidityInvalid", $"spec.validity.{name} is \"{text}\", which is no date of the calendar. Write it as 2027-01-31.");
        }

        if (Date(validity?.From) is { } from && Date(validity?.Until) is { } until && until < from)
            yield return new("ValidityInvalid", $"spec.validity.until ({validity!.Until}) is before spec.validity.from ({validity.From}). Exchange or correct them.");
    }

    private static IEnumerable<SpecificationProblem> LessonProblems(Lesson lesson, DateTimeZone zone)
    {
        foreach (var (name, text) in new[] { ("start", lesson.Start), ("end", lesson.End), ("handInUntil", lesson.HandInUntil) })
        {
            if (text is null) continue;
            if (Time(text) is not { } time)
                yield return new("LessonInvalid", $"{name} of the lesson \"{lesson.Name}\" is \"{text}\", which is no local time. Write it as 2026-11-23T14:00.");
            else if (zone.MapLocal(time).Count == 0)
                yield return new("LessonInvalid", $"{name} of the lesson \"{lesson.Name}\" is {text}, a time that {zone.Id} skips when its clocks go forward. Choose another.");
        }

        if (Time(lesson.Start) is { } start && Time(lesson.End) is { } end)
        {
            if (end <= start)
                yield return new("LessonInvalid", $"The lesson \"{lesson.Name}\" ends ({lesson.End}) before it starts ({lesson.Start}). Correct its start or its end.");
            if (Time(lesson.HandInUntil) is { } handIn && handIn < end)
                yield return new("LessonInvalid", $"handInUntil of the lesson \"{lesson.Name}\" ({lesson.HandInUntil}) is before its end ({lesson.End}). Correct one of them.");
        }
    }

    // The students have no access outside it: a lesson there would be held by nobody.
    private static IEnumerable<SpecificationProblem> OutsideValidity(Lesson lesson, Validity? validity)
    {
        var (from, until) = (Date(validity?.From), Date(validity?.Until));
        if (Time(lesson.Start) is { } start && start.Date < from)
            yield return new("LessonOutsideValidity", $"The lesson \"{lesson.Name}\" starts ({lesson.Start}) before the course's validity does ({validity!.From}). Move the lesson, or spec.validity.from.");
        if (Time(lesson.End) is { } end && end.PlusNanoseconds(-1).Date > until)
            yield return new("LessonOutsideValidity", $"The lesson \"{lesson.Name}\" ends ({lesson.End}) after the last day of the course's validity ({validity!.Until}). Move the lesson, or spec.validity.until.");
        else if (Time(lesson.HandInUntil) is { } deadline && deadline.PlusNanoseconds(-1).Date > until)
            yield return new("LessonOutsideValidity", $"handInUntil of the lesson \"{lesson.Name}\" ({lesson.HandInUntil}) is after the last day of the course's validity ({validity!.Until}). Move one of them.");
    }

    private static IEnumerable<SpecificationProblem> Overlaps(IReadOnlyList<Lesson> lessons)
    {
        var timed = lessons.Select(lesson => (Lesson: lesson, Start: Time(lesson.Start), End: Time(lesson.End)))
            .Where(item => item.Start < item.End).OrderBy(item => item.Start).ThenBy(item => item.Lesson.Name, StringComparer.Ordinal).ToList();
        for (var i = 0; i < timed.Count; i++)
        {
            // Sorted by their starts: the first that begins after this one's end ends the search.
            for (var j = i + 1; j < timed.Count && timed[j].Start < timed[i].End; j++)
            {
                if (SharedGroup(timed[i].Lesson, timed[j].Lesson) is not { } who) continue;
                var (a, b) = (timed[i].Lesson, timed[j].Lesson);
                yield return new("LessonsOverlap",
                    $"The lessons \"{a.Name}\" ({a.Start} to {a.End}) and \"{b.Name}\" ({b.Start} to {b.End}) overlap, and {who} would have both. Move one of them, or give them different groups.");
            }
        }
    }

    private static string? SharedGroup(Lesson a, Lesson b)
    {
        if (a.Groups is not { Count: > 0 } groups) return b.Groups is { Count: > 0 } others ? $"group {others[0]}" : "every student";
        if (b.Groups is not { Count: > 0 }) return $"group {groups[0]}";
        return groups.Intersect(b.Groups, StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault() is { } shared ? $"group {shared}" : null;
    }
}
