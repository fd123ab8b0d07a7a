using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Resources.Courses;
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
