using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>What is held for workspaces that make no room: within their project's grant, as long as it was agreed, and before lessons that are changed later.</summary>
public sealed class WorkspaceReservationTests
{
    private const string Gpu = "nvidia.com/gpu";

    [Fact]
    public void Nothing_is_held_for_one_that_asks_for_more_than_its_grant()
    {
        var site = new ResearchSite(Of(gpus: "8", yields: false), Node("node", (Gpu, "8")), Grant("4"));
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Refused, "ExceedsGrant"), (site.Stage, site.Condition("Admitted").Reason));
        Assert.Null(site.Workspace.Status!.Admitted);
        Assert.Empty(site.Calendar.Bookings);
    }

    [Fact]
    public void Nothing_is_held_for_one_whose_grant_is_held_by_others_of_its_project_and_these_are_named()
    {
        var site = new ResearchSite(Of(yields: false), Node("node", (Gpu, "16")), Grant("8"), Holding("first", "4"), Holding("second", "2"));
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Refused, "GrantHeldByOthers", "WithinGrant"), (site.Stage, site.Condition("Admitted").Reason, site.Condition("WithinGrant").Reason));
        Assert.Equal(
            "It asks to have 4 of nvidia.com/gpu held for it beside what is held for \"first\" (4) and \"second\" (2), and the project's grant (the ResourceQuota \"grant\") allows 8. Set yieldsToLessons to true here or there, ask for less in spec.resources, choose other hours or an earlier last day, or ask the administrator for a larger grant.",
            site.Condition("Ready").Message);
        Assert.Null(site.Workspace.Status!.Admitted);
        site.Change(spec => spec with { Resources = new Dictionary<string, Quantity>(spec.Resources) { [Gpu] = "2" } });
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Running, "Reserved"), (site.Stage, site.Condition("Admitted").Reason));
    }

    [Fact]
    public void What_others_of_its_project_hold_at_other_hours_is_not_in_its_way()
    {
        var site = new ResearchSite(
            Of(yields: false, change: spec => spec with { Running = new() { Hours = RunningHours.Timetable, Weekly = [new() { Days = [Weekday.Monday, Weekday.Tuesday], From = "08:00", Until = "18:00" }] } }),
            Node("node", (Gpu, "8")), Grant("4"), Holding("nights", "4", spec => spec with { Running = new() { Hours = RunningHours.NightsAndWeekends } }));
        site.Settle(Now);
        Assert.Equal("Reserved", site.Condition("Admitted").Reason);
    }

    [Fact]
    public void An_extension_that_collides_does_not_keep_it_from_starting_again_in_the_time_that_is_held()
    {
        var site = Extended();
        Assert.Equal((WorkspaceStage.Running, "CollidesWithLessons", "2026-12-31"), (site.Stage, site.Condition("Admitted").Reason, site.Workspace.Status!.Admitted!.Until));
        site.Change(spec => spec with { Suspend = true });
        site.Settle(Now + Duration.FromHours(1));
        Assert.Null(site.CurrentPod);
        site.Change(spec => spec with { Suspend = false });
        site.Settle(Now + Duration.FromHours(2));
        Assert.Equal((WorkspaceStage.Running, PriorityClasses.Reserved), (site.Stage, site.CurrentPod!.Spec!.PriorityClassName));
    }

    [Fact]
    public void One_whose_extension_is_refused_is_told_and_stops_when_what_is_held_for_it_ends()
    {
        var site = Extended();
        Assert.Equal("2027-01-01T00:00:00+01:00 end", site.CurrentPod!.Metadata.Annotation(Labels.EndsAt));
        site.Settle(Instant.FromUtc(2026, 12, 31, 23, 0));
        Assert.Null(site.CurrentPod);
        Assert.Equal((WorkspaceStage.Refused, "CollidesWithLessons"), (site.Stage, site.Condition("Ready").Reason));
    }

    [Fact]
    public void One_that_asks_for_more_than_is_held_for_it_does_not_start_with_that()
    {
        var site = Extended();
        site.Change(spec => spec with { Suspend = true, Resources = new Dictionary<string, Quantity>(spec.Resources) { [Gpu] = "6" } });
        site.Settle(Now + Duration.FromHours(1));
        site.Change(spec => spec with { Suspend = false });
        site.Settle(Now + Duration.FromHours(2));
        Assert.Null(site.CurrentPod);
        Assert.Equal((WorkspaceStage.Refused, "4"), (site.Stage, site.Workspace.Status!.Admitted!.Resources![Gpu].ToString()));
    }

    [Fact]
    public void A_lesson_that_grows_over_what_is_held_is_told_though_its_course_was_asked_for_before()
    {
        var site = new ResearchSite(Of(yields: false), Node("node", (Gpu, "8")), Template("gpu", Gpu), Deep(students: 4));
        site.Settle(Now);
        Assert.True(site.Calendar.FitOf(Deep(4).Key, Now).Fits);
        site.Put(Deep(students: 6));
        var fit = Assert.Single(site.Calendar.FitOf(Deep(6).Key, Now).Lessons);
        Assert.StartsWith("The lesson \"tp1\" (2026-11-23 14:00) lacks 2 of 6 nvidia.com/gpu, which these holds then.", fit.Sentence, StringComparison.Ordinal);
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Running, "Reserved"), (site.Stage, site.Condition("Admitted").Reason));
    }

    [Fact]
    public void A_lesson_that_is_lengthened_into_the_hours_that_are_held_is_told_of_the_workspace()
    {
        var site = new ResearchSite(
            Of(yields: false, change: spec => spec with { Running = new() { Hours = RunningHours.NightsAndWeekends } }), Node("node", (Gpu, "8")), Template("gpu", Gpu), Deep(students: 8));
        site.Settle(Now);
        Assert.True(site.Calendar.FitOf(Deep(8).Key, Now).Fits);
        var longer = Deep(students: 8, end: "20:30");
        site.Put(longer);
        var fit = Assert.Single(site.Calendar.FitOf(longer.Key, Instant.FromUtc(2026, 11, 23, 15, 0)).Lessons);
        Assert.Contains("lacks 4 of 8 nvidia.com/gpu, which these holds then.", fit.Sentence, StringComparison.Ordinal);
        Assert.Contains("il manque 4 des 8 nvidia.com/gpu, pris alors par these.", FitWords.Of(longer.Key, fit, DateTimeZoneProviders.Tzdb["Europe/Paris"], Now).French, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_admitted_takes_nothing_from_a_lesson_by_coming_before_it()
    {
        // The lesson fits on the nodes only where nothing lies on the first.
        var site = new ResearchSite(
            Of(gpus: "1", yields: false), Node("a", (Gpu, "2")), Node("b", (Gpu, "2")), Template("pairs", Gpu, count: 2),
            Course("deep", "pairs", 1, 2, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        site.Settle(Now);
        Assert.Equal("CollidesWithLessons", site.Condition("Admitted").Reason);
        Assert.True(site.Calendar.FitOf(Deep(2).Key, Now).Fits);
    }

    private static ClassroomEnvironment Deep(int students, string end = "17:00") => Course("deep", "gpu", 1, students, Lesson("tp1", "2026-11-23T14:00", $"2026-11-23T{end}"));

    /// <summary>A workspace that runs with what is held for it until the end of the year, and is to go on over a lesson in January.</summary>
    private static ResearchSite Extended()
    {
        var site = new ResearchSite(
            Of(yields: false, change: spec => spec with { Until = "2026-12-31" }), Node("node", (Gpu, "8")), Template("gpu", Gpu),
            Course("deep", "gpu", 1, 8, Lesson("tp1", "2027-01-11T14:00", "2027-01-11T17:00")));
        site.Settle(Now);
        site.Change(spec => spec with { Until = "2027-06-30" });
        site.Settle(Now);
        return site;
    }

    private static ResourceQuota Grant(string gpus) =>
        new() { Metadata = new() { Name = "grant", Namespace = "project-test" }, Spec = new() { Hard = new Dictionary<string, Quantity> { [$"requests.{Gpu}"] = gpus } } };

    /// <summary>A workspace of the same project for which what it asks for is held already.</summary>
    private static ResearchWorkspace Holding(string name, string gpus, Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec>? change = null)
    {
        var workspace = Of(name, gpus, yields: false, change);
        var spec = workspace.Spec;
        return workspace with
        {
            Status = new() { Admitted = new() { At = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero), Until = spec.Until, Resources = spec.Resources, Running = spec.Running, TimeZone = spec.TimeZone } },
        };
    }
}
