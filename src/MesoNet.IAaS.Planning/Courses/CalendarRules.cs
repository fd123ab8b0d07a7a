using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>The rules of a course's dates: zone, validity and lessons. Local times mean what they mean in the course's zone.</summary>
internal static class CalendarRules
{
    public const string DefaultZone = "Europe/Paris";

    private static readonly LocalDateTimePattern TimePattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm");

    public static IEnumerable<SpecificationProblem> Check(ClassroomEnvironmentSpec spec)
    {
        if (Zone(spec) is not { } zone)
        {
            yield return new("UnknownTimeZone", $"\"{spec.TimeZone}\" is no time zone. Write an IANA name in spec.timeZone, such as Europe/Paris.");
            yield break;
        }

        foreach (var problem in ValidityProblems(spec.Validity)) yield return problem;
        foreach (var lesson in spec.Lessons ?? [])
        {
            foreach (var problem in LessonProblems(lesson, zone)) yield return problem;
        }
    }

    /// <summary>The course's zone, or null where its name is unknown.</summary>
    public static DateTimeZone? Zone(ClassroomEnvironmentSpec spec) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(spec.TimeZone is { Length: > 0 } name ? name : DefaultZone);

    /// <summary>A date as the spec writes it, or null where there is none or it is no date.</summary>
    public static LocalDate? Date(string? text) => text is not null && LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var date) ? date : null;

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

    private static LocalDateTime? Time(string? text) => text is not null && TimePattern.Parse(text).TryGetValue(default, out var time) ? time : null;
}
