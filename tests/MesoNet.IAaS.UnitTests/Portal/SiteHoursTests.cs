using MesoNet.IAaS.Portal.Admin;
using NodaTime;
using Site = MesoNet.IAaS.UnitTests.Planning.Capacity.Site;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>The site's calendar as the administrator sees it.</summary>
public sealed class SiteHoursTests
{
    private const string Gpu = "nvidia.com/gpu";
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    [Fact]
    public void What_is_booked_is_told_by_hour_and_by_day()
    {
        // Leads are ten minutes: the seats of a lesson at 14:00 are booked from 13:50 on.
        var calendar = Site.Calendar(
            [Site.Node("node1", (Gpu, "8"))], [Site.Template("pytorch", Gpu)],
            Site.Course("intro", "pytorch", 0, 4, Site.Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")),
            Site.Course("vision", "pytorch", 1, 2, Site.Lesson("tp1", "2026-11-23T16:30", "2026-11-23T18:00")));
        var hours = SiteHours.Of(calendar, Paris, new(2026, 11, 23), 2);
        var gpu = Assert.Single(hours.Resources);
        Assert.Equal((Gpu, 8m, 48, 48), (gpu.Resource, gpu.Capacity, gpu.Booked.Count, hours.Hours.Count));
        Assert.Equal([0m, 4m, 4m, 4m, 6m, 2m, 0m], gpu.Booked.Skip(12).Take(7));
        var fullest = Assert.Single(hours.Days);
        Assert.Equal((new LocalDate(2026, 11, 23), 6m, 2m), (fullest.Date, fullest.Booked, fullest.Free));
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 15, 20), fullest.From);
        Assert.Equal(["intro", "vision"], fullest.Holders.Select(holder => holder.Environment.Name));
    }

    [Fact]
    public void A_day_on_which_clocks_go_back_has_25_hours() =>
        Assert.Equal(25, SiteHours.Of(Site.Calendar([Site.Node("node1")], []), Paris, new(2026, 10, 25), 1).Hours.Count);

    [Fact]
    public void A_site_without_devices_shows_its_processors() =>
        Assert.Equal(["cpu"], SiteHours.Of(Site.Calendar([Site.Node("node1")], []), Paris, new(2026, 11, 23), 1).Resources.Select(row => row.Resource));
}
