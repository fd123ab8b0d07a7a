using System.Text.RegularExpressions;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Uploads;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Timetables.Icalendar;

/// <summary>
/// Reads a timetable from an iCalendar file (RFC 5545): its events with their repetitions become lessons in the course's zone. Ical.Net would do more
/// than is needed, and more than can be promised: what is not understood is told, never guessed.
/// </summary>
internal sealed class IcalendarTimetable
{
    // "groupe A", "Gr. B", "group A, B"
    private static readonly Regex GroupNames = new(
        @"\b(groupes?|groups?|gr\.?|grp\.?)\s*(?<names>[\p{L}\p{N}_-]+(\s*[,+/]\s*[\p{L}\p{N}_-]+)*)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private const int MostEvents = 5000;
    private const int MostProblems = 20;

    private readonly DateTimeZone zone;
    private readonly int handInDays;
    private readonly IReadOnlyCollection<string> groups;

    private IcalendarTimetable(DateTimeZone zone, int handInDays, IReadOnlyCollection<string> groups) => (this.zone, this.handInDays, this.groups) = (zone, handInDays, groups);

    /// <summary>The lessons of a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="zone">The course's zone.</param>
    /// <param name="handInDays">How many days after each lesson students may hand in; 0 where they do not.</param>
    /// <param name="groups">The course's groups: a lesson whose title names some of them ("TP 1 groupe A") is for those.</param>
    public static TimetableReading Read(string text, DateTimeZone zone, int handInDays, IReadOnlyCollection<string> groups)
    {
        if (UploadedText.Checked(text).Problem is { } problem) return TimetableReading.Unread(problem);
        var events = Events(text).Take(MostEvents + 1).ToList();
        return events.Count switch
        {
            0 => TimetableReading.Unread(new(
                "Le calendrier ne contient aucun événement (VEVENT). Choisissez un fichier iCalendar (.ics).", "The calendar has no events (VEVENT). Choose an iCalendar file (.ics).")),
            > MostEvents => TimetableReading.Unread(new(
                $"Le calendrier a plus de {MostEvents} événements. Exportez seulement ceux du cours.", $"The calendar has more than {MostEvents} events. Export only those of the course.")),
            _ => new IcalendarTimetable(zone, handInDays, groups).Read([.. events.Where(item => !item.IsCancelled || item.IsOverride)]),
        };
    }

    private TimetableReading Read(List<CalendarEvent> events)
    {
        var problems = new List<TimetableProblem>();
        var moved = events.Where(item => item.IsOverride).Select(item => (item.Identity, item.Replaces(zone))).ToHashSet();
        var found = new List<(Instant Start, Instant End, string Summary)>();
        foreach (var item in events.Where(item => !item.IsCancelled))
        {
            var times = item.Times(zone, TimetableReading.MostLessons + 1, out var problem);
            foreach (var (start, end) in times)
            {
                if (item.IsOverride || !moved.Contains((item.Identity, start))) found.Add((start, end, item.Summary));
            }

            if (problem is not null && problems.Count < MostProblems) problems.Add(new(item.Number, problem));
            if (found.Count > TimetableReading.MostLessons) return TimetableReading.Unread(TimetableReading.TooMany(found.Count));
        }

        var inOrder = found.Distinct().OrderBy(item => item.Start).ThenBy(item => item.End).ThenBy(item => item.Summary, StringComparer.Ordinal).ToList();
        var names = LessonNames.Distinct([.. inOrder.Select(item => item.Summary)]);
        return new([.. inOrder.Zip(names).Select(pair => LessonOf(pair.First, pair.Second))], problems);
    }

    private Lesson LessonOf((Instant Start, Instant End, string Summary) item, string name)
    {
        var end = Local(item.End);
        var named = GroupNames.Matches(item.Summary).SelectMany(match => match.Groups["names"].Value.Split([',', '+', '/', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(groups.Contains).Distinct(StringComparer.Ordinal).ToList();
        return new()
        {
            Name = name,
            Start = LocalTimes.Write(Local(item.Start)),
            End = LocalTimes.Write(end),
            HandInUntil = WrittenTimes.HandIn(end, handInDays) is { } until ? LocalTimes.Write(until) : null,
            Groups = named.Count == 0 ? null : named,
        };
    }

    private LocalDateTime Local(Instant moment) => moment.InZone(zone).LocalDateTime.With(TimeAdjusters.TruncateToMinute);

    private static IEnumerable<CalendarEvent> Events(string text)
    {
        (int Number, List<ContentLine> Lines)? current = null;
        // An event may hold alarms, with lines of the same names.
        var inner = 0;
        foreach (var line in ContentLine.Read(text))
        {
            var what = line.Name is "BEGIN" or "END" ? line.Value.Trim().ToUpperInvariant() : "";
            if (line.Name == "BEGIN" && what == "VEVENT") (current, inner) = ((line.Number, []), 0);
            else if (current is null) continue;
            else if (line.Name == "BEGIN") inner++;
            else if (line.Name == "END" && what != "VEVENT") inner--;
            else if (line.Name == "END")
            {
                yield return new(current.Value.Number, current.Value.Lines);
                current = null;
            }
            else if (inner == 0) current.Value.Lines.Add(line);
        }
    }
}
