using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;

namespace MesoNet.IAaS.Planning.Workplaces;

/// <summary>That a pod is to be stopped, of a seat or of a research workspace.</summary>
/// <param name="Delete">Its deletion; null where its time has not come yet.</param>
/// <param name="At">When that is; null where it has come.</param>
internal sealed record PodStop(PlannedDeletion? Delete, DateTimeOffset? At = null)
{
    private static readonly TimeSpan PauseAfterEnd = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The stop of a pod that should run, so that another can take its place: where it has ended, or cannot start and was made from an older plan. A notebook that
    /// runs is never stopped because what is asked for has changed. Null where it stays.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="isOutdated">Whether it was made from an older plan.</param>
    /// <param name="now">The moment.</param>
    public static PodStop? ForAnother(ObservedPod pod, bool isOutdated, DateTimeOffset now)
    {
        if (PodDiagnosis.HasEnded(pod))
            return MakesWayAt(pod) is var at && at > now ? new(null, at) : new(PlannedDeletion.Of(pod, "it has ended and will not start again"));
        // The view may be old: a pod that has begun to run since must not be taken from somebody at work.
        return isOutdated && !pod.IsReady && !PodDiagnosis.IsRunning(pod) ? new(PlannedDeletion.OfAsSeen(pod, "it was made from an older plan and does not run")) : null;
    }

    /// <summary>
    /// When a pod that has ended makes way for the next: a node that refuses pods refuses that one as well, and the two would go round as fast as they can.
    /// </summary>
    public static DateTimeOffset? MakesWayAt(ObservedPod ended) => ended.Metadata.CreationTimestamp + PauseAfterEnd;
}
