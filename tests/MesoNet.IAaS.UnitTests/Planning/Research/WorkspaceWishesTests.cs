using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Research;
using MesoNet.IAaS.UnitTests.Portal.Workspaces;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>What people wish of a workspace.</summary>
public sealed class WorkspaceWishesTests
{
    [Fact]
    public void A_start_takes_a_stop_back_and_says_when_it_was_asked_for()
    {
        Assert.Equal("""{"spec":{"suspend":false,"startedAt":"2026-11-23T11:00:00Z"}}""", WorkspaceWishes.Start(OneWorkspace.Of(), OneWorkspace.Now.ToDateTimeOffset()).ToJsonString());
        Assert.Equal("""{"spec":{"suspend":true}}""", WorkspaceWishes.Stop().ToJsonString());
        Assert.Equal("""{"spec":{"until":"2027-09-30"}}""", WorkspaceWishes.Extend("2027-09-30").ToJsonString());
    }

    [Theory]
    [InlineData("2026-11-23T12:05:30+01:00")]
    [InlineData("2026-11-23T12:00:00+01:00")]
    [InlineData("2026-11-23T11:59:59.9+01:00")]
    public void A_start_is_after_the_stop_for_idleness_though_the_clock_it_is_asked_by_is_behind(string idleAt)
    {
        var idle = OneWorkspace.Of(OneWorkspace.Status(WorkspaceStage.Idle) with { IdleAt = OneWorkspace.At(idleAt) }, spec => spec with { Idle = new() { AfterMinutes = 60 } });
        var started = WorkspaceWishes.Start(idle, OneWorkspace.Now.ToDateTimeOffset())["spec"]!["startedAt"]!.GetValue<string>();
        Assert.True(OneWorkspace.At(started) > OneWorkspace.At(idleAt), started);
        Assert.False(WorkspaceDemands.IsIdle(idle with { Spec = idle.Spec with { StartedAt = OneWorkspace.At(started) } }));
    }

    [Theory]
    [InlineData("2026-11-23", null)]
    [InlineData("2027-09-30", null)]
    [InlineData("2026-11-22", ExtensionProblem.IsOver)]
    [InlineData("2027-02-30", ExtensionProblem.NoDate)]
    [InlineData("tomorrow", ExtensionProblem.NoDate)]
    [InlineData("", ExtensionProblem.NoDate)]
    [InlineData(null, ExtensionProblem.NoDate)]
    public void A_last_day_is_a_date_from_today_on(string? until, ExtensionProblem? problem) => Assert.Equal(problem, WorkspaceWishes.ProblemOf(OneWorkspace.Of(), until, OneWorkspace.Now));

    [Fact]
    public void Today_is_the_workspaces_own()
    {
        var evening = Instant.FromUtc(2026, 11, 23, 23, 30);
        Assert.Equal(ExtensionProblem.IsOver, WorkspaceWishes.ProblemOf(OneWorkspace.Of(), "2026-11-23", evening));
        Assert.Null(WorkspaceWishes.ProblemOf(OneWorkspace.Of(change: spec => spec with { TimeZone = "Etc/UTC" }), "2026-11-23", evening));
    }
}
