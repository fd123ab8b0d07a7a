using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>How a workspace is now, in a stage and the condition Ready.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Finding">The condition Ready.</param>
/// <param name="LookAgainAt">When it may be another though nothing changes.</param>
internal sealed record WorkspaceHealth(WorkspaceStage Stage, Finding Finding, DateTimeOffset? LookAgainAt = null)
{
    /// <summary>Nodes have room for it, and its image runs on none of these.</summary>
    public const string NoNodeForImage = "NoNodeForImage";

    private static readonly TimeSpan SilenceOfANode = TimeSpan.FromMinutes(1);

    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd HH':'mm");

    public static WorkspaceHealth Of(
        Workspace workspace, WorkspaceSituation situation, WorkspaceDemand demand, IReadOnlyList<Finding> bounds, WorkspaceHealth? hindrance,
        WrongArchitecture? wrongNodes, bool isOutdated, Instant now)
    {
        var pod = situation.Pod;
        // That it would be away just now anyhow helps nobody who waits for it.
        var wouldRun = demand.Runs || demand.Off is WorkspaceStage.Yielding || (demand.Off is WorkspaceStage.Resting && demand.BackAt is not null);
        // What was held for it is over, and its last day, which was refused, is not.
        var isBeyondHeld = demand.Off is WorkspaceStage.Ended && now < workspace.Hours.End;
        if (((pod is null && wouldRun) || isBeyondHeld) && bounds.FirstOrDefault(finding => !finding.Holds) is { } bound) return new(WorkspaceStage.Refused, Not(bound.Reason, bound.Sentence));
        if (!demand.Runs) return new(demand.Off, Off(workspace, demand));
        if (pod?.IsReady == true) return Running(workspace, demand, isOutdated, now);
        if (wrongNodes is not null) return new(WorkspaceStage.Failed, Not(NoNodeForImage, SentenceFor(wrongNodes)));
        if (hindrance is not null) return hindrance;
        if (pod is not null && pod.Metadata.DeletionTimestamp is null && ProblemOf(workspace, pod, now) is ({ } problem, var isFatal))
            return new(isFatal ? WorkspaceStage.Failed : WorkspaceStage.Starting, problem);
        if (pod?.Metadata.DeletionTimestamp is { } goneBy) return Ending(pod, goneBy, now);
        return new(WorkspaceStage.Starting, Not("Starting", "It is being started."), pod is null ? null : PodDiagnosis.NoRoomFrom(pod));
    }

    /// <summary>How one is that starts by itself once something else is over; null where there is nothing of the kind.</summary>
    public static WorkspaceHealth? WaitingFor(Finding? problem) => problem is null ? null : new(WorkspaceStage.Starting, problem);

    /// <summary>How one is that has given its devices back since it cannot start; null where it has not.</summary>
    public static WorkspaceHealth? GivenUp(Workspace workspace, FailedStartStatus? failed) => failed is not { GaveBackAt: not null } ? null : new(
        WorkspaceStage.Failed,
        Not(failed.Reason ?? "", $"{failed.Message} It has given its devices back, and is tried again at {Time(workspace.Zone, FailedStarts.LookAgainAt(failed))}, or as soon as its spec changes."));

    /// <summary>What keeps its pod from running, and whether waiting cannot help; null where nothing is known to.</summary>
    public static (Finding? Finding, bool IsFatal) ProblemOf(Workspace workspace, ObservedPod pod, Instant now) =>
        PodDiagnosis.ProblemOf(pod, now.ToDateTimeOffset(), "workspace") is { } problem
            ? (StillNotForNode(workspace, problem) ?? Not(problem.Reason, problem.Sentence), problem.IsFatal) : (null, false);

    // What a node that does not answer still runs may write to the volume: two at once would spoil it.
    private static WorkspaceHealth Ending(ObservedPod pod, DateTimeOffset goneBy, Instant now)
    {
        var patience = goneBy + SilenceOfANode;
        return now.ToDateTimeOffset() < patience
            ? new(WorkspaceStage.Starting, Not("Starting", "Its earlier pod is ending; it is started once that is gone."), patience)
            : new(WorkspaceStage.Starting, Not("NodeSilent",
                $"Its earlier pod does not end: the node {pod.Spec?.NodeName} does not answer, and what runs there may still write to the volume. It is started once that pod is gone; ask the administrator to bring the node back or to remove it."));
    }

    // Between two tries to pull an image the node only says that it waits: what it said of the last one stands.
    private static Finding? StillNotForNode(Workspace workspace, PodProblem problem) =>
        problem.Reason == PodDiagnosis.ImagePullFailed
        && workspace.KnownConditions?.FirstOrDefault(condition => condition is { Type: Readiness.Ready, Reason: PodDiagnosis.ImageNotForNode }) is { } known
        && known.ObservedGeneration == workspace.Asked.Metadata.Generation ? Not(known.Reason, known.Message ?? "") : null;

    /// <summary>What to do about nodes on which its image does not run.</summary>
    public static string SentenceFor(WrongArchitecture wrong) =>
        $"Its image runs on {string.Join(" and ", wrong.Architectures)} only, and no node of that kind could hold it even if all were empty; others could ({string.Join(", ", wrong.Others)}). Name a platform or an image that runs there, or correct spec.architectures.";

    private static WorkspaceHealth Running(Workspace workspace, WorkspaceDemand demand, bool isOutdated, Instant now)
    {
        var change = isOutdated ? " It runs as it was asked for before; stop it and start it to bring the change." : "";
        if (demand.EndsWithin(workspace.Warning, now))
        {
            var back = demand.Absence is { } absence && demand.End!.Why == EndReason.Lesson && absence.Until < Instant.MaxValue ? $" It is back at {Time(workspace.Zone, absence.Until)}." : "";
            return new(WorkspaceStage.Stopping, new(Readiness.Ready, true, "Stopping", $"It runs{Next(workspace.Zone, demand)}.{back}{change}"));
        }

        return new(WorkspaceStage.Running, new(Readiness.Ready, true, "Running", $"It runs{Next(workspace.Zone, demand)}.{change}"));
    }

    /// <summary>Until when it runs and why no longer, as the end of a sentence; empty where nothing is known to stop it.</summary>
    public static string Next(DateTimeZone zone, WorkspaceDemand demand) => demand.End is { } end ? $" until {Time(zone, end.At)}, {Why(demand, end)}" : "";

    private static string Why(WorkspaceDemand demand, PlannedEnd end) => end.Why switch
    {
        EndReason.Lesson => $"when it makes room for {Lessons(demand.Absence!)}",
        EndReason.Hours => "when its hours are over",
        EndReason.Idle => "since nothing is done in it",
        _ => "when its last day is over",
    };

    private static Finding Off(Workspace workspace, WorkspaceDemand demand)
    {
        var back = demand.BackAt is { } at ? $" It is back at {Time(workspace.Zone, at)}." : "";
        return demand.Off switch
        {
            WorkspaceStage.Yielding => Not("YieldsToLesson", $"It makes room for {Lessons(demand.Absence!)}.{back}"),
            WorkspaceStage.Resting => Not("OutsideHours", $"It is outside its hours.{back}"),
            WorkspaceStage.Idle => Not("Idle", "Nothing was done in it any more, so it was stopped. 'mesonet workspace start' starts it again; its volume is kept."),
            WorkspaceStage.Suspended => Not("Suspended", "It is stopped. 'mesonet workspace start' starts it again; its volume is kept."),
            _ => Not("Ended", $"Its last day was {workspace.Asked.Spec.Until}. 'mesonet workspace extend' gives it another; its volume is kept."),
        };
    }

    private static string Lessons(Absence absence)
    {
        const int atMost = 3;
        var names = absence.Holders.Take(atMost).Select(Admission.NameOf).ToList();
        if (absence.Holders.Count > atMost) names.Add($"{absence.Holders.Count - atMost} more");
        return string.Join(", ", names);
    }

    private static string Time(DateTimeZone zone, Instant moment) => Pattern.Format(moment.InZone(zone).LocalDateTime);

    private static Finding Not(string reason, string sentence) => new(Readiness.Ready, false, reason, sentence);
}
