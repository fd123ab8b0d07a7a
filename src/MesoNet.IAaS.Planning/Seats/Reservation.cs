using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>
/// Nobody starts on what others have reserved: all lessons' seats have the same priority, and the scheduler would give it to whoever comes first.
/// That is so for who reserved later, and for who could reserve nothing, since the empty site is too small for the lesson: it has what is left over.
/// What runs is left alone. Where nobody else has reserved anything, what is missing for want of nodes is the scheduler's business.
/// </summary>
internal static class Reservation
{
    /// <summary>The demand, or none where the seat is one of those that did not fit.</summary>
    public static SeatDemand Heed(SeatDemand demand, SeatSituation seat, FitAnswer fit)
    {
        if (demand.Purpose != SeatPurpose.Lesson || seat.Running == SeatPurpose.Lesson) return demand;
        if (fit.Lessons.FirstOrDefault(lesson => lesson.Lesson == demand.Period.Lesson) is not { Shortage: { } shortage } lacking) return demand;
        var environment = seat.Course.Environment.Key;
        if (!shortage.Holders.Any(holder => holder.Environment != environment) || seat.Rank < fit.SeatsThatFit(lacking.Lesson)) return demand;
        return demand with { Purpose = SeatPurpose.None, Lacks = lacking.Sentence };
    }
}
