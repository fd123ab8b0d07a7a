using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>What is wrong with a workspace's spec: a sentence each, and nothing that runs or is kept is touched.</summary>
public sealed class WorkspaceRulesTests
{
    [Fact]
    public void A_zone_that_is_none() => Refuses(spec => spec with { TimeZone = "Europe/Atlantis" }, "UnknownTimeZone", "\"Europe/Atlantis\" is no time zone.");

    [Fact]
    public void A_day_that_is_none() => Refuses(spec => spec with { Until = "2027-02-30" }, "UntilInvalid", "no date of the calendar");

    [Fact]
    public void A_data_set_that_is_not_there() => Refuses(spec => spec with { Datasets = [new() { Name = "era5" }] }, "DatasetNotFound", "The workspace needs the data set \"era5\", which does not exist.");

    [Fact]
    public void No_memory() => Refuses(spec => spec with { Resources = new Dictionary<string, Quantity> { ["cpu"] = "1" } }, "ResourcesIncomplete", "must name cpu and memory");

    [Fact]
    public void A_device_without_a_vendor() =>
        Refuses(spec => spec with { Resources = new Dictionary<string, Quantity>(spec.Resources) { ["gpu"] = "1" } }, "DeviceInvalid", "spec.resources names \"gpu\".");

    [Fact]
    public void A_timetable_without_hours() => Refuses(spec => spec with { Running = new() { Hours = RunningHours.Timetable } }, "HoursInvalid", "would never run");

    [Fact]
    public void A_variable_of_MesoNets_own() => Refuses(spec => spec with { Env = [new() { Name = "JUPYTER_TOKEN", Value = "x" }] }, "VariableTaken", "Choose another name.");

    [Fact]
    public void JupyterLabs_own_port() => Refuses(spec => spec with { Ports = [new() { Name = "other", Port = 8888 }] }, "PortTaken", "JupyterLab's own");

    [Fact]
    public void A_volume_that_would_shrink()
    {
        var site = new ResearchSite(Of(change: spec => spec with { Storage = new() { Size = "50Gi" } }), Node("node", ("nvidia.com/gpu", "8")));
        site.Settle(Now);
        site.Change(spec => spec with { Storage = new() { Size = "10Gi" } });
        site.Settle(Now);
        Assert.Equal("StorageInvalid", site.Condition("Ready").Reason);
        Assert.NotNull(site.CurrentPod);
    }

    [Fact]
    public void A_course_of_the_same_name_in_the_same_namespace()
    {
        var course = Course("these", "gpu", 1, 1);
        var site = new ResearchSite(Of(), Node("node", ("nvidia.com/gpu", "8")), course with { Metadata = course.Metadata with { Namespace = "project-test" } });
        site.Settle(Now);
        Assert.Equal("NameTaken", site.Condition("Ready").Reason);
        Assert.Empty(site.All<PersistentVolumeClaim>());
    }

    [Fact]
    public void More_than_the_grant_is_told_with_what_it_allows()
    {
        var quota = new ResourceQuota { Metadata = new() { Name = "grant", Namespace = "project-test" }, Spec = new() { Hard = new Dictionary<string, Quantity> { ["requests.nvidia.com/gpu"] = "2" } } };
        var site = new ResearchSite(Of(), Node("node", ("nvidia.com/gpu", "8")), quota);
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Refused, "ExceedsGrant"), (site.Stage, site.Condition("Ready").Reason));
        Assert.StartsWith("It asks for 4 of nvidia.com/gpu, and the project's grant (the ResourceQuota \"grant\") allows 2.", site.Condition("WithinGrant").Message, StringComparison.Ordinal);
        Assert.Null(site.CurrentPod);
        Assert.Single(site.All<PersistentVolumeClaim>());
    }

    [Fact]
    public void A_last_day_in_the_past_is_told_and_nothing_starts()
    {
        var site = new ResearchSite(Of(change: spec => spec with { Until = "2026-11-01" }), Node("node", ("nvidia.com/gpu", "8")));
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Ended, "Ended"), (site.Stage, site.Condition("Ready").Reason));
        Assert.StartsWith("Its last day was 2026-11-01.", site.Condition("Ready").Message, StringComparison.Ordinal);
        Assert.Null(site.CurrentPod);
    }

    [Fact]
    public void A_spec_that_breaks_rules_still_makes_room_for_a_lesson()
    {
        var site = new ResearchSite(Of(), Node("node", ("nvidia.com/gpu", "8")), Template("gpu", "nvidia.com/gpu"), Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        site.Settle(Now);
        site.Change(spec => spec with { TimeZone = "Europe/Atlantis" });
        foreach (var _ in site.Follow(Now, NodaTime.Instant.FromUtc(2026, 11, 23, 13, 0)))
        {
        }

        Assert.Null(site.CurrentPod);
        site.Change(spec => spec with { TimeZone = "Europe/Paris" });
        site.Settle(NodaTime.Instant.FromUtc(2026, 11, 23, 16, 0));
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void One_whose_spec_breaks_rules_is_told_of_a_lesson_that_comes_later_and_leaves_in_time()
    {
        var site = WithBrokenSpec(Of());
        site.Put(Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        site.Settle(Now + NodaTime.Duration.FromMinutes(1));
        Assert.Equal("2026-11-23T13:49:00+01:00 lesson", site.CurrentPod!.Metadata.Annotation(Labels.EndsAt));
        Assert.EndsWith("What runs goes on as it was until 2026-11-23 13:49, when it makes room for deep/tp1.", site.Condition("Ready").Message, StringComparison.Ordinal);
        site.Settle(NodaTime.Instant.FromUtc(2026, 11, 23, 12, 40));
        Assert.Equal((WorkspaceStage.Stopping, "DatasetNotFound"), (site.Stage, site.Condition("Ready").Reason));
        site.Settle(NodaTime.Instant.FromUtc(2026, 11, 23, 12, 49));
        Assert.Null(site.CurrentPod);
    }

    [Fact]
    public void One_whose_spec_breaks_rules_leaves_soon_for_a_lesson_at_short_notice()
    {
        var site = WithBrokenSpec(Of());
        var at = NodaTime.Instant.FromUtc(2026, 11, 23, 12, 55);
        site.Put(Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        Assert.Equal(at + WorkspaceDemands.ShortNotice, site.Settle(at));
        // Each pass in between must not put it off again.
        Assert.Equal(at + WorkspaceDemands.ShortNotice, site.Settle(at + NodaTime.Duration.FromSeconds(60)));
        site.Settle(at + WorkspaceDemands.ShortNotice);
        Assert.Null(site.CurrentPod);
    }

    [Fact]
    public void One_whose_spec_breaks_rules_and_in_which_nothing_is_done_is_told_and_stopped()
    {
        var site = WithBrokenSpec(Of(change: spec => spec with { Idle = new() { AfterMinutes = 60 } }));
        site.Answer = at => new(false, "nothing computes", Now, false, at);
        foreach (var _ in site.Follow(Now, Now + NodaTime.Duration.FromMinutes(65)))
        {
        }

        Assert.Equal("2026-11-20T10:10:00+01:00 idle", site.CurrentPod!.Metadata.Annotation(Labels.EndsAt));
        foreach (var _ in site.Follow(Now + NodaTime.Duration.FromMinutes(66), Now + NodaTime.Duration.FromHours(2)))
        {
        }

        Assert.Null(site.CurrentPod);
        Assert.NotNull(site.Workspace.Status!.IdleAt);
    }

    [Fact]
    public void Where_the_zone_is_none_it_is_told_in_that_of_Greenwich()
    {
        var site = WithBrokenSpec(Of(change: spec => spec with { TimeZone = "Europe/Atlantis" }));
        site.Put(Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")));
        site.Settle(Now + NodaTime.Duration.FromMinutes(1));
        Assert.Equal("2026-11-23T12:49:00Z lesson", site.CurrentPod!.Metadata.Annotation(Labels.EndsAt));
    }

    /// <summary>A workspace that runs, and whose spec has come to break a rule since.</summary>
    private static ResearchSite WithBrokenSpec(ResearchWorkspace broken)
    {
        var site = new ResearchSite(Of(), Node("node", ("nvidia.com/gpu", "8")), Template("gpu", "nvidia.com/gpu"));
        site.Settle(Now);
        site.Change(_ => broken.Spec with { Datasets = [new() { Name = "era5" }] });
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
        return site;
    }

    private static void Refuses(Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec> change, string reason, string sentence)
    {
        var site = new ResearchSite(Of(), Node("node", ("nvidia.com/gpu", "8")));
        site.Settle(Now);
        var pod = site.CurrentPod!.Metadata.Uid;
        site.Change(change);
        site.Settle(Now);
        Assert.Equal(reason, site.Condition("Ready").Reason);
        Assert.Contains(sentence, site.Condition("Ready").Message, StringComparison.Ordinal);
        Assert.Equal(pod, site.CurrentPod!.Metadata.Uid);
        Assert.Single(site.All<PersistentVolumeClaim>());
    }
}
