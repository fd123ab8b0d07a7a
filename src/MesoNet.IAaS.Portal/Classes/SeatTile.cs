using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>
/// One student in the view of a class: how far the seat is, and why where that is worth a word. Whether somebody works in it only the pod itself can say,
/// which is asked while somebody looks at the class.
/// </summary>
/// <param name="Label">The seat's host, which names it in pages.</param>
/// <param name="Login">The student.</param>
/// <param name="Group">The student's group; empty where there is none.</param>
/// <param name="Step">How far the seat is.</param>
/// <param name="Reason">What the operator says of it, in a word; null where it is as it should be.</param>
internal sealed record SeatTile(string Label, string Login, string Group, SeatStep Step, string? Reason)
{
    /// <summary>What somebody does in it; null where it is not ready, or that is not known.</summary>
    public SeatUse? Use { get; init; }

    /// <summary>The tile of a seat.</summary>
    /// <param name="seat">The seat.</param>
    /// <param name="pod">Its pod, or null.</param>
    /// <param name="timetable">The course's timetable, at the moment.</param>
    /// <param name="use">What somebody does in it, as far as is known.</param>
    public static SeatTile Of(Seat seat, ObservedPod? pod, FollowedTimetable timetable, SeatUse? use = null)
    {
        var step = SeatOutlook.StepOf(seat, pod, timetable.MayRun(seat), timetable.Now);
        return new(SeatHost.LabelOf(seat), seat.Spec.Login, seat.Spec.Group ?? "", step, ReasonOf(seat, step)) { Use = step == SeatStep.Ready ? use : null };
    }

    // What the operator wrote of a state that is over by now is no reason of this one: the pod is seen before the seat's status is.
    private static string? ReasonOf(Seat seat, SeatStep step) => (step, seat.Status) switch
    {
        (SeatStep.Failed, { State: SeatState.Failed } status) => status.Reason,
        (SeatStep.Asked or SeatStep.Queued or SeatStep.Preparing or SeatStep.Starting, { State: SeatState.Starting, Reason: not ("Starting" or "Waiting") } status) => status.Reason,
        (SeatStep.Stopped, { State: SeatState.Stopped, Reason: "Idle" or "Absent" or "OverQuota" } status) => status.Reason,
        (SeatStep.Ready, { Home: not null }) => "HomeNearlyFull",
        _ => null,
    };
}
