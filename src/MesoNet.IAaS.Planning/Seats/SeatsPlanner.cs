using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>What to do about a course's seats.</summary>
/// <param name="Apply">Seats that are missing, or say something else than they should.</param>
/// <param name="Create">Pods to create.</param>
/// <param name="Delete">Pods to stop, and seats of students who left.</param>
/// <param name="StatusChanges">Statuses to write.</param>
/// <param name="Health">The state of each seat now, by name, written or not.</param>
/// <param name="NextLookAt">When a state that is not worth writing yet becomes so.</param>
internal sealed record SeatsPlan(
    IReadOnlyList<Seat> Apply, IReadOnlyList<Pod> Create, IReadOnlyList<PlannedDeletion> Delete,
    IReadOnlyList<PlannedSeatStatus> StatusChanges, IReadOnlyDictionary<string, SeatHealth> Health, DateTimeOffset? NextLookAt);

/// <summary>One seat and one pod per student.</summary>
internal static class SeatsPlanner
{
    private static readonly TimeSpan PauseAfterEnd = TimeSpan.FromSeconds(30);

    /// <summary>The deletion of every seat's pod.</summary>
    public static IEnumerable<PlannedDeletion> StopAll(ObservedEnvironment observed) =>
        PodsOf(observed).Where(pod => pod.Metadata.DeletionTimestamp is null).Select(pod => PlannedDeletion.Of(pod, "its seat should not run now"));

    /// <summary>Whether seats' pods are left that were made from an older plan: they keep what that one named.</summary>
    public static bool IsOlderPlanInUse(Course course, ObservedEnvironment observed, MaterialsPlan materials)
    {
        var current = SeatPod.PlanHashOf(course, materials.DocumentsPath);
        return PodsOf(observed).Any(pod => !PodDiagnosis.HasEnded(pod) && pod.Metadata.Annotation(SeatPod.PlanHash) != current);
    }

    public static SeatsPlan Plan(Course course, ObservedEnvironment observed, MaterialsPlan materials, bool running, Instant now)
    {
        var moment = now.ToDateTimeOffset();
        var pods = PodsOf(observed).ToDictionary(pod => pod.Metadata.Name!, StringComparer.Ordinal);
        var seats = observed.Seats.ToDictionary(seat => seat.Metadata.Name!, StringComparer.Ordinal);
        var tokensReady = Tokens.AreReady(course, observed);
        var planHash = running ? SeatPod.PlanHashOf(course, materials.DocumentsPath) : "";

        var apply = new List<Seat>();
        var create = new List<Pod>();
        var delete = new List<PlannedDeletion>();
        var statuses = new List<PlannedSeatStatus>();
        var health = new Dictionary<string, SeatHealth>(course.Students.Count, StringComparer.Ordinal);
        DateTimeOffset? nextLook = null;
        foreach (var student in course.Students)
        {
            var pod = pods.GetValueOrDefault(student.SeatName);
            var seat = seats.GetValueOrDefault(student.SeatName);
            var isOfPredecessor = seat is not null && course.IsOfPredecessor(seat);
            if (!isOfPredecessor && (seat is null || !IsAsWanted(seat, course, student))) apply.Add(BuildSeat(course, student));

            var mayStart = running && !isOfPredecessor && seat is { Metadata.DeletionTimestamp: null } && tokensReady && materials.PreparedHomes.Contains(student.SeatName);
            if (mayStart && pod is null) create.Add(SeatPod.Build(course, student, seat!, materials.DocumentsPath, planHash));
            if (pod is { Metadata.DeletionTimestamp: null } && WhyStop(pod, running, mayStart ? planHash : null) is { } why)
            {
                // A node that refuses pods refuses the next one as well: not at once, or the two would go round as fast as they can.
                var again = running && PodDiagnosis.HasEnded(pod) ? pod.Metadata.CreationTimestamp + PauseAfterEnd : null;
                if (again > moment) nextLook = again < (nextLook ?? DateTimeOffset.MaxValue) ? again : nextLook;
                // The view may be old: a pod that has begun to run since must not be taken from somebody at work.
                else delete.Add(running && !PodDiagnosis.HasEnded(pod) ? PlannedDeletion.OfAsSeen(pod, why) : PlannedDeletion.Of(pod, why));
            }

            var state = SeatHealth.Of(running, pod, seat?.Status, materials, moment);
            health[student.SeatName] = state;
            if (seat is null || isOfPredecessor || IsWritten(seat.Status, state)) continue;
            if (state.WriteAt <= moment) statuses.Add(new(seat, StatusOf(seat.Status, state, moment)));
            else if (state.WriteAt < (nextLook ?? DateTimeOffset.MaxValue)) nextLook = state.WriteAt;
        }

        delete.AddRange(pods.Values.Where(pod => pod.Metadata.DeletionTimestamp is null && !health.ContainsKey(pod.Metadata.Name!))
            .Select(pod => PlannedDeletion.Of(pod, "its student is no longer on the roster")));
        delete.AddRange(seats.Values.Where(seat => seat.Metadata.DeletionTimestamp is null && !health.ContainsKey(seat.Metadata.Name!))
            .Select(seat => PlannedDeletion.Of(seat, "its student is no longer on the roster")));
        return new(apply, create, delete, statuses, health, nextLook);
    }

    private static IEnumerable<ObservedPod> PodsOf(ObservedEnvironment observed) =>
        observed.Pods.Where(pod => pod.Metadata.Label(Labels.Component) == SeatPod.Component);

    private static Seat BuildSeat(Course course, EnrolledStudent student) => new()
    {
        Metadata = course.Owned(student.SeatName, SeatPod.Component),
        Spec = SpecOf(course, student),
    };

    private static SeatSpec SpecOf(Course course, EnrolledStudent student) => new() { Environment = course.Name, Login = student.Login, Group = student.Group };

    // There are many seats, and each is looked at in each pass: compared as they are, not by way of JSON as the course's few objects.
    private static bool IsAsWanted(Seat seat, Course course, EnrolledStudent student) =>
        seat.Spec == SpecOf(course, student)
        && seat.Metadata.Label(Labels.ManagedBy) == Labels.Operator
        && seat.Metadata.Label(Labels.Component) == SeatPod.Component
        && seat.Metadata.Label(Labels.Environment) == course.Name
        && seat.Metadata.OwnerReferences is [{ Controller: true } owner] && owner.Uid == course.Environment.Metadata.Uid;

    // A running notebook is never stopped because a template changed; one that cannot start is replaced.
    private static string? WhyStop(ObservedPod pod, bool wanted, string? planHash)
    {
        if (!wanted) return "its seat should not run now";
        if (PodDiagnosis.HasEnded(pod)) return "it has ended and will not start again";
        var outdated = planHash is not null && pod.Metadata.Annotation(SeatPod.PlanHash) != planHash;
        return outdated && !pod.IsReady && !PodDiagnosis.IsRunning(pod) ? "it was made from an older plan and does not run" : null;
    }

    private static bool IsWritten(SeatStatus? known, SeatHealth state) =>
        known is not null && known.State == state.State && known.Reason == state.Reason && known.Message == state.Sentence;

    private static SeatStatus StatusOf(SeatStatus? known, SeatHealth state, DateTimeOffset now) => new()
    {
        State = state.State,
        Reason = state.Reason,
        Message = state.Sentence,
        Since = known?.State == state.State ? known.Since : now,
    };
}
