using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Site;
using NodaTime;

namespace MesoNet.IAaS.Portal.Admin;

/// <summary>The site's calendar from today on, made from what the watches told.</summary>
/// <param name="Zone">The zone of the site's courses; France's where they have several.</param>
/// <param name="Hours">How full it will be.</param>
/// <param name="Research">When the research workspaces run, from now on.</param>
internal sealed record SiteBookings(DateTimeZone Zone, SiteHours Hours, ResearchInTime Research)
{
    /// <summary>The most days that are shown at once.</summary>
    public const int MostDays = 60;

    /// <summary>The calendar.</summary>
    public static SiteBookings Of(SiteView site, int days, Instant now)
    {
        var zones = site.Environments.All.Select(environment => LocalTimes.Zone(environment.Spec)).OfType<DateTimeZone>().Distinct().ToList();
        var zone = zones is [var only] ? only : DateTimeZoneProviders.Tzdb["Europe/Paris"];
        var (first, shown) = (now.InZone(zone).Date, Math.Clamp(days, 1, MostDays));
        var workspaces = site.ResolvedWorkspaces.ToList();
        var calendar = SiteCalendar.Of(site.Environments.All, site.Templates.All, site.Nodes.All, now: now, workspaces: workspaces);
        var research = ResearchInTime.Of(workspaces, calendar, now, first.PlusDays(shown).AtStartOfDayInZone(zone).ToInstant());
        return new(zone, SiteHours.Of(calendar, research, zone, first, shown), research);
    }
}
