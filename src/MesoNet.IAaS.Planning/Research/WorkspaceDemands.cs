using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>Everything that decides what a workspace should be.</summary>
/// <param name="Asked">The resource.</param>
/// <param name="Hours">When it runs, lessons apart; null where what the spec says of it breaks rules.</param>
/// <param name="Absence">The time that is on or comes next in which lessons need its room.</param>
/// <param name="Pod">Its pod, or null.</param>
/// <param name="Answer">What the pod answered when it was last asked, or null.</param>
internal sealed record WorkspaceSituation(ResearchWorkspace Asked, WorkspaceHours? Hours, Absence? Absence, ObservedPod? Pod, SeatAnswer? Answer)
{
    /// <summary>Whether somebody may be at work in its pod.</summary>
    public bool IsAtWork => Pod is { Metadata.DeletionTimestamp: null } && PodDiagnosis.IsRunning(Pod);

    /// <summary>When it makes room next, or since when it does: gone when the lesson's first seat is started, its programs' grace included.</summary>
    public Instant? LeavesAt => Absence is null ? null : (IsAtWork ? Absence.From : Absence.AwayFrom) - WorkspacePod.Grace;

    /// <summary>How long before it stops it is told.</summary>
    public Duration Warning => Workspace.CheckpointOf(Asked.Spec);
}

/// <summary>What a workspace should be: a pure function of its spec, the calendar, and what its pod says of the work in it.</summary>
internal static class WorkspaceDemands
{
    /// <summary>
    /// Who learns at short notice that it must go gets this long: the kubelet hands an annotation on within a minute. kube-scheduler may preempt it sooner; its
    /// programs have their grace then.
    /// </summary>
    public static readonly Duration ShortNotice = Duration.FromSeconds(90);

    /// <summary>Whether it was stopped because nothing was done in it, and nobody has asked for it since.</summary>
    public static bool IsIdle(ResearchWorkspace workspace) =>
        workspace.Status?.IdleAt is { } at && workspace.Spec.Idle is not null && (workspace.Spec.StartedAt is not { } started || started <= at);

    public static WorkspaceDemand Of(WorkspaceSituation situation, Instant now)
    {
        if (situation.Asked.Spec.Suspend == true) return Nothing(situation, WorkspaceStage.Suspended);
        if (now >= situation.Hours?.End) return Nothing(situation, WorkspaceStage.Ended);
        if (IsIdle(situation.Asked)) return Nothing(situation, WorkspaceStage.Idle) with { LookAgainAt = situation.Hours?.End };

        (Instant From, Instant Until)? window = null;
        if (situation.Hours is { } hours)
        {
            window = hours.Windows(now).Cast<(Instant From, Instant Until)?>().FirstOrDefault();
            if (window is not { } next) return Nothing(situation, WorkspaceStage.Resting) with { LookAgainAt = hours.End };
            if (now < next.From) return Nothing(situation, WorkspaceStage.Resting) with { BackAt = BackFrom(situation, next.From), LookAgainAt = next.From };
        }

        var due = Due(situation, window?.Until);
        return situation.IsAtWork ? AtWork(situation, due, window?.Until, now) : NotAtWork(situation, due, window?.Until, now);
    }

    /// <summary>When it must stop, and why: the first of lesson, hours and end.</summary>
    private static PlannedEnd? Due(WorkspaceSituation situation, Instant? windowEnd)
    {
        PlannedEnd? due = windowEnd is { } until ? new(until, until == situation.Hours!.End ? EndReason.End : EndReason.Hours) : null;
        var yield = situation.LeavesAt is { } leaves ? new PlannedEnd(leaves, EndReason.Lesson) : null;
        return yield is not null && (due is null || yield.At < due.At) ? yield : due;
    }

    // Nobody loses anything, and it is not worth starting for less than the time in which it would be told already.
    private static WorkspaceDemand NotAtWork(WorkspaceSituation situation, PlannedEnd? due, Instant? windowEnd, Instant now)
    {
        var startsUntil = due is null ? (Instant?)null : due.Why == EndReason.End ? due.At : due.At - situation.Warning;
        return now >= startsUntil
            ? Stopped(situation, due!.Why, windowEnd)
            : new() { Runs = true, End = due, Absence = situation.Absence, LookAgainAt = startsUntil };
    }

    private static WorkspaceDemand AtWork(WorkspaceSituation situation, PlannedEnd? due, Instant? windowEnd, Instant now)
    {
        var end = due is null ? null : Told(situation.Pod!, due, now);
        if (now >= end?.At) return Stopped(situation, end.Why, windowEnd);
        var demand = new WorkspaceDemand { Runs = true, End = end, Absence = situation.Absence, LookAgainAt = Next(end, situation.Warning, now) };
        return WithVolume(situation, situation.Asked.Spec.Idle is { } rule ? WithIdle(situation, demand, Duration.FromMinutes(rule.AfterMinutes), now) : demand, now);
    }

    // Whoever asked last, and for whatever, the answer speaks of the volume too.
    private static WorkspaceDemand WithVolume(WorkspaceSituation situation, WorkspaceDemand demand, Instant now)
    {
        if (demand.Ask || WorkspaceVolume.AskAt(situation) is not { } at) return demand;
        return at <= now ? demand with { Ask = true } : Sooner(demand, at);
    }

    /// <summary>The end that a pod is told: the due one or, where that is too near or past and it has not been told before, one that gives it the time to hear.</summary>
    private static PlannedEnd Told(ObservedPod pod, PlannedEnd due, Instant now)
    {
        if (due.At >= now + ShortNotice) return due;
        var told = ToldTo(pod);
        return told is { } earlier && earlier <= now + ShortNotice ? due with { At = Instant.Max(due.At, earlier) } : due with { At = WholeSeconds(now + ShortNotice) };
    }

    /// <summary>When a pod was told that it ends; null where it was not.</summary>
    public static Instant? ToldTo(ObservedPod pod) => pod.Metadata.Annotation(Labels.EndsAt) is { Length: > 0 } text
        && OffsetDateTimePattern.Rfc3339.Parse(text.Split(' ')[0]).TryGetValue(default, out var moment) ? moment.ToInstant() : null;

    private static WorkspaceDemand WithIdle(WorkspaceSituation situation, WorkspaceDemand demand, Duration idle, Instant now)
    {
        if (situation.Pod!.ReadySince is not { } readySince) return demand;
        var idleness = Idleness.Of(readySince, situation.Answer, idle);
        if (now < idleness.Due) return Sooner(demand, idleness.Due);
        if (idleness.IdleAt is not { } idleAt) return Asking(situation, demand, now);

        // Told first, and asked once more when that time is over: somebody may have come.
        var end = Told(situation.Pod, new(WholeSeconds(idleAt + situation.Warning), EndReason.Idle), now);
        if (IsToldIdle(situation.Pod) && ToldTo(situation.Pod) is { } told) end = end with { At = told };
        if (demand.End is not null && demand.End.At <= end.At) return demand;
        if (now < end.At) return Sooner(demand with { End = end }, end.At);
        return idleAt >= end.At ? demand with { End = end, NoteIdle = true } : Asking(situation, demand with { End = end }, now);
    }

    // It is written into the pod, and what reads it there counts in seconds.
    private static Instant WholeSeconds(Instant moment) =>
        Instant.FromUnixTimeSeconds(moment.ToUnixTimeSeconds()) is var whole && whole < moment ? whole + Duration.FromSeconds(1) : moment;

    private static bool IsToldIdle(ObservedPod pod) => pod.Metadata.Annotation(Labels.EndsAt)?.EndsWith(" idle", StringComparison.Ordinal) == true;

    private static WorkspaceDemand Asking(WorkspaceSituation situation, WorkspaceDemand demand, Instant now) =>
        Idleness.AskAgainAt(situation.Answer, now) is { } later ? Sooner(demand, later) : demand with { Ask = true };

    private static WorkspaceDemand Sooner(WorkspaceDemand demand, Instant at) => demand with { LookAgainAt = demand.LookAgainAt < at ? demand.LookAgainAt : at };

    // Its stage changes when it is told, and again when it is stopped.
    private static Instant? Next(PlannedEnd? end, Duration warning, Instant now) => end is null ? null : now < end.At - warning ? end.At - warning : end.At;

    private static WorkspaceDemand Stopped(WorkspaceSituation situation, EndReason why, Instant? windowEnd)
    {
        if (why == EndReason.Lesson)
        {
            var until = situation.Absence!.Until;
            return Nothing(situation, WorkspaceStage.Yielding) with { BackAt = BackFrom(situation, until), LookAgainAt = until };
        }

        if (why == EndReason.End) return Nothing(situation, WorkspaceStage.Ended);
        // What is left of these hours is not worth a start any more.
        var back = BackFrom(situation, windowEnd!.Value);
        return Nothing(situation, WorkspaceStage.Resting) with { BackAt = back, LookAgainAt = back };
    }

    /// <summary>When it runs again from a moment on: then, or when its next hours begin.</summary>
    private static Instant? BackFrom(WorkspaceSituation situation, Instant from)
    {
        if (situation.Hours is not { } hours) return from;
        var window = hours.Windows(from).Cast<(Instant From, Instant Until)?>().FirstOrDefault();
        return window is { } next ? Instant.Max(from, next.From) : null;
    }

    private static WorkspaceDemand Nothing(WorkspaceSituation situation, WorkspaceStage off) => new() { Runs = false, Off = off, Absence = situation.Absence };
}
