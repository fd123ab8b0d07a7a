using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>Everything that decides what one seat should be.</summary>
/// <param name="Course">The course.</param>
/// <param name="Timetable">The student's timetable.</param>
/// <param name="Period">The student's stage.</param>
/// <param name="Rank">Which of those who have the same lesson now, or are warmed for it, it is.</param>
/// <param name="Count">How many those are.</param>
/// <param name="Seat">The seat, or null where it has yet to be made.</param>
/// <param name="Pod">Its pod, or null.</param>
/// <param name="Answer">What the pod answered when it was last asked, or null.</param>
internal sealed record SeatSituation(
    Course Course, SeatTimetable Timetable, StagePeriod Period, int Rank, int Count, Seat? Seat, ObservedPod? Pod, SeatAnswer? Answer)
{
    /// <summary>Whether the seat's place is still taken by that of an earlier course of the same name.</summary>
    public bool IsPredecessors { get; init; }

    /// <summary>The student's home, where it is near its quota or over it as far as is known.</summary>
    public SeatHome? Home { get; init; }

    /// <summary>What its pod runs for.</summary>
    public SeatPurpose Running => Pod is { Metadata.DeletionTimestamp: null } ? SeatPod.PurposeOf(Pod) : SeatPurpose.None;

    /// <summary>Until when it is wanted, where that wish has not been fulfilled yet.</summary>
    public Instant? WantedUntil => Seat?.Spec.WantedUntil is { } until && until != Seat.Status?.ServedUntil ? Instant.FromDateTimeOffset(until) : null;
}

/// <summary>What a seat should run for: a pure function of its timetable, the wish for it, and what its pod says of the work in it.</summary>
internal static class SeatDemands
{
    public static SeatDemand Of(SeatSituation seat, Instant now) => seat.Period.Stage switch
    {
        Stage.Warming => WhileWarming(seat, now),
        Stage.Lesson => InLesson(seat, now),
        Stage.HandIn => OnDemand(seat, now),
        Stage.Resting when seat.Course.Timing.RestingOnDemand && !seat.Course.Timetable.IsSuspended => OnDemand(seat, now),
        _ => Nothing(seat, WhyNothing(seat)),
    };

    private static SeatDemand WhileWarming(SeatSituation seat, Instant now)
    {
        var start = StartSchedule.StartOf(seat.Period.Until!.Value, seat.Course.Timetable.Lead, seat.Rank, seat.Count);
        if (now >= start) return ForLesson(seat, now);
        // What runs from a lesson just before, or on demand, goes on until its turn.
        var waiting = Nothing(seat, "") with { AwaitsItsTurn = true, LookAgainAt = start };
        return seat.Running switch
        {
            SeatPurpose.Lesson => ForLesson(seat, now) with { LookAgainAt = start },
            SeatPurpose.HandIn when seat.WantedUntil is not null => waiting with { Purpose = SeatPurpose.HandIn },
            _ => waiting,
        };
    }

    private static SeatDemand InLesson(SeatSituation seat, Instant now)
    {
        var demand = ForLesson(seat, now);
        if (seat.Course.Timing.AbsentAfter is not { } patience || seat.Period.Lesson is not { } name) return demand;
        if (seat.Seat?.Status?.AbsentFrom == name && !IsWanted(seat, SeatPurpose.Lesson, now)) return Nothing(seat, "Absent");
        if (seat is not { Running: SeatPurpose.Lesson, Pod.ReadySince: { } readySince }) return demand;

        var bell = seat.Timetable.Lessons.First(lesson => lesson.Name == name).Start;
        var due = Instant.Max(bell, Instant.FromDateTimeOffset(readySince)) + patience;
        if (now < due) return demand with { LookAgainAt = due };
        if (seat.Answer?.Activity is { IsOpened: true }) return demand;
        if (seat.Answer?.Activity is { IsOpened: false } answer && answer.AskedAt >= due) return demand with { NoteAbsentFrom = name, NoteServed = true };
        return Asking(seat, demand, now);
    }

    private static SeatDemand OnDemand(SeatSituation seat, Instant now)
    {
        if (!IsWanted(seat, SeatPurpose.HandIn, now)) return Nothing(seat, WhyNothing(seat));
        var demand = new SeatDemand { Purpose = SeatPurpose.HandIn, Period = seat.Period, EndsAt = EndOfDemand(seat, now) };
        if (seat is not { Running: SeatPurpose.HandIn, Pod.ReadySince: { } readySince }) return demand with { LookAgainAt = seat.WantedUntil > now ? seat.WantedUntil : null };

        var idleness = Idleness.Of(readySince, seat.Answer, seat.Course.Timing.Idle);
        if (now < idleness.Due) return demand with { LookAgainAt = idleness.Due };
        return idleness.IdleAt is not null ? demand with { NoteServed = true } : Asking(seat, demand, now);
    }

    // The wish starts it; once it runs, the work that is done in it decides.
    internal static bool IsWanted(SeatSituation seat, SeatPurpose purpose, Instant now) =>
        seat.WantedUntil is { } wanted && (wanted > now || (seat.Running == purpose && PodDiagnosis.IsRunning(seat.Pod!)));

    private static SeatDemand Asking(SeatSituation seat, SeatDemand demand, Instant now) =>
        Idleness.AskAgainAt(seat.Answer, now) is { } later ? demand with { LookAgainAt = later } : demand with { Ask = true };

    private static SeatDemand ForLesson(SeatSituation seat, Instant now) => new()
    {
        Purpose = SeatPurpose.Lesson, Period = seat.Period, EndsAt = seat.Timetable.EndOfLessonResources(now),
    };

    private static SeatDemand Nothing(SeatSituation seat, string why) => new() { Purpose = SeatPurpose.None, Period = seat.Period, Why = why };

    private static string WhyNothing(SeatSituation seat) =>
        seat.Course.Timetable.IsSuspended && seat.Period.Stage == Stage.Resting ? "Suspended"
        : seat.Seat is { Spec.WantedUntil: { } until, Status.ServedUntil: { } served } && until == served && seat.Period.Stage == Stage.HandIn ? "Idle"
        : seat.Period.Stage.ToString();

    /// <summary>The end of the time in which seats may be started on demand, unless its own lesson comes first.</summary>
    private static Instant? EndOfDemand(SeatSituation seat, Instant now)
    {
        var period = seat.Period;
        while (period is { Until: { } until } && MayStartOnDemand(seat, period)) period = seat.Timetable.At(now = until);
        return MayStartOnDemand(seat, period) ? null : now;
    }

    private static bool MayStartOnDemand(SeatSituation seat, StagePeriod period) =>
        period.Stage == Stage.HandIn || (period.Stage == Stage.Resting && seat.Course.Timing.RestingOnDemand);
}
