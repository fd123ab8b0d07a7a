using MesoNet.IAaS.Kubernetes.Objects;
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
