using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using NodaTime;

namespace MesoNet.IAaS.Portal.Site;

/// <summary>What the seats' pods answered last when they were asked whether somebody works in them, for as long as there are the pods.</summary>
internal sealed class SeatAnswers
{
    private readonly ConcurrentDictionary<ObjectKey, Entry> entries = new();

    /// <summary>What a pod answered last; null where it never did.</summary>
    public SeatActivity? Of(ObservedPod pod) => Find(pod)?.Activity;

    /// <summary>When a pod was asked last, be it in vain; null where it never was.</summary>
    public Instant? AskedAt(ObservedPod pod) => Find(pod)?.AskedAt;

    /// <summary>A pod was asked.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="activity">What it answered; null where nothing that can be read: what it said before then stands, and ages.</param>
    /// <param name="askedAt">When.</param>
    public void Put(ObservedPod pod, SeatActivity? activity, Instant askedAt) => entries[pod.Key] = new(pod.Metadata.Uid!, activity ?? Of(pod), askedAt);

    /// <summary>A pod has gone.</summary>
    public void Forget(ObjectKey pod) => entries.TryRemove(pod, out _);

    private Entry? Find(ObservedPod pod) => entries.TryGetValue(pod.Key, out var entry) && entry.Pod == pod.Metadata.Uid ? entry : null;

    private sealed record Entry(string Pod, SeatActivity? Activity, Instant AskedAt);
}
