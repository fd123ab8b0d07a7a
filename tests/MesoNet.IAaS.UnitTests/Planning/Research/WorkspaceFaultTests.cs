using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>What goes wrong around a workspace: images, volumes, nodes, and an operator that is away at the wrong moment.</summary>
public sealed class WorkspaceFaultTests
{
    private const string Gpu = "nvidia.com/gpu";

    private static readonly Instant Bell = Instant.FromUtc(2026, 11, 23, 13, 0);
    private static readonly Instant LessonEnd = Instant.FromUtc(2026, 11, 23, 16, 0);

    [Fact]
    public void An_image_that_cannot_be_pulled_is_told_and_another_one_mends_it()
    {
        var site = Waiting("ErrImagePull", "rpc error: not found");
        Assert.Equal((WorkspaceStage.Failed, "ImagePullFailed"), (site.Stage, site.Condition("Ready").Reason));
        Assert.Equal("The image \"image:1\" cannot be pulled. Correct the workspace's image, or make it available to the nodes.", site.Condition("Ready").Message);
        site.HasRoom = true;
        site.Change(spec => spec with { Image = "image:2" });
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Running, "image:2"), (site.Stage, site.CurrentPod!.Spec!.Containers![0].Image));
    }

    [Theory]
    [InlineData("ErrImagePull", "failed to pull and unpack image \"image:1\": no match for platform in manifest: not found")]
    [InlineData("ErrImagePull", "no matching manifest for linux/arm64/v8 in the manifest list entries")]
    [InlineData("CreateContainerError", "exec /usr/bin/python3: exec format error")]
    [InlineData("CrashLoopBackOff", "back-off 5m0s restarting failed container", "exec /usr/bin/python3: exec format error")]
    public void An_image_that_is_not_for_the_nodes_architecture_is_told_so(string reason, string message, string? lastWords = null)
    {
        var site = Waiting(reason, message, lastWords);
        Assert.Equal((WorkspaceStage.Failed, "ImageNotForNode"), (site.Stage, site.Condition("Ready").Reason));
        const string sentence = "The image \"image:1\" does not exist for the architecture of the pod's node. Name in the workspace's spec.architectures those that it is for, or give one that runs there.";
        Assert.Equal(sentence, site.Condition("Ready").Message);
        // Until the next try the node only says that it waits.
        site.Put(site.CurrentPod! with { Status = StatusOf("ImagePullBackOff", "Back-off pulling image \"image:1\"") });
        site.Settle(Now);
        Assert.Equal(sentence, site.Condition("Ready").Message);
    }

    [Fact]
    public void A_first_copy_that_finds_no_room_on_the_volume_is_told_and_it_starts_once_that_has_worked()
    {
        var site = new ResearchSite(Of(change: spec => spec with { Code = new() { Repository = "git://git.test/these.git", Ref = "main" } }), Node("node", (Gpu, "8")));
        var word = site.LastWord;
        site.LastWord = $$"""{"commit":"{{TestCourse.Commit}}","failed":1,"missing":[{"what":"no room left on the volume","homes":"AQ=="}],"passes":true,"failures":[{"home":"x","what":"no room left on the volume"}]}""";
        var next = site.Settle(Now);
        Assert.Equal((WorkspaceStage.Failed, "MaterialsFailed"), (site.Stage, site.Condition("Ready").Reason));
        Assert.Equal(
            "The code could not be copied into its home: no room left on the volume. It is tried again every few minutes, and the workspace starts then.", site.Condition("Ready").Message);
        Assert.Null(site.CurrentPod);

        site.LastWord = word;
        Assert.NotNull(next);
        site.Settle(next.Value);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void A_repository_that_cannot_be_copied_is_told_and_nothing_starts()
    {
        var site = new ResearchSite(Of(change: spec => spec with { Code = new() { Repository = "git://git.test/these.git", Ref = "main" } }), Node("node", (Gpu, "8")));
        site.LastWord = """{"reason":"RefNotFound","detail":"main"}""";
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Failed, site.Stage);
        Assert.Contains("Correct code.ref in the workspace.", site.Condition("Ready").Message, StringComparison.Ordinal);
        Assert.Null(site.CurrentPod);
    }

    [Fact]
    public void What_is_wrong_with_its_code_stands_until_the_repeat_ends_and_so_does_the_pause_before_it()
    {
        var site = new ResearchSite(Of(change: spec => spec with { Code = new() { Repository = "git://git.test/these.git", Ref = "main" } }), Node("node", (Gpu, "8")));
        (site.JobsSucceed, site.LastWord) = (false, """{"reason":"RefNotFound","detail":"main"}""");
        var next = site.Settle(Now);
        Assert.Equal(Now + Duration.FromMinutes(10), next);
        Assert.Equal("RefNotFound", site.Condition("MaterialsReady").Reason);
        var told = site.Condition("Ready");

        // The Job's pod, and its last word with it, is cleaned away.
        foreach (var pod in site.All<Pod>()) site.Remove(pod);
        Assert.Equal(next, site.Settle(Now + Duration.FromMinutes(1)));
        Assert.Equal((told.Reason, told.Message, WorkspaceStage.Failed), (site.Condition("Ready").Reason, site.Condition("Ready").Message, site.Stage));

        // It is repeated, and works on for a while.
        site.JobsEnd = false;
        site.Settle(next!.Value);
        Assert.Equal((told.Reason, told.Message, WorkspaceStage.Failed), (site.Condition("Ready").Reason, site.Condition("Ready").Message, site.Stage));
    }

    [Fact]
    public void Newer_code_that_cannot_be_copied_keeps_nobody_from_starting_with_what_is_there_and_is_told_beside()
    {
        var site = new ResearchSite(Of(change: spec => spec with { Code = new() { Repository = "git://git.test/these.git", Ref = "main" } }), Node("node", (Gpu, "8")));
        site.Settle(Now);
        Assert.Equal("True", site.Condition("MaterialsReady").Status);
        (site.JobsSucceed, site.LastWord) = (false, """{"reason":"RefNotFound","detail":"v2"}""");
        site.Change(spec => spec with { Suspend = true, Code = spec.Code! with { Ref = "v2" } });
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Suspended, "RefNotFound"), (site.Stage, site.Condition("MaterialsReady").Reason));
        site.Change(spec => spec with { Suspend = false });
        site.Settle(Now + Duration.FromMinutes(1));
        Assert.DoesNotContain(WorkspaceStage.Failed, site.Stages);
        Assert.Equal((WorkspaceStage.Running, "RefNotFound"), (site.Stage, site.Condition("MaterialsReady").Reason));
    }

    [Fact]
    public void Whoever_stops_its_pod_the_kubelet_has_its_programs_told_within_its_grace_and_a_seat_needs_no_such_thing()
    {
        var spec = Up().CurrentPod!.Spec!;
        var command = spec.Containers![0].Lifecycle!.PreStop!.Exec!.Command;
        Assert.Equal(["python3", "-I", "/opt/mesonet/python/mesonet_workspace/stopping.py"], command);
        Assert.Contains(spec.Volumes!.Single(volume => volume.ConfigMap is not null).ConfigMap!.Items!, item => $"/opt/mesonet/{item.Path}" == command[^1]);
        var seconds = NotebookPython.Run(new(Path.GetTempPath()), "from mesonet_workspace import stopping; print(stopping.SECONDS_TO_SAVE, stopping.SECONDS_IN_ALL, stopping.SECONDS_AT_MOST)");
        // What is left is JupyterLab's, which gives its kernels five seconds.
        Assert.Equal("25 40 45", seconds);
        Assert.Equal(60, spec.TerminationGracePeriodSeconds);

        var course = TestCourse.World("student01");
        course.Settle(TestCourse.Start);
        Assert.All(course.SeatPods, pod => Assert.Null(pod.Spec!.Containers![0].Lifecycle));
    }

    [Fact]
    public void One_that_an_older_operator_has_started_runs_on_without_that_until_its_next_start()
    {
        var site = Up();
        var pod = site.CurrentPod!;
        site.Put(pod with
        {
            Metadata = pod.Metadata with { Annotations = new Dictionary<string, string>(pod.Metadata.Annotations!) { ["mesonet.fr/plan-hash"] = "older" } },
            Spec = pod.Spec! with { Containers = [pod.Spec.Containers![0] with { Lifecycle = null }] },
        });
        site.Settle(Now + Duration.FromHours(1));
        Assert.Equal((pod.Metadata.Uid, WorkspaceStage.Running), (site.CurrentPod!.Metadata.Uid, site.Stage));
        site.Change(spec => spec with { Suspend = true });
        site.Settle(Now + Duration.FromHours(2));
        site.Change(spec => spec with { Suspend = false });
        site.Settle(Now + Duration.FromHours(3));
        Assert.NotNull(site.CurrentPod!.Spec!.Containers![0].Lifecycle);
    }

    [Fact]
    public void A_node_that_is_shut_down_ends_its_pod_and_another_is_started_after_a_pause()
    {
        var site = Up();
        var pod = site.CurrentPod!;
        var down = Now + Duration.FromHours(1);
        site.Put(pod with { Status = new() { Phase = "Failed", Reason = "Terminated", Message = "Pod was terminated in response to imminent node shutdown." } });
        site.Settle(down);
        Assert.NotEqual(pod.Metadata.Uid, site.CurrentPod!.Metadata.Uid);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void A_node_that_restarts_brings_the_same_pod_back_and_no_lesson_is_to_blame()
    {
        var site = Up();
        var (pod, down) = (site.CurrentPod!, Now + Duration.FromHours(1));
        site.Put(pod with { Status = pod.Status! with { Conditions = [new() { Type = "Ready", Status = "False", LastTransitionTime = down.ToDateTimeOffset() }], ContainerStatuses = [] } });
        site.Settle(down);
        Assert.Equal(WorkspaceStage.Starting, site.Stage);
        var back = down + Duration.FromMinutes(3);
        site.Put(pod with { Status = pod.Status! with { Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = back.ToDateTimeOffset() }] } });
        site.Settle(back);
        Assert.Equal((WorkspaceStage.Running, pod.Metadata.Uid), (site.Stage, site.CurrentPod!.Metadata.Uid));
        Assert.Equal((null, null), (site.Workspace.Status!.LostSeconds, site.Workspace.Status.LostSince));
    }

    [Fact]
    public void A_pod_whose_node_does_not_answer_is_waited_for_since_it_may_still_write_and_the_reason_is_told()
    {
        var site = Up();
        var (pod, gone) = (site.CurrentPod!, Now + Duration.FromHours(1));
        site.Put(pod with { Metadata = pod.Metadata with { DeletionTimestamp = gone.ToDateTimeOffset() }, Status = pod.Status! with { Conditions = [new() { Type = "Ready", Status = "False" }] } });
        var next = site.Settle(gone);
        Assert.Equal((WorkspaceStage.Starting, "Its earlier pod is ending; it is started once that is gone."), (site.Stage, site.Condition("Ready").Message));
        site.Settle(next!.Value);
        Assert.Equal(("NodeSilent", pod.Metadata.Uid), (site.Condition("Ready").Reason, site.CurrentPod!.Metadata.Uid));
        site.Remove(site.CurrentPod!);
        site.Settle(next.Value);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    /// <summary>Minutes from the bell: before it is told (25 minutes before the bell) and after, over its leaving (11 before), within the lesson, over its end.</summary>
    [Theory]
    [InlineData(-30, -15)]
    [InlineData(-20, -10)]
    [InlineData(-12, 30)]
    [InlineData(-11, -11)]
    [InlineData(10, 60)]
    [InlineData(60, 200)]
    [InlineData(-60, 240)]
    public void An_operator_that_is_away_in_the_middle_of_making_room_goes_on_where_it_should_be(int awayFrom, int awayUntil)
    {
        var site = Up(Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        var (from, until) = (Bell + Duration.FromMinutes(awayFrom), Bell + Duration.FromMinutes(awayUntil));
        foreach (var _ in site.Follow(Now, from))
        {
        }

        var lost = site.Workspace.Status!.LostSince;
        foreach (var at in site.Follow(until, LessonEnd + Duration.FromHours(2)))
        {
            if (at >= Bell && at < LessonEnd) Assert.Equal((WorkspaceStage.Yielding, true), (site.Stage, site.CurrentPod is null));
            // What had begun to count when it went away still counts from then.
            if (lost is not null && site.Stage == WorkspaceStage.Yielding) Assert.Equal(lost, site.Workspace.Status!.LostSince);
        }

        Assert.Equal(WorkspaceStage.Running, site.Stage);
        Assert.Null(site.Workspace.Status!.LostSince);
        // It was away for the lesson, or nobody was there to stop it.
        if (awayFrom >= 0) Assert.Equal((long)(Instant.Max(LessonEnd, until) - (Bell - Duration.FromMinutes(11))).TotalSeconds, site.Workspace.Status.LostSeconds);
    }

    [Theory]
    [InlineData(WorkspaceStage.Suspended)]
    [InlineData(WorkspaceStage.Ended)]
    [InlineData(WorkspaceStage.Resting)]
    [InlineData(WorkspaceStage.Idle)]
    [InlineData(WorkspaceStage.Yielding)]
    public void What_is_stopped_for_whatever_reason_holds_no_card(WorkspaceStage stage)
    {
        var site = Up(Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        site.Answer = at => new(false, "nothing computes", Now, false, at);
        Assert.Contains(site.All<Pod>(), HoldsCards);
        site.Change(spec => stage switch
        {
            WorkspaceStage.Suspended => spec with { Suspend = true },
            WorkspaceStage.Ended => spec with { Until = "2026-11-20" },
            WorkspaceStage.Resting => spec with { Running = new() { Hours = RunningHours.NightsAndWeekends } },
            WorkspaceStage.Idle => spec with { Idle = new() { AfterMinutes = 60 } },
            _ => spec,
        });
        var isThere = false;
        foreach (var _ in site.Follow(Now, Bell + Duration.FromMinutes(1)))
        {
            if (site.Stage != stage) continue;
            isThere = true;
            Assert.DoesNotContain(site.All<Pod>(), HoldsCards);
        }

        Assert.True(isThere, $"It never was {stage}.");
    }

    private static bool HoldsCards(Pod pod) => pod.Spec?.Containers?.Any(container => container.Resources?.Limits?.ContainsKey(Gpu) == true) == true;

    private static ResearchSite Up(params KubernetesObject[] others)
    {
        var site = new ResearchSite(Of(), [Node("node", (Gpu, "8")), Template("gpu", Gpu), .. others]);
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
        return site;
    }

    private static ResearchSite Waiting(string reason, string message, string? lastWords = null)
    {
        var site = new ResearchSite(Of(), Node("node", (Gpu, "8"))) { HasRoom = false };
        site.Settle(Now);
        site.Put(site.CurrentPod! with { Status = StatusOf(reason, message, lastWords) });
        site.Settle(Now);
        return site;
    }

    private static PodStatus StatusOf(string reason, string message, string? lastWords = null) => new()
    {
        Phase = "Pending",
        ContainerStatuses =
        [
            new()
            {
                Name = "notebook", Ready = false, RestartCount = 3, State = new() { Waiting = new() { Reason = reason, Message = message } },
                LastState = lastWords is null ? null : new() { Terminated = new() { ExitCode = 1, Message = lastWords } },
            },
        ],
    };
}
