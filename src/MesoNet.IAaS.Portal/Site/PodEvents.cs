using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Watching;

namespace MesoNet.IAaS.Portal.Site;

/// <summary>What a scheduler, a kubelet or a volume controller wrote of a pod.</summary>
/// <param name="Pod">The pod's uid: another one of its name is another pod.</param>
/// <param name="Reason">What, in a word.</param>
/// <param name="FirstAt">When it was written of this pod first.</param>
/// <param name="LastAt">When it was written last.</param>
/// <param name="Message">The writer's own words, where something went wrong; cut to a length.</param>
internal sealed record PodEvent(string Pod, string Reason, DateTimeOffset FirstAt, DateTimeOffset LastAt, string? Message);

/// <summary>
/// The Events that tell what the pod of a seat or a workspace waits for: of each pod and reason the newest, for as long as there is the pod. That is a handful per pod, whatever
/// the cluster holds. An API server keeps Events for an hour and lets them go; what they told of a pod is still true then, so their end changes nothing here.
/// </summary>
/// <param name="find">Finds one of those pods.</param>
/// <param name="isExpected">Whether a pod is one of those, though it is not there yet: the watch of pods may be behind that of Events.</param>
internal sealed class PodEvents(Func<ObjectKey, ObservedPod?> find, Func<ObjectKey, bool> isExpected)
{
    private const int LongestMessage = 400;

    private static readonly FrozenSet<string> Telling =
        FrozenSet.Create(StringComparer.Ordinal, "FailedScheduling", "FailedMount", "FailedAttachVolume", "Pulling", "Pulled", "Created", "Started", "Failed", "BackOff");

    private readonly ConcurrentDictionary<ObjectKey, ImmutableDictionary<string, PodEvent>> byPod = new();

    /// <summary>What is known of a pod, in no order; nothing where nothing is, which is no fault.</summary>
    public IReadOnlyList<PodEvent> Of(ObservedPod pod) =>
        byPod.TryGetValue(pod.Key, out var known) ? [.. known.Values.Where(item => item.Pod == pod.Metadata.Uid)] : [];

    /// <summary>How many pods something is known of.</summary>
    public int Count => byPod.Count;

    /// <summary>Takes in what the watch told, and returns the pods of which there is news.</summary>
    public IReadOnlyCollection<ObjectKey> Take(StoreChange<ObservedEvent> change)
    {
        var touched = new HashSet<ObjectKey>();
        switch (change)
        {
            case StoreChange<ObservedEvent>.Applied { Object: var written }:
                if (Read(written) is var (pod, one) && (find(pod) is not null || isExpected(pod)) && Put(pod, one)) touched.Add(pod);
                break;
            case StoreChange<ObservedEvent>.Replaced { Objects: var all }:
                // Of pods that have gone meanwhile, there still are Events.
                foreach (var gone in byPod.Keys.Where(key => find(key) is null)) Forget(gone);
                foreach (var item in all)
                {
                    if (Read(item) is var (key, other) && find(key)?.Metadata.Uid == other.Pod && Put(key, other)) touched.Add(key);
                }

                break;
        }

        return touched;
    }

    /// <summary>A pod has gone.</summary>
    public void Forget(ObjectKey pod) => byPod.TryRemove(pod, out _);

    private bool Put(ObjectKey pod, PodEvent news)
    {
        var known = byPod.GetValueOrDefault(pod) ?? ImmutableDictionary<string, PodEvent>.Empty;
        if (known.TryGetValue(news.Reason, out var before))
        {
            if (before.LastAt > news.LastAt || before == news) return false;
            // One that says the same in other words is an Event of its own: it goes on since the first.
            if (before.Pod == news.Pod && before.FirstAt < news.FirstAt) news = news with { FirstAt = before.FirstAt };
        }

        byPod[pod] = known.SetItem(news.Reason, news);
        return true;
    }

    private static (ObjectKey Pod, PodEvent Event)? Read(ObservedEvent written) =>
        written is { Reason: { } reason, InvolvedObject: { Kind: "Pod", Namespace: { } space, Name: { } name, Uid: { } uid }, FirstAt: { } first, LastAt: { } last } && Telling.Contains(reason)
            ? (new(space, name), new(uid, reason, first, last, MessageOf(reason, written.Message)))
            : null;

    private static string? MessageOf(string reason, string? message) => (reason, message) switch
    {
        (not ("FailedScheduling" or "FailedMount" or "FailedAttachVolume" or "Failed"), _) or (_, null) => null,
        (_, { Length: > LongestMessage }) => message[..LongestMessage] + "…",
        _ => message,
    };
}
