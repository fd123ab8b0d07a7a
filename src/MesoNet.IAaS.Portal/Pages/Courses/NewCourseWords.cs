using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.NewCourses;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>What the form for a new course and its preview say, in words.</summary>
internal static class NewCourseWords
{
    private const int MostGroups = 12;
    private const int LongestYaml = 30_000;

    /// <summary>How many students there are, and how many of them in each group.</summary>
    public static string Seats(NewCourse course, Language language)
    {
        var students = course.Roster.Students;
        var groups = students.Where(student => student.Group is not null).GroupBy(student => student.Group!, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var places = students.Count switch
        {
            0 => language.Say("aucune place encore", "no seats yet"),
            1 => language.Say("1 place", "1 seat"),
            var count => language.Say($"{count} places", $"{count} seats"),
        };
        if (groups.Count == 0) return places;
        var named = groups.Take(MostGroups).Select(group => language.Say($"{group.Key}\u00a0: {group.Count()}", $"{group.Key}: {group.Count()}")).ToList();
        if (groups.Count > MostGroups) named.Add("…");
        var without = students.Count(student => student.Group is null);
        if (without > 0) named.Add(language.Say($"sans groupe\u00a0: {without}", $"no group: {without}"));
        return $"{places} ({string.Join(", ", named)})";
    }

    /// <summary>What the course will take.</summary>
    public static string Hours(NewCourse course, Language language) => course.Hours.Count == 0
        ? language.Say("aucune", "none")
        : string.Join(", ", course.Hours.Select(item => item.Hours is { } hours
            ? $"{hours.ToString("#,0.#", language.Culture)}\u00a0h {item.Device}"
            : language.Say($"sans limite ({item.Device})\u00a0: donnez un dernier jour d’accès", $"without limit ({item.Device}): give a last day of access")));

    /// <summary>When a lesson is: « lundi 23 novembre 2026, 14:00 – 17:00 », as on the clock in the classroom.</summary>
    public static string When(Lesson lesson, Language language) =>
        LocalTimes.Time(lesson.Start) is { } start && LocalTimes.Time(lesson.End) is { } end
            ? $"{language.Say(start.ToDateTimeUnspecified(), "dddd d MMMM yyyy, HH:mm")} – {language.Say(end.ToDateTimeUnspecified(), end.Date == start.Date ? "HH:mm" : "dddd d MMMM, HH:mm")}"
            : $"{lesson.Start} – {lesson.End}";

    /// <summary>An access network; one that the site has named itself is called by its name.</summary>
    public static string Network(string name, Language language) => name switch
    {
        "teaching" => language.Say("réseaux d’enseignement", "teaching networks"),
        "research" => language.Say("réseaux de recherche", "research networks"),
        AccessNetworks.Any => language.Say("partout", "everywhere"),
        _ => name,
    };

    /// <summary>Until when a lesson's work is handed in.</summary>
    public static string HandIn(Lesson lesson, Language language) =>
        LocalTimes.Time(lesson.HandInUntil) is { } until ? language.Say(until.ToDateTimeUnspecified(), "ddd d MMMM, HH:mm") : "–";

    /// <summary>For whom a lesson is, and how many that are.</summary>
    public static string Who(NewCourse course, Lesson lesson, Language language)
    {
        var students = course.Roster.Students.Count(student => lesson.Groups is not { Count: > 0 } groups || (student.Group is { } group && groups.Contains(group, StringComparer.Ordinal)));
        return $"{(lesson.Groups is { Count: > 0 } named ? string.Join(", ", named) : language.Say("tous", "all"))} ({students})";
    }

    /// <summary>Whether there is room for a lesson; empty where that cannot be said.</summary>
    public static string Room(NewCourse course, Lesson lesson, Language language)
    {
        if (course.Fit is null) return "";
        return course.Fit.Lessons.FirstOrDefault(fit => fit.Lesson == lesson.Name) switch
        {
            { Fits: false } unfit => language.Say($"il manque {unfit.Shortage!.Seats} places sur {unfit.Seats}", $"lacks {unfit.Shortage!.Seats} of {unfit.Seats} seats"),
            { } => language.Say("tient", "fits"),
            null => "–",
        };
    }

    /// <summary>The manifest as far as a page should show it.</summary>
    public static (string Text, bool IsCut) Yaml(NewCourse course)
    {
        var yaml = course.Yaml;
        return yaml.Length <= LongestYaml ? (yaml, false) : ($"{yaml[..yaml.LastIndexOf('\n', LongestYaml)]}\n…", true);
    }
}
