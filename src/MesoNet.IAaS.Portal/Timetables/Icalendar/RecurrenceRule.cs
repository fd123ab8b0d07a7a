using System.Globalization;
using MesoNet.IAaS.Portal.Texts;
using NodaTime;

namespace MesoNet.IAaS.Portal.Timetables.Icalendar;

/// <summary>How an event is repeated (RFC 5545, 3.3.10): each day or each week; what timetables of lessons need of it.</summary>
/// <param name="IsWeekly">Each week; else each day.</param>
/// <param name="Interval">Each so many of them.</param>
/// <param name="Count">How many times; null where a day says it.</param>
/// <param name="Until">The last moment at which it may begin; null where a count says it.</param>
/// <param name="Days">The days of the week; those of the first time where empty.</param>
/// <param name="WeekStart">With which day a week begins, which matters where not every week is meant.</param>
internal sealed record RecurrenceRule(
    bool IsWeekly, int Interval, int? Count, CalendarMoment? Until, IReadOnlyList<IsoDayOfWeek> Days, IsoDayOfWeek WeekStart)
{
    private static readonly Dictionary<string, IsoDayOfWeek> DayNames = new(StringComparer.Ordinal)
    {
        ["MO"] = IsoDayOfWeek.Monday, ["TU"] = IsoDayOfWeek.Tuesday, ["WE"] = IsoDayOfWeek.Wednesday, ["TH"] = IsoDayOfWeek.Thursday,
        ["FR"] = IsoDayOfWeek.Friday, ["SA"] = IsoDayOfWeek.Saturday, ["SU"] = IsoDayOfWeek.Sunday,
    };

    /// <summary>The times at which it begins, in the event's own zone, at most <paramref name="atMost"/> of them.</summary>
    public IEnumerable<LocalDateTime> From(CalendarMoment first, int atMost)
    {
        var until = Until is null ? (Instant?)null : Until.IsDate ? Until.InstantOf(Until.Local.PlusDays(1)) - Duration.Epsilon : Until.Instant;
        return Candidates(first.Local).TakeWhile(local => !(first.InstantOf(local) > until)).Take(Math.Min(Count ?? atMost, atMost));
    }

    /// <summary>Reads a rule.</summary>
    /// <param name="text">Such as FREQ=WEEKLY;COUNT=6;BYDAY=MO.</param>
    /// <param name="zone">The event's zone, in which an UNTIL without Z is meant.</param>
    /// <param name="problem">Why it cannot be read; null where it can.</param>
    public static RecurrenceRule? Parse(string text, DateTimeZone zone, out Sentence? problem)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.ToUpperInvariant().Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var pair = part.Split('=', 2);
            parts[pair[0]] = pair.Length > 1 ? pair[1] : "";
        }

        problem = Unsupported(text, parts);
        if (problem is not null) return null;
        var days = parts.TryGetValue("BYDAY", out var named) ? named.Split(',', StringSplitOptions.TrimEntries) : [];
        int? count = parts.TryGetValue("COUNT", out var times) ? Number(times) : null;
        var until = parts.TryGetValue("UNTIL", out var end) ? CalendarMoment.Parse(end, zone) : null;
        var weekStart = parts.TryGetValue("WKST", out var start) && DayNames.TryGetValue(start, out var day) ? day : IsoDayOfWeek.Monday;
        return new(
            parts["FREQ"] == "WEEKLY", parts.TryGetValue("INTERVAL", out var interval) ? Number(interval)!.Value : 1, count, until,
            [.. days.Select(name => DayNames[name]).Distinct()], weekStart);
    }

    private static Sentence? Unsupported(string text, Dictionary<string, string> parts)
    {
        var shown = text.Length <= 80 ? text : $"{text[..79]}…";
        var isKnown = parts.GetValueOrDefault("FREQ") is "DAILY" or "WEEKLY"
            && parts.Keys.All(key => key is "FREQ" or "COUNT" or "UNTIL" or "INTERVAL" or "BYDAY" or "WKST")
            && (!parts.TryGetValue("BYDAY", out var days) || days.Split(',', StringSplitOptions.TrimEntries).All(DayNames.ContainsKey))
            && (!parts.TryGetValue("COUNT", out var count) || Number(count) is not null)
            && (!parts.TryGetValue("UNTIL", out var until) || CalendarMoment.Parse(until, DateTimeZone.Utc) is not null)
            && (!parts.TryGetValue("INTERVAL", out var interval) || Number(interval) is not null);
        if (!isKnown)
        {
            return new(
                $"La répétition «\u00a0{shown}\u00a0» n’est pas comprise\u00a0: seules celles par jour et par semaine le sont. Écrivez les séances une à une dans le tableau.",
                $"The repetition “{shown}” is not understood: only those by day and by week are. Write the lessons one by one in the table.");
        }

        return parts.ContainsKey("COUNT") || parts.ContainsKey("UNTIL")
            ? null
            : new($"La répétition «\u00a0{shown}\u00a0» n’a pas de fin. Donnez-lui une date de fin dans le calendrier.", $"The repetition “{shown}” has no end. Give it an end in the calendar.");
    }

    private IEnumerable<LocalDateTime> Candidates(LocalDateTime first)
    {
        // Up to where dates are plausible; every rule ends before, by its count or its day.
        if (!IsWeekly)
        {
            for (var day = first; day.Year < 3000; day = day.PlusDays(Interval))
            {
                if (Days.Count == 0 || Days.Contains(day.DayOfWeek)) yield return day;
            }

            yield break;
        }

        var days = Days.Count == 0 ? [first.DayOfWeek] : Days;
        var offsets = days.Select(day => ((int)day - (int)WeekStart + 7) % 7).Order().ToList();
        var week = first.Date.DayOfWeek == WeekStart ? first.Date : first.Date.Previous(WeekStart);
        for (; week.Year < 3000; week = week.PlusWeeks(Interval))
        {
            foreach (var offset in offsets)
            {
                if (week.PlusDays(offset) >= first.Date) yield return week.PlusDays(offset) + first.TimeOfDay;
            }
        }
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 10_000 ? number : null;
}
