using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace MesoNet.IAaS.Planning.Timetable;

/// <summary>
/// From the spec's local dates and times to moments. A time that clocks repeat on an autumn night means the first of the two for a lesson's start and
/// end, so that an hour's lesson stays an hour, and the second for a deadline, in the student's favour.
/// </summary>
public static class LocalTimes
{
    private const string DefaultZone = "Europe/Paris";

    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm");

    // The last hours of the calendar, which stand for ever, are no moments any more west of Greenwich.
    private static readonly LocalDateTime End = new(9999, 12, 31, 0, 0);

    // A time that clocks skip is refused in a timetable; a student's extension is moved on by the gap.
    private static readonly ZoneLocalMappingResolver First = Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted);
    private static readonly ZoneLocalMappingResolver Last = Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnForwardShifted);

    /// <summary>The course's zone, or null where its name is unknown.</summary>
    public static DateTimeZone? Zone(ClassroomEnvironmentSpec spec) => Zone(spec.TimeZone);

    /// <summary>The zone of a name, the default one where there is none; null where the name is unknown.</summary>
    public static DateTimeZone? Zone(string? name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name is { Length: > 0 } ? name : DefaultZone);

    /// <summary>A date as the spec writes it, or null where there is none or it is no date.</summary>
    public static LocalDate? Date(string? text) => text is not null && LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var date) ? date : null;

    /// <summary>A local time as the spec writes it, or null where there is none or it is no time.</summary>
    public static LocalDateTime? Time(string? text) => text is not null && Pattern.Parse(text).TryGetValue(default, out var time) ? time : null;

    /// <summary>A local time as the spec writes it.</summary>
    public static string Write(LocalDateTime time) => Pattern.Format(time);

    /// <summary>The moment of a lesson's start or end.</summary>
    public static Instant Moment(LocalDateTime time, DateTimeZone zone) => zone.ResolveLocal(LocalDateTime.Min(time, End), First).ToInstant();

    /// <summary>The moment of a deadline.</summary>
    public static Instant Deadline(LocalDateTime time, DateTimeZone zone) => zone.ResolveLocal(LocalDateTime.Min(time, End), Last).ToInstant();
}
