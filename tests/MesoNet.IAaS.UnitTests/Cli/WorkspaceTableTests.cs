using System.Text.Json;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Cli.Workspaces;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Cli;

/// <summary><c>mesonet plan</c> and <c>mesonet calendar</c> of research workspaces: who holds which devices when.</summary>
public sealed class WorkspaceTableTests
{
    private const string Gpu = "nvidia.com/gpu";

    private static readonly SiteObjects Site = new(
        [Course("deep", "card", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00"))], [Template("card", Gpu)], [], [Node("node", (Gpu, "8"))]);

    [Fact]
    public void The_calendar_shows_who_holds_which_devices_when_and_who_makes_room()
    {
        using var text = new StringWriter();
        CalendarCommand.Print(Site with { Workspaces = [Of()] }, from: null, 7, asJson: false, Now, text);
        Assert.Contains("these      project-test  Fri 2026-11-20 09:00  Mon 2026-11-23 13:49  holds 4 nvidia.com/gpu", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("these      project-test  Mon 2026-11-23 13:49  Mon 2026-11-23 17:00  makes room for deep/tp1", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("these      project-test  Mon 2026-11-23 17:00  Fri 2026-11-27 00:00  holds 4 nvidia.com/gpu", text.ToString(), StringComparison.Ordinal);
        using var json = new StringWriter();
        CalendarCommand.Print(Site with { Workspaces = [Of()] }, from: null, 7, asJson: true, Now, json);
        var times = JsonDocument.Parse(json.ToString()).RootElement.GetProperty("workspaces");
        Assert.Equal((3, "deep/tp1"), (times.GetArrayLength(), times[1].GetProperty("makesRoomFor")[0].GetString()));
    }

    [Fact]
    public void What_is_held_for_one_that_makes_no_room_is_booked_in_the_calendar()
    {
        var asked = Of(gpus: "2", yields: false);
        var admitted = asked with { Status = new() { Admitted = new() { At = Now.ToDateTimeOffset(), Until = asked.Spec.Until, Resources = asked.Spec.Resources } } };
        using var text = new StringWriter();
        CalendarCommand.Print(Site with { Workspaces = [admitted] }, from: null, 1, asJson: false, Now, text);
        Assert.Contains("nvidia.com/gpu 2 8 09:00 these\n", string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_workspace_that_is_stopped_holds_nothing()
    {
        using var text = new StringWriter();
        CalendarCommand.Print(Site with { Workspaces = [Of(change: spec => spec with { Suspend = true })] }, from: null, 7, asJson: false, Now, text);
        Assert.DoesNotContain("these", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_workspace_is_planned_in_its_hours_and_beside_the_lessons()
    {
        var (exitCode, text) = Plan(Of(change: spec => spec with { Running = new() { Hours = RunningHours.NightsAndWeekends } }));
        Assert.Equal(0, exitCode);
        Assert.StartsWith("these: a research workspace of adele, 4 nvidia.com/gpu, until 2027-06-30\n  In the next 28 days, times in Europe/Paris:\n", text, StringComparison.Ordinal);
        Assert.Contains("Fri 2026-11-20 20:00  Mon 2026-11-23 07:00  holds 4 nvidia.com/gpu", text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_makes_no_room_is_told_the_lessons_it_collides_with()
    {
        var (exitCode, text) = Plan(Of(yields: false));
        Assert.Equal(1, exitCode);
        Assert.Contains("deep/tp1 (2026-11-23 13:50)", text, StringComparison.Ordinal);
        Assert.Contains("1 of 1 workspaces cannot run as they are.", text, StringComparison.Ordinal);
        Assert.Equal(0, Plan(Of(yields: false, change: spec => spec with { Running = new() { Hours = RunningHours.NightsAndWeekends } })).ExitCode);
    }

    [Fact]
    public void A_platform_that_nobody_has_and_a_member_that_is_misspelt_are_told_before_anything_is_applied()
    {
        var (exitCode, text) = Plan(Of(change: spec => spec with { Image = null, Platform = "cobol" }));
        Assert.Equal(1, exitCode);
        Assert.Contains("  - There is no platform \"cobol\".", text, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "kind: ResearchWorkspace\nmetadata: {name: x}\nspec: {owner: adele, until: \"2027-06-30\", resources: {cpu: 1, memory: 1Gi}, onstart: {}}");
        var mistake = Assert.Throws<UserMistakeException>(() => ManifestFiles.Read([file]));
        File.Delete(file);
        Assert.Contains("has a member that is not known, spec.onstart.", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_tells_of_a_volume_that_is_full_while_the_workspace_runs()
    {
        var full = Of() with
        {
            Status = new()
            {
                Stage = WorkspaceStage.Running,
                Conditions = [new() { Type = "Ready", Status = "True", Reason = "Running", Message = "It runs." }, new() { Type = "VolumeHasRoom", Status = "False", Reason = "VolumeFull", Message = "Its volume is full." }],
            },
        };
        using var text = new StringWriter();
        WorkspaceList.Print([full], text);
        Assert.EndsWith("\nthese: Its volume is full.\n", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("It runs.", text.ToString(), StringComparison.Ordinal);
    }

    private static (int ExitCode, string Text) Plan(ResearchWorkspace workspace)
    {
        using var text = new StringWriter();
        var exitCode = PlanCommand.Print(SiteObjects.None with { Workspaces = [workspace] }, Site, Now, text);
        return (exitCode, text.ToString());
    }
}
