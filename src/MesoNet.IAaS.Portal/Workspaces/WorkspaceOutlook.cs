using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What somebody who wants to work in a research workspace should know of it.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Stage">What it is doing; null where a wish has just been written and the operator has not answered yet.</param>
/// <param name="IsOpen">Whether its JupyterLab is led to.</param>
/// <param name="Wait">What its pod waits for; null where there is none that waits, or nobody knows.</param>
/// <param name="EndsWhy">Why it stops next, as its pod was told: lesson, hours, end or idle; null where it does not run, or was not told.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Now">The moment.</param>
internal sealed record WorkspaceOutlook(ResearchWorkspace Workspace, WorkspaceStage? Stage, bool IsOpen, PodWait? Wait, string? EndsWhy, DateTimeZone Zone, Instant Now)
{
    private Condition? Ready => Workspace.Status?.Conditions?.FirstOrDefault(condition => condition.Type == Readiness.Ready);

    /// <summary>What the operator says of it, in a word.</summary>
    public string? Reason => Ready?.Reason;

    /// <summary>The same in a sentence, as the operator wrote it.</summary>
    public string? Detail => Ready?.Message;

    /// <summary>What the operator says of its volume, where little is left of it; else null.</summary>
    public Condition? Volume => Workspace.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: Readiness.VolumeHasRoom, Status: "False" });

    /// <summary>What the operator says of its code, where that could not be copied into its home; else null.</summary>
    public Condition? Code => Workspace.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: Readiness.MaterialsReady, Status: "False", Reason: not "Preparing" });

    /// <summary>Whether starting it helps: somebody stopped it, or it was stopped because nothing was done in it.</summary>
    public bool MayStart => Stage is WorkspaceStage.Suspended or WorkspaceStage.Idle;

    /// <summary>Whether stopping it changes anything.</summary>
    public bool MayStop => Workspace.Spec.Suspend != true && Stage is not WorkspaceStage.Ended;

    /// <summary>When it is stopped or started next.</summary>
    public Instant? Next => Workspace.Status?.NextTransition is { } at ? Instant.FromDateTimeOffset(at) : null;

    /// <summary>How long making room has kept it from running, in all.</summary>
    public Duration Lost => WorkspaceStatus.LostAt(Workspace, Now);

    /// <summary>The outlook of a workspace.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="pod">Its pod, or null.</param>
    /// <param name="events">What is known of the pod from Events.</param>
    /// <param name="isOpen">Whether its JupyterLab is led to.</param>
    /// <param name="now">The moment.</param>
    public static WorkspaceOutlook Of(ResearchWorkspace workspace, ObservedPod? pod, IReadOnlyList<PodEvent> events, bool isOpen, Instant now)
    {
        var wait = pod is null || isOpen || pod.Metadata.DeletionTimestamp is not null ? null : PodWait.Of(pod, events, now.ToDateTimeOffset());
        var endsWhy = pod?.Metadata.Annotation(Labels.EndsAt)?.Split(' ') is [_, var why] ? why : null;
        return new(workspace, StageOf(workspace), isOpen, wait, endsWhy, LocalTimes.Zone(workspace.Spec.TimeZone) ?? DateTimeZone.Utc, now);
    }

    // Between a wish and the operator's answer the status speaks of the time before it.
    private static WorkspaceStage? StageOf(ResearchWorkspace workspace) => workspace.Status?.Stage switch
    {
        not WorkspaceStage.Suspended when workspace.Spec.Suspend == true => WorkspaceStage.Suspended,
        WorkspaceStage.Suspended when workspace.Spec.Suspend != true => null,
        WorkspaceStage.Idle when workspace.Spec.StartedAt > workspace.Status.IdleAt => null,
        WorkspaceStage.Ended when workspace.Status.ObservedGeneration != workspace.Metadata.Generation => null,
        var stage => stage,
    };
}
