using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>When a workspace runs, lessons apart: its hours, until its last day is over.</summary>
public sealed class WorkspaceHours
{
    // The longest stretch that begins on one day: a weekend, with the night before.
    private const int LongestDays = 4;

    private static readonly LocalTimePattern Pattern = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");
    private static readonly LocalTime Evening = new(20, 0);
    private static readonly LocalTime Morning = new(7, 0);

    private readonly RunningTime? running;

    private WorkspaceHours(DateTimeZone zone, LocalDate lastDay, RunningTime? running)
    {
        (Zone, this.running) = (zone, running);
        End = LocalTimes.Deadline(lastDay.PlusDays(1).AtMidnight(), zone);
    }

    /// <summary>The zone of its local times.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>When its last day is over.</summary>
    public Instant End { get; }

    /// <summary>The hours of a spec; null where its zone or its last day is none.</summary>
    public static WorkspaceHours? Of(ResearchWorkspaceSpec spec) => Of(spec.Until, spec.Running, spec.TimeZone);

    /// <summary>The same of its parts.</summary>
    public static WorkspaceHours? Of(string? until, RunningTime? running, string? timeZone) =>
        LocalTimes.Zone(timeZone) is { } zone && LocalTimes.Date(until) is { } lastDay ? new(zone, lastDay, running) : null;

    /// <summary>A time of the day as the spec writes it; null where it is none.</summary>
    public static LocalTime? Time(string text) => Pattern.Parse(text).TryGetValue(default, out var time) ? time : null;

    /// <summary>The times in which it runs that have not ended at a moment, in order; those that touch are one.</summary>
    public IEnumerable<(Instant From, Instant Until)> Windows(Instant from)
    {
        if (from >= End) yield break;
        if (running is null || running.Hours == RunningHours.Always)
        {
            yield return (from, End);
            yield break;
        }

        (Instant From, Instant Until)? open = null;
        for (var day = from.InZone(Zone).Date.PlusDays(-LongestDays); LocalTimes.Moment(day.AtMidnight(), Zone) < End; day = day.PlusDays(1))
        {
            foreach (var (begins, ends) in OnDay(day).OrderBy(hours => hours.From))
            {
                if (open is { } one && begins <= one.Until)
                {
                    open = (one.From, Instant.Max(one.Until, ends));
                    continue;
                }

                if (open is { } complete && complete.Until > from) yield return (complete.From, Instant.Min(complete.Until, End));
                open = (begins, ends);
            }
        }

        if (open is { } last && last.Until > from && last.From < End) yield return (last.From, Instant.Min(last.Until, End));
    }

    private IEnumerable<(Instant From, Instant Until)> OnDay(LocalDate day) => running!.Hours switch
    {
        RunningHours.NightsAndWeekends when day.DayOfWeek == IsoDayOfWeek.Friday => [Between(day.At(Evening), day.PlusDays(3).At(Morning))],
        RunningHours.NightsAndWeekends when day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) => [Between(day.At(Evening), day.PlusDays(1).At(Morning))],
        RunningHours.Timetable => (running.Weekly ?? []).Where(hours => hours.Days.Any(item => (int)item + 1 == (int)day.DayOfWeek)).SelectMany(hours => OnDay(day, hours)),
        _ => [],
    };

    private IEnumerable<(Instant From, Instant Until)> OnDay(LocalDate day, WeeklyHours hours)
    {
        if (Time(hours.From) is not { } from || Time(hours.Until) is not { } until) yield break;
        yield return Between(day.At(from), until > from ? day.At(until) : day.PlusDays(1).At(until));
    }

    private (Instant From, Instant Until) Between(LocalDateTime from, LocalDateTime until) => (LocalTimes.Moment(from, Zone), LocalTimes.Moment(until, Zone));
}
