using MesoNet.IAaS.Planning.Seats;
using NodaTime;

namespace MesoNet.IAaS.Portal.Activity;

/// <summary>What somebody does in a seat that is ready.</summary>
internal enum SeatUse
{
    /// <summary>Something computes, or somebody did something a moment ago.</summary>
    Working,

    /// <summary>It was opened, and nothing happens in it.</summary>
    Idle,

    /// <summary>Nobody has opened it since it started.</summary>
    NotOpened,
}

/// <summary>What an answer of a pod means to a teacher.</summary>
internal static class SeatUses
{
    /// <summary>
    /// How long somebody works on after the last sign of it: long enough to read an exercise or to listen to the teacher, short enough that in a lesson the
    /// teacher still sees who is stuck. (To stop a seat takes far more: half an hour, and a closer look.)
    /// </summary>
    public static readonly Duration Pause = Duration.FromMinutes(5);

    /// <summary>An answer that is older says nothing of now: three in a row have been missed by then.</summary>
    public static readonly Duration LongestValid = Duration.FromSeconds(90);

    /// <summary>What somebody does in a seat; null where that is not known.</summary>
    /// <param name="activity">What its pod answered last, or null.</param>
    /// <param name="now">The moment.</param>
    public static SeatUse? Of(SeatActivity? activity, Instant now) => activity switch
    {
        null => null,
        _ when now - activity.AskedAt > LongestValid => null,
        { IsBusy: true } => SeatUse.Working,
        { LastWorkAt: { } last } when now - last < Pause => SeatUse.Working,
        { IsOpened: true } => SeatUse.Idle,
        _ => SeatUse.NotOpened,
    };
}
