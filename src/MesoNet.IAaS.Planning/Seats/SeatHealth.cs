using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>The state of a seat now, and whether that is worth a write to the cluster.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">Why, in a word.</param>
/// <param name="Sentence">Why, in a sentence; null where there is nothing to say.</param>
/// <param name="WriteAt">When the state is written if it still holds: at once for what a reader should know, later for what usually passes.</param>
internal sealed record SeatHealth(SeatState State, string Reason, string? Sentence, DateTimeOffset WriteAt)
{
    /// <summary>Most seats are ready before this; a start that takes longer deserves a word.</summary>
    private static readonly TimeSpan UsualStart = TimeSpan.FromSeconds(20);

    /// <summary>Reads a seat's health from its pod.</summary>
    /// <param name="wanted">Whether the seat should run.</param>
    /// <param name="pod">Its pod, or null.</param>
    /// <param name="known">What its status says now.</param>
    /// <param name="materials">How far the course's materials are.</param>
    /// <param name="now">The moment.</param>
    public static SeatHealth Of(bool wanted, ObservedPod? pod, SeatStatus? known, MaterialsPlan materials, DateTimeOffset now)
    {
        if (!wanted)
        {
            return pod is null
                ? new(SeatState.Stopped, "Stopped", null, now)
                // Going takes some seconds; what is written is that it is gone.
                : new(SeatState.Stopped, "Stopping", null, now + UsualStart);
        }

        if (pod is not null && pod.IsReady) return new(SeatState.Ready, "Ready", null, now);
        if (pod is not null && PodDiagnosis.ProblemOf(pod, now) is { } problem)
            return new(problem.IsFatal ? SeatState.Failed : SeatState.Starting, problem.Reason, problem.Sentence, now);
        if (pod is null && materials.Problem is { } materialsProblem && !materials.IsTransient)
            return new(SeatState.Failed, "MaterialsFailed", materialsProblem.Sentence, now);

        // A seat that was up and isn't any more is told at once, a start that just takes its time is not.
        var wasUp = known?.State is SeatState.Ready or SeatState.Failed;
        if (wasUp) return new(SeatState.Starting, "Starting", null, now);
        // What a seat without a pod waits for is the course's to tell, not each seat's.
        if (pod is null) return new(SeatState.Starting, "Starting", null, DateTimeOffset.MaxValue);
        var told = (pod.Metadata.CreationTimestamp ?? now) + UsualStart;
        if (PodDiagnosis.NoRoomFrom(pod) is { } noRoomFrom && noRoomFrom < told) told = noRoomFrom;
        return new(SeatState.Starting, "Starting", null, told);
    }
}
