using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>A volume that fills up under a workspace that runs: when it is asked, what is told, and that nothing flaps.</summary>
public sealed class WorkspaceVolumeTests
{
    private const long Mebibyte = 1L << 20;
    private const long Gibibyte = 1L << 30;
    private const string Advice = " Remove files in JupyterLab's terminal ('du -xsh ~/* ~/.[!.]* | sort -h' shows what takes room), or have spec.storage.size raised if the storage class can expand volumes.";

    private VolumeAnswer? left = new(40 * Gibibyte, 50 * Gibibyte, 900, 1000);
    private int questions;

    [Fact]
    public void A_workspace_that_runs_is_asked_every_five_minutes_and_each_minute_while_little_is_left()
    {
        var site = Up();
        Assert.Equal(1, questions);
        Assert.Equal(Now + Duration.FromMinutes(5), site.Settle(Now + Duration.FromMinutes(4)));
        Assert.Equal(1, questions);
        foreach (var _ in site.Follow(Now + Duration.FromMinutes(5), Now + Duration.FromMinutes(60)))
        {
        }

        Assert.Equal(13, questions);
        left = left! with { Available = Gibibyte };
        var next = site.Settle(Now + Duration.FromMinutes(65));
        Assert.Equal((Now + Duration.FromMinutes(66), 14), (next, questions));
    }

    [Fact]
    public void What_does_not_run_is_not_asked_and_neither_is_a_pod_that_does_not_speak_of_its_volume()
    {
        var site = Up(spec => spec with { Suspend = true });
        Assert.Null(site.CurrentPod);
        Assert.Equal(0, questions);
        left = null;
        site.Change(spec => spec with { Suspend = false });
        foreach (var _ in site.Follow(Now, Now + Duration.FromHours(3))) Assert.DoesNotContain(site.Workspace.Status!.Conditions!, condition => condition.Type == "VolumeHasRoom");
        Assert.Equal(1, questions);
    }

    [Fact]
    public void One_that_does_not_answer_is_asked_again_and_what_it_said_last_stands()
    {
        var site = Up();
        left = left! with { Available = 4 * Gibibyte };
        site.Settle(Now + Duration.FromMinutes(5));
        var said = site.Condition("VolumeHasRoom");
        site.Answer = _ =>
        {
            questions++;
            return null;
        };
        var before = questions;
        foreach (var _ in site.Follow(Now + Duration.FromMinutes(6), Now + Duration.FromMinutes(16))) Assert.Equal(said, site.Condition("VolumeHasRoom"));
        Assert.Equal(before + 11, questions);
        // Nor does it matter that it is stopped: its volume is as full as before.
        site.Change(spec => spec with { Suspend = true });
        site.Settle(Now + Duration.FromMinutes(17));
        Assert.Equal((said.Reason, said.Message, said.LastTransitionTime), (site.Condition("VolumeHasRoom").Reason, site.Condition("VolumeHasRoom").Message, site.Condition("VolumeHasRoom").LastTransitionTime));
    }

    [Fact]
    public void It_is_told_how_much_is_left_and_what_to_do_and_it_stays_ready()
    {
        var site = Up();
        Assert.Equal(("True", "HasRoom", "Its volume has room: more than a tenth of it is left."), Told(site));
        left = left! with { Available = (4 * Gibibyte) + (103 * Mebibyte) };
        Assert.Equal(("False", "VolumeNearlyFull", "Its volume is nearly full: 4.1 GiB of 50 GiB are left." + Advice), Told(site, minutes: 5));
        left = left with { Available = 12 * 1024 };
        Assert.Equal(("False", "VolumeFull", "Its volume is full: 12 KiB of 50 GiB are left. What runs goes on, and saves nothing any more." + Advice), Told(site, minutes: 10));
        Assert.Equal((WorkspaceStage.Running, "True"), (site.Stage, site.Condition("Ready").Status));
        Assert.Equal(new VolumeStatus { Left = 12 * 1024, Size = 50 * Gibibyte }, site.Workspace.Status!.Volume);
        left = left with { Available = 40 * Gibibyte };
        Assert.Equal(("True", "HasRoom", "Its volume has room: more than a tenth of it is left."), Told(site, minutes: 15));
        Assert.Null(site.Workspace.Status!.Volume);
    }

    [Fact]
    public void A_volume_that_fills_is_worth_an_Event_and_the_next_byte_is_not()
    {
        var site = Up();
        var before = site.Workspace.Status!.Conditions;
        left = left! with { Available = 4 * Gibibyte };
        Told(site, minutes: 5);
        var announcement = Assert.Single(StatusComparison.Announcements(before, site.Workspace.Status!.Conditions));
        Assert.Equal((true, "VolumeNearlyFull"), (announcement.IsWarning, announcement.Reason));
        before = site.Workspace.Status.Conditions;
        left = left with { Available = 1 * Gibibyte };
        Told(site, minutes: 6);
        Assert.NotEqual(before, site.Workspace.Status.Conditions);
        Assert.Empty(StatusComparison.Announcements(before, site.Workspace.Status.Conditions));
    }

    [Fact]
    public void The_status_changes_where_clearly_less_is_left_and_not_with_each_byte()
    {
        var site = Up();
        var statuses = new HashSet<string>();
        for (var minute = 5; minute < 205; minute++)
        {
            left = left! with { Available = Math.Max(0, ((205 - minute) * 25 * Mebibyte) - 1) };
            Told(site, minute);
            statuses.Add(site.Condition("VolumeHasRoom").Message!);
        }

        Assert.InRange(statuses.Count, 4, 8);
    }

    [Theory]
    [InlineData(0.099, 0.101, "VolumeNearlyFull")]
    [InlineData(0.0099, 0.0101, "VolumeFull")]
    public void What_hovers_about_a_border_does_not_cross_it_each_time(double below, double above, string reason)
    {
        var site = Up();
        for (var minute = 5; minute < 25; minute++)
        {
            left = left! with { Available = (long)(50 * Gibibyte * (minute % 2 == 1 ? below : above)) };
            Assert.Equal(reason, Told(site, minute).Reason);
        }
    }

    [Fact]
    public void Files_can_be_what_is_used_up()
    {
        var site = Up();
        left = left! with { FilesAvailable = 3 };
        Assert.Equal(("False", "VolumeFull", "Its volume is full: it can hold only 3 more files, however small, of 1000. What runs goes on, and saves nothing any more." + Advice), Told(site, minutes: 5));
        left = left with { FilesAvailable = 40 };
        Assert.Equal("VolumeNearlyFull", Told(site, minutes: 6).Reason);
        left = left with { FilesAvailable = 0, Files = 0 };
        Assert.Equal("HasRoom", Told(site, minutes: 7).Reason);
    }

    [Fact]
    public void On_a_file_system_that_others_use_too_what_was_asked_for_counts_and_on_a_small_one_its_own_size()
    {
        var site = Up();
        left = new(20 * Gibibyte, 100_000 * Gibibyte, 0, 0);
        Assert.Equal("HasRoom", Told(site, minutes: 5).Reason);
        left = left with { Available = 4 * Gibibyte };
        Assert.Contains("4 GiB of 50 GiB are left", Told(site, minutes: 10).Message, StringComparison.Ordinal);
        left = new(15 * Mebibyte, 64 * Mebibyte, 0, 0);
        Assert.Contains("Its volume is full: 15 MiB of 64 MiB are left", Told(site, minutes: 11).Message, StringComparison.Ordinal);
        left = left with { Available = 60 * Mebibyte };
        Assert.Equal("HasRoom", Told(site, minutes: 12).Reason);
    }

    [Fact]
    public void An_answer_that_cannot_be_changes_nothing()
    {
        var site = Up();
        left = VolumeAnswer.Unreadable;
        Assert.Equal("HasRoom", Told(site, minutes: 5).Reason);
        left = new(1L << 60, 1L << 60, 1L << 60, 1L << 60);
        Assert.Equal("HasRoom", Told(site, minutes: 10).Reason);
        left = new(0, 1, 0, 1);
        Assert.Equal("VolumeFull", Told(site, minutes: 15).Reason);
    }

    [Fact]
    public void Being_asked_more_often_changes_nothing_about_when_it_is_idle()
    {
        var site = Up(spec => spec with { Idle = new() { AfterMinutes = 60 } });
        site.Answer = at => new(false, "nothing computes", Now, false, at) { Volume = left };
        var stages = new List<(Instant, WorkspaceStage)>();
        foreach (var at in site.Follow(Now, Now + Duration.FromHours(3)))
        {
            if (stages.Count == 0 || stages[^1].Item2 != site.Stage) stages.Add((at, site.Stage));
        }

        Assert.Equal([(Now, WorkspaceStage.Running), (Now + Duration.FromMinutes(60), WorkspaceStage.Stopping), (Now + Duration.FromMinutes(70), WorkspaceStage.Idle)], stages);
    }

    [Fact]
    public void Without_an_environment_for_packages_it_starts_on_a_full_volume_too() => Assert.Equal(
        ["python3", "-I", "/opt/mesonet/python/mesonet_seat/lab.py"], Up(spec => spec with { Packages = false }).CurrentPod!.Spec!.Containers![0].Command);

    private ResearchSite Up(Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec>? change = null)
    {
        var site = new ResearchSite(Of(change: change), Node("node", ("nvidia.com/gpu", "8")))
        {
            Answer = at =>
            {
                questions++;
                return new(true, "kernels at work: 1", at, true, at) { Volume = left };
            },
        };
        site.Settle(Now);
        return site;
    }

    private static (string Status, string? Reason, string? Message) Told(ResearchSite site, int minutes = 0)
    {
        site.Settle(Now + Duration.FromMinutes(minutes));
        var condition = site.Condition(Readiness.VolumeHasRoom);
        return (condition.Status, condition.Reason, condition.Message);
    }
}
