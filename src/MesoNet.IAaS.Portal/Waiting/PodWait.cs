using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Site;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>What a pod waits for.</summary>
internal enum PodWaitKind
{
    /// <summary>No node has room for it.</summary>
    Room,

    /// <summary>Others are told to make room for it on a node.</summary>
    RoomBeingMade,

    /// <summary>Its node cannot mount one of its volumes yet.</summary>
    Volume,

    /// <summary>Its node pulls the image.</summary>
    Image,

    /// <summary>The image could not be pulled; its node tries again.</summary>
    ImageAgain,

    /// <summary>The image is there, and the container is about to start.</summary>
    Container,

    /// <summary>Its JupyterLab runs, and has not answered yet.</summary>
    Answer,
}

/// <summary>What a pod that is not ready waits for, as its state tells, and where that is silent its Events.</summary>
/// <param name="Kind">What.</param>
/// <param name="Lasting">How long it has waited for that.</param>
/// <param name="Detail">What the cluster's own programs say of it; null where nothing went wrong.</param>
internal sealed record PodWait(PodWaitKind Kind, TimeSpan Lasting, string? Detail = null)
{
    // A mount that comes right at the second try, when the kubelet has got a ConfigMap, say, is not worth a word.
    private static readonly TimeSpan MountingTime = TimeSpan.FromSeconds(5);

    /// <summary>What a pod waits for; null where nobody knows, or nothing is out of the ordinary yet.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="events">What is known of it from Events, which may be behind, or missing.</param>
    /// <param name="now">The moment.</param>
    public static PodWait? Of(ObservedPod pod, IReadOnlyList<PodEvent> events, DateTimeOffset now) =>
        pod.Spec?.NodeName is null ? ForNode(pod, events, now) : OnNode(pod, events, now);

    private static PodWait? ForNode(ObservedPod pod, IReadOnlyList<PodEvent> events, DateTimeOffset now)
    {
        if (pod.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False", Reason: "Unschedulable" }) is { } refused)
        {
            var lasting = now - (refused.LastTransitionTime ?? pod.Metadata.CreationTimestamp ?? now);
            if (pod.Status.NominatedNodeName is { Length: > 0 }) return new(PodWaitKind.RoomBeingMade, lasting, refused.Message);
            return PodDiagnosis.NoRoomFrom(pod) <= now ? new(PodWaitKind.Room, lasting, refused.Message) : null;
        }

        return Find(events, "FailedScheduling") is { } failed && failed.FirstAt + PodDiagnosis.BindingTime <= now ? new(PodWaitKind.Room, now - failed.FirstAt, failed.Message) : null;
    }

    private static PodWait? OnNode(ObservedPod pod, IReadOnlyList<PodEvent> events, DateTimeOffset now)
    {
        var state = pod.Status?.ContainerStatuses?.FirstOrDefault()?.State;
        if (state?.Running is { } running) return new(PodWaitKind.Answer, now - (running.StartedAt ?? now));

        var (pulling, pulled, failed) = (Find(events, "Pulling"), Find(events, "Pulled"), Find(events, "Failed") ?? Find(events, "BackOff"));
        if (state?.Waiting is { Reason: "ErrImagePull" or "ImagePullBackOff" } refused)
            return new(PodWaitKind.ImageAgain, now - (pulling ?? failed)?.FirstAt ?? TimeSpan.Zero, refused.Message ?? failed?.Message);
        // Events are told to the second: of two in the same one, what comes later in a start has come later.
        if (pulling is not null && (pulled is null || pulled.LastAt < pulling.LastAt))
        {
            return failed?.LastAt >= pulling.LastAt
                ? new(PodWaitKind.ImageAgain, now - pulling.FirstAt, failed.Message)
                : new(PodWaitKind.Image, now - pulling.LastAt);
        }

        if ((pulled ?? Find(events, "Created") ?? Find(events, "Started")) is { } there) return new(PodWaitKind.Container, now - there.LastAt);
        // No image is pulled before all volumes are there.
        return (Find(events, "FailedMount") ?? Find(events, "FailedAttachVolume")) is { } unmounted && unmounted.FirstAt + MountingTime <= now
            ? new(PodWaitKind.Volume, now - unmounted.FirstAt, unmounted.Message)
            : null;
    }

    private static PodEvent? Find(IReadOnlyList<PodEvent> events, string reason) => events.FirstOrDefault(item => item.Reason == reason);
}
