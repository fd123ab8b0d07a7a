using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Portal.Admin;
using MesoNet.IAaS.Resources.Research;
using MesoNet.IAaS.UnitTests.Planning.Research;
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
        var hours = SiteHours.Of(calendar, ResearchInTime.Of([], calendar, Site.Now, Site.Now), Paris, new(2026, 11, 23), 2);
        var gpu = Assert.Single(hours.Resources);
        Assert.Equal((Gpu, 8m, 48, 48), (gpu.Resource, gpu.Capacity, gpu.Uses.Count, hours.Hours.Count));
        Assert.Equal([0m, 4m, 4m, 4m, 6m, 2m, 0m], gpu.Uses.Skip(12).Take(7).Select(use => use.Booked));
        var fullest = Assert.Single(hours.Days);
        Assert.Equal((new LocalDate(2026, 11, 23), 6m, 2m), (fullest.Date, fullest.Booked, fullest.Free));
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 15, 20), fullest.From);
        Assert.Equal(["intro", "vision"], fullest.Holders.Select(holder => holder.Environment.Name));
    }

    [Fact]
    public void A_day_on_which_clocks_go_back_has_25_hours() =>
        Assert.Equal(25, OfNobody(new(2026, 10, 25)).Hours.Count);

    [Fact]
    public void A_site_without_devices_shows_its_processors() =>
        Assert.Equal(["cpu"], OfNobody(new(2026, 11, 23)).Resources.Select(row => row.Resource));

    [Fact]
    public void Research_that_makes_no_room_is_booked_and_what_makes_room_takes_what_lessons_leave()
    {
        // Of eight cards a lesson needs five, two are held for a workspace, and two others have four and two while it is not on.
        var firm = ResearchSite.Of("firm", gpus: "2", yields: false);
        IReadOnlyList<ResearchWorkspace> workspaces =
        [
            firm with { Status = new() { Admitted = new() { At = Site.Now.ToDateTimeOffset(), Until = firm.Spec.Until, Resources = firm.Spec.Resources } } },
            ResearchSite.Of("these", gpus: "4"), ResearchSite.Of("late", gpus: "2", place: 1),
        ];
        var calendar = SiteCalendar.Of(
            [Site.Course("intro", "pytorch", 0, 5, Site.Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00"))], [Site.Template("pytorch", Gpu)], [Site.Node("node1", (Gpu, "8"))], workspaces: workspaces);
        var research = ResearchInTime.Of(workspaces, calendar, Instant.FromUtc(2026, 11, 23, 8, 30), Instant.FromUtc(2026, 11, 24, 23, 0));
        var hours = SiteHours.Of(calendar, research, Paris, new(2026, 11, 23), 2);
        var uses = Assert.Single(hours.Resources).Uses;
        // What was before now is not told.
        Assert.Equal(new(2, 2, 0), uses[8]);
        Assert.Equal(new(2, 2, 6), uses[9]);
        // The lesson's seats start at 13:50; in the hour of a lesson that is what the hour shows.
        Assert.Equal([new(2, 2, 6), new(7, 2, 0), new(7, 2, 0)], uses.Skip(12).Take(3));
        Assert.Equal(new(2, 2, 6), uses[17]);
        Assert.All(uses, use => Assert.True(use.Booked + use.Yielding <= 8));
        Assert.Equal([7m, 2m], hours.Days.Select(day => day.Booked));
        Assert.Equal([6m, 6m], hours.Days.Select(day => day.Yielding));
        Assert.Equal(["firm", "intro"], hours.Days[0].Holders.Select(holder => holder.Environment.Name).Order());
        Assert.Equal("firm", hours.Days[1].Holders.Single().Environment.Name);
        Assert.Equal(["late", "these"], hours.Days[1].Workspaces.Select(workspace => workspace.Name));
    }

    [Fact]
    public void Two_that_cannot_both_run_take_no_more_than_there_is()
    {
        IReadOnlyList<ResearchWorkspace> workspaces = [ResearchSite.Of("one", gpus: "6"), ResearchSite.Of("two", gpus: "6", place: 1)];
        var calendar = SiteCalendar.Of([], [], [Site.Node("node1", (Gpu, "8"))], workspaces: workspaces);
        Assert.Equal(8, ResearchInTime.Of(workspaces, calendar, Site.Now, Site.Now + Duration.FromDays(1)).YieldingAt(Gpu, Site.Now, left: 8).Amount);
    }

    private static SiteHours OfNobody(LocalDate day)
    {
        var calendar = Site.Calendar([Site.Node("node1")], []);
        return SiteHours.Of(calendar, ResearchInTime.Of([], calendar, Site.Now, Site.Now), Paris, day, 1);
    }
}
