using MesoNet.IAaS.Portal.Texts;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Portal.Timetables.Icalendar;

/// <summary>One VEVENT of an iCalendar file.</summary>
internal sealed class CalendarEvent
{
    private static readonly PeriodPattern Durations = PeriodPattern.Roundtrip;

    private readonly List<ContentLine> lines;

    /// <summary>An event from the lines between its BEGIN and its END, without those of alarms in it.</summary>
    public CalendarEvent(int number, List<ContentLine> lines) => (Number, this.lines) = (number, lines);

    /// <summary>The line of the file on which it begins.</summary>
    public int Number { get; }

    /// <summary>What it is called.</summary>
    public string Summary => Find("SUMMARY")?.Text.Trim() ?? "";

    /// <summary>What tells it from others, and is the same for a time of it that was moved.</summary>
    public string? Identity => Find("UID")?.Value;

    /// <summary>Whether it does not take place.</summary>
    public bool IsCancelled => string.Equals(Find("STATUS")?.Value.Trim(), "CANCELLED", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it takes the place of one time of another event.</summary>
    public bool IsOverride => Find("RECURRENCE-ID") is not null;

    /// <summary>The time of the other event whose place it takes.</summary>
    public Instant? Replaces(DateTimeZone zone) => Find("RECURRENCE-ID") is { } line ? Moment(line, zone, out _)?.Instant : null;

    /// <summary>When it takes place: each time's start and end.</summary>
    /// <param name="zone">The course's zone, in which floating times are meant.</param>
    /// <param name="atMost">How many times are of interest.</param>
    /// <param name="problem">Why it cannot be read; null where it can.</param>
    public IReadOnlyList<(Instant Start, Instant End)> Times(DateTimeZone zone, int atMost, out Sentence? problem)
    {
        problem = new("L’événement n’a pas de début. Donnez-lui une date et une heure, ou enlevez-le.", "The event has no start. Give it a date and a time, or take it out.");
        if (Find("DTSTART") is not { } startLine || Moment(startLine, zone, out problem) is not { } start) return [];
        if (start.IsDate)
        {
            problem = new(
                $"«\u00a0{Shown}\u00a0» dure toute la journée\u00a0: donnez-lui une heure de début et de fin, ou enlevez-le du calendrier.",
                $"“{Shown}” lasts all day: give it a start and an end, or take it out of the calendar.");
            return [];
        }

        var rule = (RecurrenceRule?)null;
        problem = null;
        if (Find("RRULE") is { } ruleLine && !IsOverride) rule = RecurrenceRule.Parse(ruleLine.Value, start.Zone, out problem);
        if (problem is null && (Find("RDATE") is not null || Find("EXRULE") is not null))
        {
            problem = new(
                $"«\u00a0{Shown}\u00a0» est répété à des dates données une à une, ce qui n’est pas compris. Écrivez les séances dans le tableau.",
                $"“{Shown}” is repeated on dates given one by one, which is not understood. Write the lessons in the table.");
        }

        if (problem is not null || EndOf(start, zone, out problem) is not { } end) return [];
        var except = Exceptions(start.Zone, out problem);
        if (problem is not null) return [];
        var locals = rule is null ? [start.Local] : rule.From(start, atMost + except.Count);
        return [.. locals.Where(local => !except.Any(other => other.IsDate ? other.Local.Date == local.Date : other.Instant == start.InstantOf(local))).Select(local => (start.InstantOf(local), end(local)))];
    }

    private string Shown => Summary.Length <= 60 ? Summary : $"{Summary[..59]}…";

    private ContentLine? Find(string name) => lines.FirstOrDefault(line => line.Name == name);

    /// <summary>From the start of one time to its end: the same hours on the clock, as the event was written.</summary>
    private Func<LocalDateTime, Instant>? EndOf(CalendarMoment start, DateTimeZone zone, out Sentence? problem)
    {
        problem = null;
        if (Find("DURATION") is { } durationLine && Durations.Parse(durationLine.Value.Trim()).TryGetValue(Period.Zero, out var period))
        {
            // Days and weeks are the calendar's, hours those that pass (RFC 5545, 3.3.6).
            var (days, hours) = (period.Weeks * 7 + period.Days, Duration.FromSeconds(period.Hours * 3600 + period.Minutes * 60 + period.Seconds));
            if (days is >= 0 and < 8 && hours >= Duration.Zero && (days > 0 || hours > Duration.Zero)) return local => start.InstantOf(local.PlusDays(days)) + hours;
        }
        else if (Find("DTEND") is { } endLine)
        {
            if (Moment(endLine, zone, out problem) is { IsDate: false } end && end.Instant > start.Instant)
            {
                if (!end.Zone.Equals(start.Zone)) return local => start.InstantOf(local) + (end.Instant - start.Instant);
                var length = Period.Between(start.Local, end.Local, PeriodUnits.Minutes | PeriodUnits.Seconds);
                if (length.Minutes < 8 * 24 * 60) return local => end.InstantOf(local + length);
            }
        }

        problem ??= new(
            $"«\u00a0{Shown}\u00a0» n’a pas de fin après son début. Donnez-lui une heure de fin.", $"“{Shown}” has no end after its start. Give it an end.");
        return null;
    }

    private List<CalendarMoment> Exceptions(DateTimeZone zone, out Sentence? problem)
    {
        problem = null;
        var except = new List<CalendarMoment>();
        foreach (var line in lines.Where(line => line.Name == "EXDATE"))
        {
            foreach (var value in line.Value.Split(','))
            {
                if (Moment(line with { Value = value }, zone, out problem) is { } moment) except.Add(moment);
                else return except;
            }
        }

        return except;
    }

    private static CalendarMoment? Moment(ContentLine line, DateTimeZone zone, out Sentence? problem)
    {
        problem = null;
        if (line.Parameters.TryGetValue("TZID", out var name))
        {
            if (CalendarMoment.ZoneOf(name) is not { } known)
            {
                problem = new(
                    $"Le fuseau horaire «\u00a0{(name.Length <= 60 ? name : name[..60])}\u00a0» est inconnu. Exportez le calendrier avec un nom comme Europe/Paris.",
                    $"The time zone “{(name.Length <= 60 ? name : name[..60])}” is unknown. Export the calendar with a name such as Europe/Paris.");
                return null;
            }

            zone = known;
        }

        if (CalendarMoment.Parse(line.Value, zone) is { } moment) return moment;
        var shown = line.Value.Length <= 40 ? line.Value : line.Value[..40];
        problem = new($"{line.Name} est «\u00a0{shown}\u00a0», qui n’est pas une date. Exportez le calendrier à nouveau.", $"{line.Name} is “{shown}”, which is no date. Export the calendar again.");
        return null;
    }
}
