using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Site;
using NodaTime;

namespace MesoNet.IAaS.Portal.Admin;

/// <summary>The site's calendar from today on, made from what the watches told.</summary>
/// <param name="Zone">The zone of the site's courses; France's where they have several.</param>
/// <param name="First">The first day.</param>
/// <param name="Hours">How full it will be.</param>
internal sealed record SiteBookings(DateTimeZone Zone, LocalDate First, SiteHours Hours)
{
    /// <summary>The most days that are shown at once.</summary>
    public const int MostDays = 60;

    /// <summary>The calendar.</summary>
    public static SiteBookings Of(SiteView site, int days, Instant now)
    {
        var zones = site.Environments.All.Select(environment => LocalTimes.Zone(environment.Spec)).OfType<DateTimeZone>().Distinct().ToList();
        var zone = zones is [var only] ? only : DateTimeZoneProviders.Tzdb["Europe/Paris"];
        var first = now.InZone(zone).Date;
        return new(zone, first, SiteHours.Of(SiteCalendar.Of(site.Environments.All, site.Templates.All, site.Nodes.All, now: now), zone, first, Math.Clamp(days, 1, MostDays)));
    }
}
