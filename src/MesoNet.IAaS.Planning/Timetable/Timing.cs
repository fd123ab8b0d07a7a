using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Timetable;

/// <summary>How seats of a template follow the timetable, with the defaults filled in.</summary>
/// <param name="DefaultLead">How long before a lesson its seats are started while nothing has been measured.</param>
/// <param name="MaxLead">The most they are started before it.</param>
/// <param name="Warning">How long before a seat is stopped its student is told.</param>
/// <param name="Idle">How long no work may be done in a seat on demand.</param>
/// <param name="AbsentAfter">How long into a lesson a seat waits for somebody to open it; null for always.</param>
/// <param name="RestingOnDemand">Whether seats start on demand between hand-in and the next lesson.</param>
public sealed record Timing(Duration DefaultLead, Duration MaxLead, Duration Warning, Duration Idle, Duration? AbsentAfter, bool RestingOnDemand)
{
    /// <summary>The timing of a template; its limits win over its defaults.</summary>
    public static Timing Of(SeatTiming? timing)
    {
        var most = Duration.FromSeconds(timing?.MaxLeadSeconds ?? 1800);
        return new(
            Duration.Min(Duration.FromSeconds(timing?.DefaultLeadSeconds ?? 600), most), most, Duration.FromMinutes(timing?.WarnMinutes ?? 5),
            Duration.FromMinutes(timing?.IdleMinutes ?? 30), timing?.AbsentAfterMinutes is { } minutes ? Duration.FromMinutes(minutes) : null,
            timing?.RestingOnDemand == true);
    }
}
