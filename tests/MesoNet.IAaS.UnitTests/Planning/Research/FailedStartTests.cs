using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>A workspace that cannot start gives its devices back, keeps saying why, and is tried again. Plans are made from what is stored alone, so each of these is a new operator's as well.</summary>
public sealed class FailedStartTests
{
    private const string Gpu = "nvidia.com/gpu";
    private const string CannotBePulled = "The image \"image:1\" cannot be pulled. Correct the workspace's image, or make it available to the nodes.";

    [Theory]
    [InlineData("ErrImagePull", "ImagePullFailed")]
    [InlineData("ErrImagePull", "ImageNotForNode", "no match for platform in manifest: not found")]
    [InlineData("CreateContainerConfigError", "ContainerRefused")]
    [InlineData("CrashLoopBackOff", "Crashing")]
    public void One_that_cannot_start_keeps_its_devices_for_ten_minutes_and_says_why_beyond_these(string waiting, string reason, string message = "not found")
    {
        var site = Failing(waiting, message);
        var (pod, sentence) = (site.CurrentPod!.Metadata.Uid, site.Condition("Ready").Message!);
        Assert.Equal(Now + FailedStarts.KeepsDevicesFor, site.Settle(Now));
        site.Settle(Now + Duration.FromMinutes(9));
        Assert.Equal((pod, sentence), (site.CurrentPod!.Metadata.Uid, site.Condition("Ready").Message));
        Assert.Equal(Now + Duration.FromMinutes(40), site.Settle(Now + Duration.FromMinutes(10)));
        Assert.Null(site.CurrentPod);
        Assert.Equal((WorkspaceStage.Failed, reason), (site.Stage, site.Condition("Ready").Reason));
        Assert.Equal($"{sentence} It has given its devices back, and is tried again at 2026-11-20 09:40, or as soon as its spec changes.", site.Condition("Ready").Message);
    }

    [Fact]
    public void It_is_tried_half_an_hour_after_each_time_that_it_has_given_them_back_and_between_these_nothing_changes()
    {
        var site = Failing("ErrImagePull");
        var changes = new List<string>();
        for (var minute = 1; minute <= 180; minute++)
        {
            var written = site.Stages.Count;
            site.Settle(Now + Duration.FromMinutes(minute));
            if (site.CurrentPod is { Status: null } tried)
            {
                site.Put(tried with { Status = StatusOf("ErrImagePull") });
                site.Settle(Now + Duration.FromMinutes(minute));
            }

            if (site.Stages.Count > written) changes.Add($"{minute} {(site.CurrentPod is null ? "given back" : "tried")}");
            Assert.Equal(WorkspaceStage.Failed, site.Stage);
        }

        Assert.Equal(["10 given back", "40 tried", "50 given back", "80 tried", "90 given back", "120 tried", "130 given back", "160 tried", "170 given back"], changes);
    }

    [Fact]
    public void One_whose_image_can_be_had_by_now_runs_at_the_next_try()
    {
        var site = GivenUp();
        site.HasRoom = true;
        site.Settle(Now + Duration.FromMinutes(39));
        Assert.Null(site.CurrentPod);
        site.Settle(Now + Duration.FromMinutes(40));
        Assert.Equal((WorkspaceStage.Running, null), (site.Stage, site.Workspace.Status!.FailedStart));
    }

    [Fact]
    public void A_change_of_the_spec_is_tried_at_once()
    {
        var site = GivenUp();
        site.HasRoom = true;
        site.Change(spec => spec with { Image = "image:2" });
        site.Settle(Now + Duration.FromMinutes(11));
        Assert.Equal((WorkspaceStage.Running, null), (site.Stage, site.Workspace.Status!.FailedStart));
    }

    [Fact]
    public void A_change_of_the_spec_gives_it_ten_minutes_anew()
    {
        var site = Failing("ErrImagePull");
        site.Change(spec => spec with { Env = [new() { Name = "SEED", Value = "1" }] });
        site.Settle(Now + Duration.FromMinutes(9));
        site.Put(site.CurrentPod! with { Status = StatusOf("ErrImagePull") });
        Assert.Equal(Now + Duration.FromMinutes(19), site.Settle(Now + Duration.FromMinutes(9)));
        site.Settle(Now + Duration.FromMinutes(18));
        Assert.NotNull(site.CurrentPod);
    }

    [Fact]
    public void One_that_crashes_again_and_again_and_runs_in_between_is_not_taken_while_it_runs()
    {
        var site = Failing("CrashLoopBackOff");
        var waiting = site.CurrentPod!;
        site.Put(waiting with { Status = new() { Phase = "Running", ContainerStatuses = [new() { Name = "notebook", Ready = false, State = new() { Running = new() } }] } });
        site.Settle(Now + Duration.FromMinutes(11));
        Assert.NotNull(site.CurrentPod);
        site.Put(site.CurrentPod! with { Status = waiting.Status });
        site.Settle(Now + Duration.FromMinutes(12));
        Assert.Null(site.CurrentPod);
        Assert.Equal("Crashing", site.Condition("Ready").Reason);
    }

    [Fact]
    public void One_that_has_come_up_in_time_keeps_its_devices_and_has_ten_minutes_again_at_its_next_failure()
    {
        var site = Failing("ErrImagePull");
        site.Put(site.CurrentPod! with { Status = new() { Phase = "Running", Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = Now.ToDateTimeOffset() }] } });
        site.Settle(Now + Duration.FromMinutes(5));
        Assert.Equal((WorkspaceStage.Running, null), (site.Stage, site.Workspace.Status!.FailedStart));
        site.Put(site.CurrentPod! with { Status = StatusOf("CrashLoopBackOff") });
        Assert.Equal(Now + Duration.FromMinutes(30), site.Settle(Now + Duration.FromMinutes(20)));
        Assert.NotNull(site.CurrentPod);
    }

    [Fact]
    public void One_that_waits_for_room_keeps_waiting()
    {
        var site = new ResearchSite(Of(), Node("node", (Gpu, "8"))) { HasRoom = false };
        site.Settle(Now);
        site.Put(site.CurrentPod! with
        {
            Status = new() { Phase = "Pending", Conditions = [new() { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", LastTransitionTime = Now.ToDateTimeOffset() }] },
        });
        site.Settle(Now + Duration.FromHours(5));
        Assert.NotNull(site.CurrentPod);
        Assert.Null(site.Workspace.Status!.FailedStart);
    }

    [Fact]
    public void A_stop_and_a_start_are_a_new_try()
    {
        var site = GivenUp();
        site.Change(spec => spec with { Suspend = true });
        site.Settle(Now + Duration.FromMinutes(11));
        Assert.Equal((WorkspaceStage.Suspended, null), (site.Stage, site.Workspace.Status!.FailedStart));
        site.Change(spec => spec with { Suspend = false });
        site.Settle(Now + Duration.FromMinutes(12));
        Assert.NotNull(site.CurrentPod);
    }

    [Fact]
    public void A_deletion_that_did_not_come_through_is_made_again()
    {
        var site = GivenUp(out var pod);
        site.Put(pod);
        site.Settle(Now + Duration.FromMinutes(11));
        Assert.Null(site.CurrentPod);
        Assert.Equal(Now + Duration.FromMinutes(40), site.Settle(Now + Duration.FromMinutes(12)));
    }

    [Fact]
    public void The_moment_is_noted_before_the_pod_goes_so_that_an_operator_that_ends_in_between_does_not_start_it_at_once()
    {
        var site = Failing("ErrImagePull");
        var at = Now + FailedStarts.KeepsDevicesFor;
        var plan = ResearchWorkspacePlanner.Plan(site.Observe(), at);
        Assert.Equal((at.ToDateTimeOffset(), 0), (plan.Status!.FailedStart!.GaveBackAt, plan.Delete.Count));
        var noted = site.Observe();
        noted = noted with { Workspace = noted.Workspace! with { Status = plan.Status } };
        Assert.Equal(site.CurrentPod!.Key, Assert.Single(ResearchWorkspacePlanner.Plan(noted, at + Duration.FromSeconds(1)).Delete).Key);
        Assert.Empty(ResearchWorkspacePlanner.Plan(noted with { Pods = [.. noted.Pods.Where(pod => pod.Metadata.Name != site.CurrentPod!.Metadata.Name)] }, at + Duration.FromSeconds(2)).Create);
    }

    private static ResearchSite GivenUp() => GivenUp(out _);

    private static ResearchSite GivenUp(out Pod pod)
    {
        var site = Failing("ErrImagePull");
        pod = site.CurrentPod!;
        site.Settle(Now + FailedStarts.KeepsDevicesFor);
        Assert.Null(site.CurrentPod);
        Assert.StartsWith(CannotBePulled, site.Condition("Ready").Message, StringComparison.Ordinal);
        return site;
    }

    private static ResearchSite Failing(string waiting, string message = "not found")
    {
        var site = new ResearchSite(Of(), Node("node", (Gpu, "8"))) { HasRoom = false };
        site.Settle(Now);
        site.Put(site.CurrentPod! with { Status = StatusOf(waiting, message) });
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Failed, site.Stage);
        return site;
    }

    private static PodStatus StatusOf(string waiting, string message = "not found") => new()
    {
        Phase = "Pending", ContainerStatuses = [new() { Name = "notebook", Ready = false, RestartCount = 3, State = new() { Waiting = new() { Reason = waiting, Message = message } } }],
    };
}
