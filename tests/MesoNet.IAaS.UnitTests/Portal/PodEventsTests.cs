using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>Which Events about pods the portal keeps, and for how long.</summary>
public sealed class PodEventsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly ObjectStore<ObservedPod> pods = new();
    private readonly ObjectStore<Seat> seats = new();
    private readonly PodEvents events;

    public PodEventsTests() => events = new(pods.Find, key => seats.Find(key) is not null);

    [Fact]
    public void Of_each_reason_the_newest_is_kept_with_its_beginning()
    {
        Put(1);
        Assert.Equal([Key(1)], Apply(Written(1, "FailedMount", 0, message: "first try")));
        Assert.Equal([Key(1)], Apply(Written(1, "FailedMount", 120, message: "second try")));
        // The watch may tell of what was before, after it was interrupted.
        Assert.Empty(Apply(Written(1, "FailedMount", 60, message: "late")));
        Assert.Equal(new PodEvent("uid1", "FailedMount", Noon, Noon.AddSeconds(120), "second try"), Assert.Single(events.Of(Pod(1))));
    }

    [Fact]
    public void What_was_written_of_an_earlier_pod_of_the_same_name_is_not_of_this_one()
    {
        Put(1);
        Apply(Written(1, "Pulling", 0, uid: "earlier"));
        Assert.Empty(events.Of(Pod(1)));
        Apply(Written(1, "Pulling", 30));
        Assert.Equal(Noon.AddSeconds(30), Assert.Single(events.Of(Pod(1))).FirstAt);
    }

    [Fact]
    public void Pods_that_are_no_seats_and_reasons_that_tell_nothing_are_passed_over()
    {
        Put(1);
        Assert.Empty(Apply(Written(2, "Pulling", 0)));
        Assert.Empty(Apply(Written(1, "Killing", 0)));
        Assert.Empty(Apply(Written(1, "Pulling", 0) with { InvolvedObject = new() { Kind = "Node", Namespace = "course-intro", Name = "intro-student01", Uid = "uid1" } }));
        Assert.Empty(Apply(new() { Reason = "Pulling" }));
        Assert.Equal(0, events.Count);
    }

    [Fact]
    public void A_pod_that_the_watch_has_not_told_of_yet_is_known_by_its_seat()
    {
        seats.Take(new StoreChange<Seat>.Applied(new() { Metadata = new() { Name = "intro-student02", Namespace = "course-intro" }, Spec = new() { Environment = "intro", Login = "student02" } }));
        Assert.Equal([Key(2)], Apply(Written(2, "Pulling", 0)));
        Assert.Single(events.Of(Pod(2)));
    }

    [Fact]
    public void What_is_known_of_a_pod_goes_with_it_and_is_not_brought_back_by_a_list()
    {
        Put(1);
        Put(2);
        Apply(Written(1, "Pulling", 0));
        pods.Take(new StoreChange<ObservedPod>.Deleted(Key(1)));
        events.Forget(Key(1));
        Assert.Equal(0, events.Count);
        Assert.Equal([Key(2)], events.Take(new StoreChange<ObservedEvent>.Replaced([Written(1, "Pulling", 0), Written(2, "Pulled", 5), Written(2, "Pulled", 5, uid: "earlier")])));
        Assert.Equal(1, events.Count);
    }

    [Fact]
    public void An_Event_that_the_server_lets_go_was_true_all_the_same()
    {
        Put(1);
        Apply(Written(1, "Pulling", 0));
        Assert.Empty(events.Take(new StoreChange<ObservedEvent>.Deleted(new("course-intro", "any"))));
        Assert.Empty(events.Take(new StoreChange<ObservedEvent>.Replaced([])));
        Assert.Single(events.Of(Pod(1)));
    }

    [Fact]
    public void A_thousand_seats_with_a_storm_of_Events_keep_a_handful_each()
    {
        for (var number = 1; number <= 1000; number++) Put(number);
        var words = new string('x', 5000);
        for (var second = 0; second < 20; second++)
        {
            for (var number = 1; number <= 1000; number++)
            {
                foreach (var reason in new[] { "FailedScheduling", "FailedMount", "Pulling", "Scheduled", $"Unheard{second}" }) Apply(Written(number, reason, second, message: $"{second} {words}"));
            }
        }

        Assert.Equal(1000, events.Count);
        Assert.All(Enumerable.Range(1, 1000), number => Assert.Equal(3, events.Of(Pod(number)).Count));
        Assert.All(events.Of(Pod(500)), item => Assert.InRange(item.Message?.Length ?? 0, 0, 401));
    }

    [Fact]
    public void Both_ways_of_writing_an_Event_are_read()
    {
        // As a kubelet writes it, and a scheduler since 1.19.
        var kubelet = Decode("""{"metadata":{"name":"a.1","namespace":"n"},"reason":"Pulling","involvedObject":{"kind":"Pod","name":"a","namespace":"n","uid":"u"},"firstTimestamp":"2026-11-23T12:00:00Z","lastTimestamp":"2026-11-23T12:03:00Z","count":3,"eventTime":null,"type":"Normal"}""");
        Assert.Equal((Noon, Noon.AddMinutes(3)), (kubelet.FirstAt, kubelet.LastAt));
        var scheduler = Decode("""{"metadata":{"name":"a.2","namespace":"n"},"reason":"FailedScheduling","involvedObject":{"kind":"Pod","name":"a","namespace":"n","uid":"u"},"firstTimestamp":null,"lastTimestamp":null,"eventTime":"2026-11-23T12:00:00.000000Z","series":{"count":2,"lastObservedTime":"2026-11-23T12:05:00.123456Z"},"reportingComponent":"default-scheduler"}""");
        Assert.Equal((Noon, Noon.AddMinutes(5).AddMicroseconds(123456)), (scheduler.FirstAt, scheduler.LastAt));
    }

    private IReadOnlyCollection<ObjectKey> Apply(ObservedEvent written) => events.Take(new StoreChange<ObservedEvent>.Applied(written));

    private void Put(int number) => pods.Take(new StoreChange<ObservedPod>.Applied(Pod(number)));

    private static ObjectKey Key(int number) => new("course-intro", $"intro-student{number:00}");

    private static ObservedPod Pod(int number) => new() { Metadata = new() { Name = Key(number).Name, Namespace = Key(number).Namespace, Uid = $"uid{number}" } };

    private static ObservedEvent Written(int number, string reason, int second, string? uid = null, string? message = null) => new()
    {
        Metadata = new() { Name = $"{Key(number).Name}.{reason}{second}", Namespace = "course-intro" },
        InvolvedObject = new() { Kind = "Pod", Namespace = "course-intro", Name = Key(number).Name, Uid = uid ?? $"uid{number}" },
        Reason = reason, Message = message, FirstTimestamp = Noon.AddSeconds(second), LastTimestamp = Noon.AddSeconds(second),
    };

    private static ObservedEvent Decode(string json) => KubernetesJson.Read<ObservedEvent>(Encoding.UTF8.GetBytes(json));
}
