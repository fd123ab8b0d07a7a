using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Timetable;
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
    /// <param name="demand">What the seat should be.</param>
    /// <param name="pod">Its pod, or null.</param>
    /// <param name="known">What its status says now.</param>
    /// <param name="materials">How far the course's materials are.</param>
    /// <param name="missing">Why its home has nothing yet; null where it has.</param>
    /// <param name="now">The moment.</param>
    public static SeatHealth Of(SeatDemand demand, ObservedPod? pod, SeatStatus? known, MaterialsPlan materials, string? missing, DateTimeOffset now)
    {
        // Its turn comes in some minutes at most, and until then nobody need read that it waits.
        if (demand is { Purpose: SeatPurpose.None, AwaitsItsTurn: true }) return new(SeatState.Starting, "Waiting", null, DateTimeOffset.MaxValue);
        if (demand.Lacks is { } lacks) return new(SeatState.Starting, "NotReserved", lacks, now);
        if (demand.Purpose == SeatPurpose.None)
        {
            return pod is null
                ? new(SeatState.Stopped, demand.Why, SentenceOf(demand), now)
                // Going takes some seconds; what is written is that it is gone.
                : new(SeatState.Stopped, "Stopping", null, now + UsualStart);
        }

        // One that is still there from hand-in is no seat of the lesson, nor the other way round.
        if (pod is not null && pod.IsReady && SeatPod.PurposeOf(pod) == demand.Purpose) return new(SeatState.Ready, "Ready", null, now);
        if (pod is not null && PodDiagnosis.ProblemOf(pod, now) is { } problem)
            return new(problem.IsFatal ? SeatState.Failed : SeatState.Starting, problem.Reason, problem.Sentence, now);
        if (pod is null && missing is not null)
            return new(SeatState.Failed, "MaterialsFailed", $"The course's code could not be copied into the home: {missing}. It is tried again every few minutes, and the seat starts then.", now);
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

    /// <summary>The same, with a word about an extension that cannot be meant: the pattern of the schema lets the 30th of February pass.</summary>
    public SeatHealth Noting(string? extension, DateTimeOffset now) => extension is null || Sentence is not null || LocalTimes.Time(extension) is not null
        ? this
        : this with { Sentence = $"spec.handInUntil is \"{extension}\", which is no local time, so there is no extension. Write it as 2026-11-29T12:00.", WriteAt = now };

    private static string? SentenceOf(SeatDemand demand) => demand.Why switch
    {
        nameof(Stage.HandIn) => "It starts on demand.",
        "Idle" => "No work was done in it any more, so it was stopped. It starts again on demand.",
        "Absent" => $"Nobody opened it during {demand.Period.Lesson}, so it gave its devices back. It starts again on demand.",
        _ => null,
    };
}
