using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>The status of a workspace.</summary>
public static class WorkspaceStatus
{
    internal static ResearchWorkspaceStatus Of(
        Workspace workspace, WorkspaceSituation situation, WorkspaceDemand demand, Admission admission, MaterialsPlan materials, WorkspaceHealth health,
        IReadOnlyList<Finding> bounds, Instant now)
    {
        var known = workspace.Asked.Status;
        var volume = WorkspaceVolume.Of(workspace, situation.Answer?.Activity);
        var (lost, since) = Lost(known, situation, demand, health.Finding.Reason == Grant.UsedUp ? null : health.Stage, now);
        return new()
        {
            ObservedGeneration = workspace.Asked.Metadata.Generation,
            Stage = health.Stage,
            NextTransition = NextTransition(demand),
            Pod = workspace.SeatName,
            Image = workspace.Image,
            Yielding = Yielding(situation, demand),
            LostSeconds = lost,
            LostSince = since,
            IdleAt = demand.NoteIdle ? now.ToDateTimeOffset() : known?.IdleAt,
            Admitted = admission.Held,
            Materials = materials.Pinned,
            Volume = volume.Told,
            Conditions = Conditions.Of([health.Finding, .. bounds, WorkspaceMaterials.Finding(workspace, materials), .. volume.Findings], known?.Conditions, workspace.Asked.Metadata.Generation, now),
        };
    }

    /// <summary>The status where the spec breaks rules: what has nothing to do with when it runs stays as it was.</summary>
    internal static ResearchWorkspaceStatus Refused(
        ResearchWorkspace asked, WorkspaceSituation situation, WorkspaceDemand demand, DateTimeZone zone, IReadOnlyList<SpecificationProblem> problems, Instant now)
    {
        var sentence = string.Join(' ', problems.Select(problem => problem.Sentence));
        var runs = situation.Pod is not null && demand.Runs;
        if (runs) sentence += $" What runs goes on as it was{WorkspaceHealth.Next(zone, demand)}.";
        var stage = situation.Pod is { IsReady: true }
            ? demand.EndsWithin(situation.Warning, now) ? WorkspaceStage.Stopping : WorkspaceStage.Running
            : asked.Status?.Stage ?? WorkspaceStage.Refused;
        if (!runs) stage = WorkspaceStage.Refused;
        var (lost, since) = Lost(asked.Status, situation, demand, stage, now);
        return With(new(Readiness.Ready, false, problems[0].Reason, sentence), asked.Status ?? new(), asked, now) with
        {
            Stage = stage, LostSeconds = lost, LostSince = since, Yielding = Yielding(situation, demand), NextTransition = NextTransition(demand),
            IdleAt = demand.NoteIdle ? now.ToDateTimeOffset() : asked.Status?.IdleAt,
        };
    }

    /// <summary>The status where planning itself failed, which is our fault: nothing else changes.</summary>
    public static ResearchWorkspaceStatus Unexpected(ResearchWorkspace workspace, string what, Instant now) =>
        With(Unready.Unexpected("workspace", what), workspace.Status ?? new(), workspace, now);

    /// <summary>The status where the API server refused some of the plan's writes.</summary>
    /// <param name="status">The status as planned.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="refusals">What the API server said, each once.</param>
    /// <param name="now">The moment.</param>
    public static ResearchWorkspaceStatus WithRefusals(ResearchWorkspaceStatus status, ResearchWorkspace workspace, IReadOnlyList<string> refusals, Instant now) =>
        refusals.Count == 0 ? status : With(Unready.Refused("workspace", refusals), status, workspace, now);

    /// <summary>How long lessons, or the scheduler, have kept a workspace from running, in all and up to a moment.</summary>
    public static Duration LostAt(ResearchWorkspace workspace, Instant now) =>
        Duration.FromSeconds(workspace.Status?.LostSeconds ?? 0)
        + (workspace.Status?.LostSince is { } since ? Duration.Max(Duration.Zero, now - Instant.FromDateTimeOffset(since)) : Duration.Zero);

    private static ResearchWorkspaceStatus With(Finding finding, ResearchWorkspaceStatus status, ResearchWorkspace workspace, Instant now) => status with
    {
        ObservedGeneration = workspace.Metadata.Generation,
        Conditions = Conditions.With(finding, status.Conditions, workspace.Status?.Conditions, workspace.Metadata.Generation, now),
    };

    /// <summary>
    /// Time is lost while lessons, or the scheduler, keep it from running that would run otherwise, and until it is ready again. What its owner or its hours stop
    /// meanwhile is not, and neither is what a node, its image or its programs do to it, or others of its project: no stage is given for these.
    /// </summary>
    private static (long? Seconds, DateTimeOffset? Since) Lost(ResearchWorkspaceStatus? known, WorkspaceSituation situation, WorkspaceDemand demand, WorkspaceStage? stage, Instant now)
    {
        var moment = now.ToDateTimeOffset();
        var keptSince = stage switch
        {
            WorkspaceStage.Yielding => moment,
            WorkspaceStage.Starting when situation.Pod is { } pod && PodDiagnosis.NoRoomFrom(pod) is { } from && from <= moment => from,
            _ => (DateTimeOffset?)null,
        };
        if (known?.LostSince is not { } since) return (known?.LostSeconds, keptSince);
        // To come back takes its time, too.
        if (keptSince is not null || (demand.Runs && stage == WorkspaceStage.Starting)) return (known.LostSeconds, since);
        var until = situation.Pod is { IsReady: true } up && demand.Runs ? up.ReadySince ?? moment : moment;
        return ((known.LostSeconds ?? 0) + Math.Max(0, (long)(until - since).TotalSeconds), null);
    }

    private static DateTimeOffset? NextTransition(WorkspaceDemand demand) => (demand.Runs ? demand.End?.At : demand.BackAt)?.ToDateTimeOffset();

    private static YieldingStatus? Yielding(WorkspaceSituation situation, WorkspaceDemand demand)
    {
        if (demand.Absence is not { } absence || situation.LeavesAt is not { } since) return null;
        return new()
        {
            Lesson = Admission.NameOf(absence.Holders[0]),
            TellAt = (since - situation.Warning).ToDateTimeOffset(),
            Since = since.ToDateTimeOffset(),
            Until = absence.Until < Instant.MaxValue ? absence.Until.ToDateTimeOffset() : null,
        };
    }
}
