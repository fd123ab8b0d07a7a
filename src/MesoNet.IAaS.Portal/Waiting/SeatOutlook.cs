using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>How far a seat is, to whoever waits for it.</summary>
internal enum SeatStep
{
    /// <summary>It answers.</summary>
    Ready,

    /// <summary>It is about to be made.</summary>
    Asked,

    /// <summary>It waits for room on a node.</summary>
    Queued,

    /// <summary>A node has it: image, volumes.</summary>
    Preparing,

    /// <summary>Its JupyterLab starts.</summary>
    Starting,

    /// <summary>It ends.</summary>
    Stopping,

    /// <summary>It does not run, and may be started.</summary>
    Stopped,

    /// <summary>It does not run, and may not be started now.</summary>
    Closed,

    /// <summary>It cannot start.</summary>
    Failed,
}

/// <summary>What somebody who wants to work in a seat should know of it.</summary>
/// <param name="Step">How far it is.</param>
/// <param name="Place">Its place among those that wait for room, from 1; null where it does not wait.</param>
/// <param name="Wait">What its pod waits for; null where there is none that waits, or nobody knows.</param>
/// <param name="Reason">What the operator says of it, in a word; null where nothing.</param>
/// <param name="Detail">The same in a sentence, as the operator wrote it.</param>
/// <param name="Now">The student's stage.</param>
/// <param name="NextLesson">The next lesson that has not begun, or null.</param>
/// <param name="Zone">The course's zone.</param>
internal sealed record SeatOutlook(
    SeatStep Step, int? Place, PodWait? Wait, string? Reason, string? Detail, StagePeriod Now, LessonTimes? NextLesson, DateTimeZone Zone)
{
    /// <summary>The lessons that may be handed in: those whose deadline is next come first, then those for which it would be late, the last one first.</summary>
    public IReadOnlyList<HandInChance> HandIns { get; init; } = [];

    /// <summary>Those of them that are still in time.</summary>
    public IEnumerable<HandInChance> InTime => HandIns.Where(chance => !chance.IsLate);

    /// <summary>Whether what was handed in is late, by the student's deadline as it is now: one that was moved since may have room for it.</summary>
    /// <param name="answer">What became of it then.</param>
    public bool IsLate(HandInAnswer answer) =>
        answer.Late == true && !HandIns.Any(chance => chance.Lesson == answer.Lesson && Instant.FromDateTimeOffset(answer.At) <= chance.Until);

    /// <summary>The outlook of a seat.</summary>
    /// <param name="seat">The seat.</param>
    /// <param name="pod">Its pod, or null.</param>
    /// <param name="events">What is known of the pod from Events.</param>
    /// <param name="timetable">Its course's timetable, at the moment.</param>
    /// <param name="place">Asked for its place among those that wait for room, where it does.</param>
    /// <param name="held">What keeps the course's seats from starting, as the operator says it; null where they start.</param>
    public static SeatOutlook Of(Seat seat, ObservedPod? pod, IReadOnlyList<PodEvent> events, FollowedTimetable timetable, Func<int> place, Condition? held = null)
    {
        var (now, lessons) = (timetable.Now, timetable.Of(seat).Lessons);
        var step = StepOf(seat, pod, timetable.MayRun(seat), now);
        // It would be promised what does not happen until somebody puts the course right.
        var isHeld = held is not null && step is (SeatStep.Asked or SeatStep.Stopped);
        if (isHeld) step = SeatStep.Failed;
        return new(
            step, step == SeatStep.Queued ? place() : null, step is SeatStep.Queued or SeatStep.Preparing or SeatStep.Starting ? PodWait.Of(pod!, events, now.ToDateTimeOffset()) : null, isHeld ? held!.Reason : seat.Status?.Reason, isHeld ? held!.Message : seat.Status?.Message, timetable.PeriodOf(seat),
            lessons.FirstOrDefault(lesson => lesson.Start > now), timetable.Zone)
        {
            HandIns = HandInChance.Of(lessons, timetable.PeriodOf(seat), now),
        };
    }

    /// <summary>How far a seat is.</summary>
    public static SeatStep StepOf(Seat seat, ObservedPod? pod, bool mayRun, Instant now)
    {
        if (pod is not null)
        {
            if (pod.Metadata.DeletionTimestamp is not null) return SeatStep.Stopping;
            if (pod.IsReady) return SeatStep.Ready;
            if (seat.Status?.State == SeatState.Failed) return SeatStep.Failed;
            if (pod.Spec?.NodeName is null) return SeatStep.Queued;
            return pod.Status?.ContainerStatuses?.Any(container => container.State?.Running is not null) == true ? SeatStep.Starting : SeatStep.Preparing;
        }

        if (seat.Status?.State == SeatState.Failed) return SeatStep.Failed;
        if (!mayRun) return SeatStep.Closed;
        var isWanted = seat.Spec.WantedUntil is { } until && Instant.FromDateTimeOffset(until) > now && seat.Status?.ServedUntil != until;
        return isWanted || seat.Status?.State is SeatState.Starting or SeatState.Ready or null ? SeatStep.Asked : SeatStep.Stopped;
    }
}
