using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>A workspace in time: lessons, hours, its last day, and nothing being done in it.</summary>
public sealed class ResearchInTimeTests
{
    private const string Gpu = "nvidia.com/gpu";

    // A lesson of eight on eight cards, on Monday from 14:00 to 17:00 in Paris; warmed from ten minutes before.
    private static readonly Instant Bell = Instant.FromUtc(2026, 11, 23, 13, 0);
    private static readonly Instant Warming = Bell - Duration.FromMinutes(10);
    private static readonly Instant LessonEnd = Instant.FromUtc(2026, 11, 23, 16, 0);

    private static ResearchSite SiteWithLesson(ResearchWorkspace workspace, int students = 8) => new(
        workspace, Node("node", (Gpu, "8")), Template("gpu", Gpu), Course("deep", "gpu", 1, students, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));

    [Fact]
    public void It_comes_up_with_its_volume_token_policy_and_home()
    {
        var site = SiteWithLesson(Of());
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
        Assert.Equal((PriorityClasses.Research, "4"), (site.CurrentPod!.Spec!.PriorityClassName, site.CurrentPod.Spec.Containers![0].Resources!.Limits![Gpu].ToString()));
        Assert.Equal(site.CurrentPod.Metadata.Name, site.Workspace.Status!.Pod);
        Assert.Null(site.All<PersistentVolumeClaim>().Single().Metadata.OwnerReferences);
        Assert.Equal("these", site.All<NetworkPolicy>().Single().Spec!.PodSelector!.MatchLabels![Labels.Workspace]);
        Assert.Equal([site.CurrentPod.Metadata.Name!], site.All<Secret>().Single(secret => secret.Metadata.Name == "these-tokens").Data!.Keys);
    }

    [Fact]
    public void It_is_told_before_the_lesson_is_warmed_for_leaves_in_time_and_comes_back_at_its_end()
    {
        var site = SiteWithLesson(Of());
        List<(Instant At, WorkspaceStage Stage)> stages = [];
        foreach (var at in site.Follow(Now, LessonEnd + Duration.FromHours(1)))
        {
            if (stages.Count == 0 || stages[^1].Stage != site.Stage) stages.Add((at, site.Stage));
        }

        var leaves = Warming - WorkspacePod.Grace;
        Assert.Equal([(Now, WorkspaceStage.Running), (leaves - Duration.FromMinutes(10), WorkspaceStage.Stopping), (leaves, WorkspaceStage.Yielding), (LessonEnd, WorkspaceStage.Running)], stages);
        Assert.Equal((long)(LessonEnd - leaves).TotalSeconds, site.Workspace.Status!.LostSeconds);
        Assert.Null(site.Workspace.Status.LostSince);
    }

    [Fact]
    public void Its_pod_knows_from_the_start_when_it_ends_and_why()
    {
        var site = SiteWithLesson(Of());
        site.Settle(Now);
        Assert.Equal("2026-11-23T13:49:00+01:00 lesson", site.CurrentPod!.Metadata.Annotation(Labels.EndsAt));
        Assert.Equal("deep/tp1", site.Workspace.Status!.Yielding!.Lesson);
        Assert.Equal("It runs until 2026-11-23 13:49, when it makes room for deep/tp1.", site.Condition("Ready").Message);
    }

    [Fact]
    public void A_lesson_that_leaves_it_room_does_not_touch_it()
    {
        var site = SiteWithLesson(Of(), students: 4);
        foreach (var _ in site.Follow(Now, LessonEnd)) Assert.Equal(WorkspaceStage.Running, site.Stage);
        Assert.Null(site.Workspace.Status!.Yielding);
    }

    [Fact]
    public void A_lesson_that_comes_at_short_notice_is_told_before_it_stops()
    {
        var site = SiteWithLesson(Of());
        site.Put(Course("deep", "gpu", 1, 0));
        site.Settle(Bell - Duration.FromMinutes(30));
        site.Put(Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        var at = Bell - Duration.FromMinutes(5);
        var next = site.Settle(at);
        Assert.Equal(WorkspaceStage.Stopping, site.Stage);
        Assert.Equal(at + WorkspaceDemands.ShortNotice, next);
        Assert.Equal(next, site.Settle(at + Duration.FromSeconds(20)));
        site.Settle(next!.Value);
        Assert.Equal(WorkspaceStage.Yielding, site.Stage);
        Assert.Null(site.CurrentPod);
    }

    [Fact]
    public void Between_two_lessons_it_comes_back_only_where_that_is_worth_it()
    {
        var site = new ResearchSite(
            Of(), Node("node", (Gpu, "8")), Template("gpu", Gpu),
            Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T09:00", "2026-11-23T11:00"), Lesson("tp2", "2026-11-23T11:20", "2026-11-23T12:00"), Lesson("tp3", "2026-11-23T15:00", "2026-11-23T16:00")));
        List<WorkspaceStage> stages = [];
        foreach (var _ in site.Follow(Now, Bell + Duration.FromHours(8)))
        {
            if (stages.Count == 0 || stages[^1] != site.Stage) stages.Add(site.Stage);
        }

        Assert.Equal([WorkspaceStage.Running, WorkspaceStage.Stopping, WorkspaceStage.Yielding, WorkspaceStage.Running, WorkspaceStage.Stopping, WorkspaceStage.Yielding, WorkspaceStage.Running], stages);
    }

    [Fact]
    public void In_a_pause_that_is_too_short_it_stays_away_though_the_calendar_was_made_anew_since()
    {
        var (pause, end) = (Instant.FromUtc(2026, 11, 23, 10, 0), Instant.FromUtc(2026, 11, 23, 11, 0));
        var site = new ResearchSite(
            Of(), Node("node", (Gpu, "8")), Template("gpu", Gpu),
            Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T09:00", "2026-11-23T11:00"), Lesson("tp2", "2026-11-23T11:35", "2026-11-23T12:00")));
        foreach (var at in site.Follow(Now, end))
        {
            if (at >= pause) Assert.Equal((at, at < end ? WorkspaceStage.Yielding : WorkspaceStage.Running), (at, site.Stage));
        }

        Assert.Equal(WorkspaceStage.Running, site.Stage);
        // From eleven minutes before the first to the end of the second.
        Assert.Equal(Duration.FromMinutes(191), Duration.FromSeconds(site.Workspace.Status!.LostSeconds!.Value));
    }

    [Fact]
    public void One_at_work_in_a_pause_that_has_become_too_short_keeps_its_time_to_save()
    {
        var site = new ResearchSite(Of(), Node("node", (Gpu, "8")), Template("gpu", Gpu), Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T09:00", "2026-11-23T11:00")));
        var back = Instant.FromUtc(2026, 11, 23, 10, 0);
        foreach (var _ in site.Follow(Now, back))
        {
        }

        Assert.Equal(WorkspaceStage.Running, site.Stage);
        site.Put(Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T09:00", "2026-11-23T11:00"), Lesson("tp2", "2026-11-23T11:35", "2026-11-23T12:00")));
        site.Settle(back + Duration.FromMinutes(2));
        Assert.Equal((WorkspaceStage.Running, "2026-11-23T11:24:00+01:00 lesson"), (site.Stage, site.CurrentPod!.Metadata.Annotation(Labels.EndsAt)));
    }

    [Fact]
    public void A_course_that_is_always_on_and_takes_all_cards_is_made_room_for_without_an_end()
    {
        var site = SiteWithLesson(Of(), students: 0);
        site.Settle(Now);
        var always = Course("always", "gpu", 2, 8);
        site.Put(always with { Spec = always.Spec with { Validity = null } });
        site.Settle(Now + Duration.FromMinutes(1));
        Assert.Equal("It runs until 2026-11-20 09:02, when it makes room for always.", site.Condition("Ready").Message);
        site.Settle(Now + Duration.FromMinutes(3));
        Assert.Equal((WorkspaceStage.Yielding, "It makes room for always."), (site.Stage, site.Condition("Ready").Message));
        Assert.Null(site.Workspace.Status!.Yielding!.Until);
        Assert.Null(site.CurrentPod);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_an_older_workspace_has_the_cards_a_course_that_needs_none_is_not_to_blame(bool yields)
    {
        var always = Course("always", "cpu", 2, 2);
        var site = new ResearchSite(
            Of("younger", gpus: "8", yields: yields, place: 1), Of("older", gpus: "8"), Node("node", (Gpu, "8")), Template("cpu"), always with { Spec = always.Spec with { Validity = null } });
        site.HasRoom = false;
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Starting, site.Stage);
        Assert.Null(site.Workspace.Status!.Yielding);
    }

    [Fact]
    public void One_that_was_preempted_comes_back_and_the_time_without_room_counts_as_lost()
    {
        var site = SiteWithLesson(Of());
        site.Settle(Now);
        site.Remove(site.CurrentPod!);
        site.HasRoom = false;
        var refused = Now + Duration.FromMinutes(1);
        site.Settle(refused);
        Assert.Equal(WorkspaceStage.Starting, site.Stage);
        site.Put(site.CurrentPod! with
        {
            Status = new() { Phase = "Pending", Conditions = [new() { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", LastTransitionTime = (refused - Duration.FromSeconds(10)).ToDateTimeOffset() }] },
        });
        site.Settle(refused);
        Assert.Equal((WorkspaceStage.Starting, "NoRoom"), (site.Stage, site.Condition("Ready").Reason));
        site.HasRoom = true;
        site.Put(site.CurrentPod! with { Status = null });
        var back = Now + Duration.FromMinutes(5);
        site.Settle(back);
        site.Run();
        site.Settle(back);
        Assert.Equal((WorkspaceStage.Running, 240L), (site.Stage, site.Workspace.Status!.LostSeconds!.Value));
    }

    [Fact]
    public void A_lesson_over_the_beginning_of_its_hours_counts_as_lost_from_there()
    {
        var site = SiteWithLesson(Of(change: spec => spec with { Running = new() { Hours = RunningHours.Timetable, Weekly = [new() { Days = [Weekday.Monday], From = "15:00", Until = "20:00" }] } }));
        foreach (var _ in site.Follow(Now, LessonEnd + Duration.FromMinutes(1)))
        {
        }

        Assert.Equal((WorkspaceStage.Running, 7200L), (site.Stage, site.Workspace.Status!.LostSeconds!.Value));
    }

    [Fact]
    public void One_that_somebody_starts_during_a_lesson_loses_what_is_left_of_it()
    {
        var site = SiteWithLesson(Of(change: spec => spec with { Suspend = true }));
        site.Settle(Bell);
        Assert.Null(site.Workspace.Status!.LostSince);
        site.Change(spec => spec with { Suspend = false });
        site.Settle(LessonEnd - Duration.FromHours(1));
        Assert.Equal(WorkspaceStage.Yielding, site.Stage);
        site.Settle(LessonEnd);
        Assert.Equal((WorkspaceStage.Running, 3600L), (site.Stage, site.Workspace.Status!.LostSeconds!.Value));
    }

    [Fact]
    public void What_a_broken_image_costs_after_a_lesson_is_none_of_the_lessons()
    {
        var site = SiteWithLesson(Of());
        foreach (var _ in site.Follow(Now, LessonEnd - Duration.FromMinutes(1)))
        {
        }

        site.HasRoom = false;
        site.Settle(LessonEnd);
        Assert.NotNull(site.Workspace.Status!.LostSince);
        site.Put(site.CurrentPod! with { Status = new() { Phase = "Pending", ContainerStatuses = [new() { Name = "notebook", State = new() { Waiting = new() { Reason = "ErrImagePull", Message = "not found" } } }] } });
        site.Settle(LessonEnd + Duration.FromMinutes(1));
        Assert.Equal((WorkspaceStage.Failed, null), (site.Stage, site.Workspace.Status!.LostSince));
        Assert.Equal((long)(LessonEnd + Duration.FromMinutes(1) - (Warming - WorkspacePod.Grace)).TotalSeconds, site.Workspace.Status.LostSeconds);
    }

    [Fact]
    public void One_that_does_not_yield_is_refused_with_the_lessons_it_collides_with()
    {
        var site = SiteWithLesson(Of(yields: false));
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Refused, "False"), (site.Stage, site.Condition("Admitted").Status));
        Assert.Contains("deep/tp1 (2026-11-23 13:50)", site.Condition("Admitted").Message, StringComparison.Ordinal);
        Assert.Null(site.CurrentPod);
        Assert.Null(site.Workspace.Status!.Admitted);
    }

    [Fact]
    public void One_that_does_not_yield_and_finds_room_books_it_before_courses_that_come_later()
    {
        var site = SiteWithLesson(Of(yields: false), students: 4);
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Running, PriorityClasses.Reserved), (site.Stage, site.CurrentPod!.Spec!.PriorityClassName));
        var later = Course("later", "gpu", 0, 6, Lesson("tp1", "2026-12-01T14:00", "2026-12-01T17:00"));
        site.Put(later with { Metadata = later.Metadata with { CreationTimestamp = Now.ToDateTimeOffset().AddHours(1) } });
        var fit = site.Calendar.FitOf(later.Key, Now + Duration.FromHours(1));
        Assert.Contains("which these holds then", Assert.Single(fit.Lessons).Sentence, StringComparison.Ordinal);
        foreach (var _ in site.Follow(Now + Duration.FromHours(1), LessonEnd)) Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void Nights_and_weekends_collide_with_no_lesson_of_the_day()
    {
        var site = SiteWithLesson(Of(yields: false, change: spec => spec with { Running = new() { Hours = RunningHours.NightsAndWeekends } }));
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Resting, "Reserved"), (site.Stage, site.Condition("Admitted").Reason));
        Assert.Equal("It is outside its hours. It is back at 2026-11-20 20:00.", site.Condition("Ready").Message);
        site.Settle(Instant.FromUtc(2026, 11, 21, 12, 0));
        Assert.Equal(WorkspaceStage.Running, site.Stage);
        site.Settle(Instant.FromUtc(2026, 11, 23, 6, 0));
        Assert.Equal(WorkspaceStage.Resting, site.Stage);
        Assert.Null(site.CurrentPod);
    }

    [Fact]
    public void That_its_last_day_ends_is_told_before_it_does()
    {
        var site = SiteWithLesson(Of(change: spec => spec with { Until = "2026-11-20" }));
        var end = Instant.FromUtc(2026, 11, 20, 23, 0);
        List<(Instant At, WorkspaceStage Stage, string? Message)> stages = [];
        foreach (var at in site.Follow(Now, end))
        {
            if (at == Now) Assert.Equal("2026-11-21T00:00:00+01:00 end", site.CurrentPod!.Metadata.Annotation(Labels.EndsAt));
            if (stages.Count == 0 || stages[^1].Stage != site.Stage) stages.Add((at, site.Stage, site.Condition("Ready").Message));
        }

        const string untilMidnight = "It runs until 2026-11-21 00:00, when its last day is over.";
        Assert.Equal(
            [(Now, WorkspaceStage.Running, untilMidnight), (end - Duration.FromMinutes(10), WorkspaceStage.Stopping, untilMidnight),
             (end, WorkspaceStage.Ended, "Its last day was 2026-11-20. 'mesonet workspace extend' gives it another; its volume is kept.")],
            stages);
    }

    [Fact]
    public void It_ends_after_its_last_day_and_its_volume_stays_until_somebody_extends_it()
    {
        var site = SiteWithLesson(Of(change: spec => spec with { Until = "2026-11-20" }));
        site.Settle(Now);
        site.Settle(Instant.FromUtc(2026, 11, 20, 23, 0));
        Assert.Equal(WorkspaceStage.Ended, site.Stage);
        Assert.Null(site.CurrentPod);
        Assert.Single(site.All<PersistentVolumeClaim>());
        site.Change(spec => spec with { Until = "2026-12-31" });
        site.Settle(Instant.FromUtc(2026, 11, 20, 23, 5));
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void Where_nothing_is_done_it_is_told_then_stopped_and_starts_when_somebody_asks()
    {
        var site = SiteWithLesson(Of(change: spec => spec with { Idle = new() { AfterMinutes = 60 } }), students: 4);
        site.Answer = at => new(false, "nothing computes", Now, false, at);
        List<(Instant At, WorkspaceStage Stage)> stages = [];
        foreach (var at in site.Follow(Now, Now + Duration.FromHours(6)))
        {
            if (stages.Count == 0 || stages[^1].Stage != site.Stage) stages.Add((at, site.Stage));
        }

        Assert.Equal([(Now, WorkspaceStage.Running), (Now + Duration.FromMinutes(60), WorkspaceStage.Stopping), (Now + Duration.FromMinutes(70), WorkspaceStage.Idle)], stages);
        site.Change(spec => spec with { StartedAt = (Now + Duration.FromHours(7)).ToDateTimeOffset() });
        site.Settle(Now + Duration.FromHours(7));
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void Work_that_begins_again_while_it_is_told_keeps_it()
    {
        var site = SiteWithLesson(Of(change: spec => spec with { Idle = new() { AfterMinutes = 60 } }), students: 4);
        site.Answer = at => at < Now + Duration.FromMinutes(65) ? new(false, null, Now, false, at) : new(true, "kernels at work: 1", at, true, at);
        foreach (var at in site.Follow(Now, Now + Duration.FromHours(2))) Assert.NotEqual(WorkspaceStage.Idle, site.Stage);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
        Assert.DoesNotContain("idle", site.CurrentPod!.Metadata.Annotation(Labels.EndsAt) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Suspending_stops_the_pod_and_starting_brings_the_same_home_back()
    {
        var site = SiteWithLesson(Of());
        site.Settle(Now);
        var mount = site.CurrentPod!.Spec!.Containers![0].VolumeMounts![0];
        site.Change(spec => spec with { Suspend = true });
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Suspended, site.Stage);
        Assert.Null(site.CurrentPod);
        site.Change(spec => spec with { Suspend = false });
        site.Settle(Now);
        Assert.Equal(mount, site.CurrentPod!.Spec!.Containers![0].VolumeMounts![0]);
    }
}
