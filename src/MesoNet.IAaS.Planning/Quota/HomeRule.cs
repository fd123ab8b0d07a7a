using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Quota;

/// <summary>
/// A seat whose home is over its quota stops: noted first, so that an operator that is started anew knows. Wanted anew, it runs, since files are removed
/// in it and nowhere else, until the home has clearly grown. The note goes once the home is within its quota. Nobody else's seat is touched.
/// </summary>
internal static class HomeRule
{
    /// <summary>The reason of a seat that is stopped for its home.</summary>
    public const string OverQuota = "OverQuota";

    /// <summary>The same for the log.</summary>
    public const string WhyStopped = "its home is over the quota";

    /// <summary>What still writes into the home while it ends, writes on: short, and long enough for JupyterLab and its kernels.</summary>
    public const int GraceSeconds = 5;

    /// <summary>What is known of a home now: what its watch says; where that has said nothing of it yet, what the seat's status says.</summary>
    /// <param name="quota">The quota of the course's homes.</param>
    /// <param name="use">What the watch said, or null.</param>
    /// <param name="seat">The seat's name.</param>
    /// <param name="noted">What the seat's status says, or null.</param>
    public static SeatHome? Known(HomeQuota quota, HomesUse? use, string seat, SeatHome? noted)
    {
        SeatHome? home;
        if (use?.Homes.GetValueOrDefault(seat) is { } measured) home = measured with { StoppedAtBytes = noted?.StoppedAtBytes, StoppedAtFiles = noted?.StoppedAtFiles };
        else home = use is { IsComplete: true } || noted is null || !quota.IsNearlyTakenBy(noted) ? null : noted;
        return home is null || quota.IsExceededBy(home) ? home : home with { StoppedAtBytes = null, StoppedAtFiles = null };
    }

    /// <summary>The demand, or none where the seat is stopped for its home.</summary>
    public static SeatDemand Heed(SeatDemand demand, SeatSituation seat, HomeQuota quota, Instant now)
    {
        if (seat.Home is not { } home || !quota.IsExceededBy(home)) return demand;
        if (demand is { Purpose: SeatPurpose.None, AwaitsItsTurn: false })
            return demand.Why is nameof(Stage.HandIn) or "Idle" or "Absent" ? demand with { Why = OverQuota } : demand;

        // A wish of one who does not sit there yet is a wish still; who was stopped wishes anew.
        if (home.StoppedAtBytes is null) return demand with { NoteOverQuota = true, NoteServed = seat.Pod is not null };
        if (!SeatDemands.IsWanted(seat, demand.Purpose == SeatPurpose.None ? SeatPurpose.Lesson : demand.Purpose, now))
        {
            // Until it was gone it may have written on: what it took at its stop is what it takes now.
            var isMore = home.Bytes > home.StoppedAtBytes || home.Files > home.StoppedAtFiles;
            return new() { Purpose = SeatPurpose.None, Period = demand.Period, Why = OverQuota, LookAgainAt = demand.LookAgainAt, NoteOverQuota = isMore };
        }

        return quota.HasGrown(home) ? demand with { NoteOverQuota = true, NoteServed = true } : demand;
    }

    /// <summary>The deletion of the pod of a seat that is stopped for its home.</summary>
    public static PlannedDeletion StopOf(ObservedPod pod) => PlannedDeletion.Of(pod, WhyStopped) with { GracePeriodSeconds = GraceSeconds };

    /// <summary>What the seat's status is to say of the home.</summary>
    public static SeatHome? Noted(SeatDemand demand, SeatHome? home) =>
        home is not null && demand.NoteOverQuota ? home with { StoppedAtBytes = home.Bytes, StoppedAtFiles = home.Files } : home;

    /// <summary>Whether a seat was just stopped for its home, which is measured once more then.</summary>
    /// <param name="seat">The seat.</param>
    /// <param name="now">The moment.</param>
    public static DateTimeOffset? SettlesAt(Seat seat, DateTimeOffset now)
    {
        if (seat.Status?.Home?.StoppedAtBytes is null) return null;
        var at = (seat.Status.State == SeatState.Stopped ? seat.Status.Since ?? now : now) + Settling;
        return at > now ? at : null;
    }

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);
}
