using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace MesoNet.IAaS.Portal.Timetables.Icalendar;

/// <summary>A date with time of an iCalendar file: in UTC, in a zone of its own, or floating, which means the course's zone.</summary>
/// <param name="Local">The time as it is written.</param>
/// <param name="Zone">The zone it is meant in.</param>
/// <param name="IsDate">Whether only a date is written.</param>
internal sealed record CalendarMoment(LocalDateTime Local, DateTimeZone Zone, bool IsDate)
{
    private static readonly LocalDateTimePattern Times = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");
    private static readonly LocalDatePattern Dates = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    /// <summary>The moment; RFC 5545 reads a time that clocks repeat as the first, and moves one that they skip by the gap.</summary>
    public Instant Instant => InstantOf(Local);

    /// <summary>Another time in the same zone.</summary>
    public Instant InstantOf(LocalDateTime local) =>
        Zone.ResolveLocal(local, Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted)).ToInstant();

    /// <summary>The moment of a value; null where it is none.</summary>
    /// <param name="value">The value, such as 20261123T140000Z.</param>
    /// <param name="zone">The zone of a value without Z.</param>
    public static CalendarMoment? Parse(string value, DateTimeZone zone)
    {
        var text = value.Trim();
        if (Dates.Parse(text).TryGetValue(default, out var date)) return IsPlausible(date) ? new(date.AtMidnight(), zone, IsDate: true) : null;
        var isUtc = text.EndsWith('Z');
        return Times.Parse(isUtc ? text[..^1] : text).TryGetValue(default, out var time) && IsPlausible(time.Date)
            ? new(time, isUtc ? DateTimeZone.Utc : zone, IsDate: false) : null;
    }

    /// <summary>The zone of a TZID: IANA's name, also behind a vendor's prefix, or Windows' own; null where it is unknown.</summary>
    public static DateTimeZone? ZoneOf(string name)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is { } zone) return zone;
        if (TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(name, out var iana)) return DateTimeZoneProviders.Tzdb.GetZoneOrNull(iana);
        // "/mozilla.org/20070129_1/Europe/Paris"
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 2 ? DateTimeZoneProviders.Tzdb.GetZoneOrNull($"{parts[^2]}/{parts[^1]}") : null;
    }

    private static bool IsPlausible(LocalDate date) => date.Year is >= 1970 and <= 2999;
}
