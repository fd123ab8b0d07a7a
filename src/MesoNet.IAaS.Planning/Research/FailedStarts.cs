using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>
/// A workspace that cannot start, and no waiting helps, gives its devices back after a while, and is tried again now and then: what keeps it may be mended
/// elsewhere. What is known of that is in its status, so that it outlives the operator. A seat needs no such thing, since its lesson ends.
/// </summary>
internal static class FailedStarts
{
    /// <summary>How long a pod that cannot start keeps its devices: whoever is at it corrects the mistake in that time.</summary>
    public static readonly Duration KeepsDevicesFor = Duration.FromMinutes(10);

    /// <summary>How long after it has given them back it is tried again.</summary>
    public static readonly Duration TriedAgainAfter = Duration.FromMinutes(30);

    /// <summary>What is to be noted of its start; null where nothing is known to keep it from starting, or something else does.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="pod">Its pod, or null.</param>
    /// <param name="demand">What it should be.</param>
    /// <param name="now">The moment.</param>
    public static FailedStartStatus? Of(Workspace workspace, ObservedPod? pod, WorkspaceDemand demand, Instant now)
    {
        if (!demand.Runs || pod?.IsReady == true) return null;
        // A new spec is tried at once.
        var known = workspace.Asked.Status?.FailedStart is { } noted && noted.Generation == workspace.Asked.Metadata.Generation ? noted : null;
        if (known?.GaveBackAt is not null)
        {
            if (now < LookAgainAt(known) && !HasBegunSince(pod, known)) return known;
            known = null;
        }

        if (pod is null || pod.Metadata.DeletionTimestamp is not null || workspace.IsOfPredecessor(pod)) return null;
        var (finding, isFatal) = WorkspaceHealth.ProblemOf(workspace, pod, now);
        // One that crashes again and again runs in between.
        if (finding is null) return known;
        if (!isFatal) return null;
        var failing = known ?? new() { Since = now.ToDateTimeOffset(), Generation = workspace.Asked.Metadata.Generation };
        return now < LookAgainAt(failing) ? failing : failing with { GaveBackAt = now.ToDateTimeOffset(), Reason = finding.Reason, Message = finding.Sentence };
    }

    /// <summary>When it gives its devices back or, where it has, is tried again.</summary>
    public static Instant LookAgainAt(FailedStartStatus failed) =>
        failed.GaveBackAt is { } at ? Instant.FromDateTimeOffset(at) + TriedAgainAfter : Instant.FromDateTimeOffset(failed.Since) + KeepsDevicesFor;

    // Its deletion may have failed, and what runs by now is not taken from somebody at work.
    private static bool HasBegunSince(ObservedPod? pod, FailedStartStatus known) =>
        pod is { Metadata.DeletionTimestamp: null } && (PodDiagnosis.IsRunning(pod) || pod.Metadata.CreationTimestamp > known.GaveBackAt);
}
