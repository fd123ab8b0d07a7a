using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.UnitTests.Planning.Workplaces;

/// <summary>What seats and research workspaces have in common: when a pod makes way for another, and what one that stays is told.</summary>
public sealed class PodStopTests
{
    private static readonly DateTimeOffset Created = new(2026, 11, 23, 13, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_that_has_ended_makes_way_after_a_pause()
    {
        var pod = PodWith(new() { Phase = "Failed", Reason = "Evicted" });
        Assert.Equal(new(null, Created.AddSeconds(30)), PodStop.ForAnother(pod, isOutdated: false, Created.AddSeconds(29)));
        var stop = PodStop.ForAnother(pod, isOutdated: false, Created.AddSeconds(30))!;
        Assert.Null(stop.At);
        Assert.Equal(("pod-uid", null), (stop.Delete!.Uid, stop.Delete.ResourceVersion));
    }

    [Fact]
    public void One_that_cannot_start_makes_way_for_another_plan_if_it_still_is_as_it_was_seen()
    {
        var pod = PodWith(new() { Phase = "Pending" });
        Assert.Null(PodStop.ForAnother(pod, isOutdated: false, Created));
        Assert.Equal("7", PodStop.ForAnother(pod, isOutdated: true, Created)!.Delete!.ResourceVersion);
    }

    [Fact]
    public void One_that_runs_stays_whatever_is_asked_for()
    {
        Assert.Null(PodStop.ForAnother(PodWith(new() { Phase = "Running", ContainerStatuses = [new() { Name = "notebook", State = new() { Running = new() } }] }), isOutdated: true, Created));
        Assert.Null(PodStop.ForAnother(PodWith(new() { Phase = "Running", Conditions = [new() { Type = "Ready", Status = "True" }] }), isOutdated: true, Created));
    }

    [Fact]
    public void One_that_stays_is_told_what_is_news_to_it_and_no_more()
    {
        var pod = PodWith(new());
        Assert.Null(PodNews.For(pod, (Labels.EndsAt, "16:00"), (Labels.HomeUse, "")));
        Assert.Null(PodNews.For(pod, (Labels.EndsAt, null)));
        var news = PodNews.For(pod, (Labels.EndsAt, "17:00"), (Labels.HomeUse, ""))!;
        Assert.Equal([new(Labels.EndsAt, "17:00")], news.Metadata.Annotations!);
        Assert.Equal(("notebook-1", "pod-uid", null), (news.Metadata.Name, news.Metadata.Uid, news.Spec));
        Assert.Equal([new(Labels.EndsAt, "")], PodNews.For(pod, (Labels.EndsAt, ""))!.Metadata.Annotations!);
    }

    private static ObservedPod PodWith(PodStatus status) => new()
    {
        Metadata = new()
        {
            Name = "notebook-1", Namespace = "course-intro", Uid = "pod-uid", ResourceVersion = "7", CreationTimestamp = Created,
            Annotations = new Dictionary<string, string> { [Labels.EndsAt] = "16:00" },
        },
        Status = status,
    };
}
