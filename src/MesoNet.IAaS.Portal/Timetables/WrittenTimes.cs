using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Portal.Timetables;

/// <summary>Dates and times as browsers send them and as people in France write them.</summary>
internal static class WrittenTimes
{
    private static readonly LocalTime EndOfDay = new(23, 59);

    private static readonly LocalDatePattern[] Dates =
        [.. new[] { "uuuu'-'MM'-'dd", "d'/'M'/'uuuu", "d'.'M'.'uuuu", "d'-'M'-'uuuu" }.Select(LocalDatePattern.CreateWithInvariantCulture)];

    private static readonly LocalTimePattern[] Times =
        [.. new[] { "H':'mm", "H':'mm':'ss", "H'h'mm", "H'h'", "H'H'mm", "H'H'" }.Select(LocalTimePattern.CreateWithInvariantCulture)];

    /// <summary>2026-11-23, 23/11/2026; null where it is no date, or one that no timetable means.</summary>
    public static LocalDate? Date(string text) =>
        Dates.Select(pattern => pattern.Parse(text.Trim())).FirstOrDefault(parsed => parsed.Success) is { } found && IsPlausible(found.Value) ? found.Value : null;

    /// <summary>14:00, 14h00, 14h; null where it is no time.</summary>
    public static LocalTime? Time(string text)
    {
        var close = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
        return Times.Select(pattern => pattern.Parse(close)).FirstOrDefault(parsed => parsed.Success) is { } found ? found.Value.With(TimeAdjusters.TruncateToMinute) : null;
    }

    /// <summary>A deadline: a date and a time, or a date alone, which means its end.</summary>
    public static LocalDateTime? Deadline(string text)
    {
        var trimmed = text.Trim();
        if (Date(trimmed) is { } day) return day + EndOfDay;
        var gap = trimmed.IndexOfAny(['T', ' ', '\u00a0']);
        return gap > 0 && Date(trimmed[..gap]) is { } date && Time(trimmed[(gap + 1)..]) is { } time ? date + time : null;
    }

    /// <summary>The end of the day so many days after a lesson; null where there is no hand-in.</summary>
    public static LocalDateTime? HandIn(LocalDateTime end, int days) => days <= 0 ? null : end.Date.PlusDays(days) + EndOfDay;

    // What the resource can write: four digits of a year.
    private static bool IsPlausible(LocalDate date) => date.Year is >= 2000 and <= 2999;
}
