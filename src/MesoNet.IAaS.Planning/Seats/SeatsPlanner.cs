using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>What to do about a course's seats.</summary>
/// <param name="Seats">The seats of the roster, as they should be.</param>
/// <param name="Create">Pods to create.</param>
/// <param name="Delete">Pods to stop, and seats of students who left.</param>
/// <param name="StatusChanges">Statuses to write.</param>
/// <param name="Health">The state of each seat now, by name, written or not.</param>
/// <param name="NextLookAt">When a state that is not worth writing yet becomes so.</param>
internal sealed record SeatsPlan(
    IReadOnlyList<KubernetesObject> Seats, IReadOnlyList<Pod> Create, IReadOnlyList<PlannedDeletion> Delete,
    IReadOnlyList<PlannedSeatStatus> StatusChanges, IReadOnlyDictionary<string, SeatHealth> Health, DateTimeOffset? NextLookAt);

/// <summary>One seat and one pod per student.</summary>
internal static class SeatsPlanner
{
    private static readonly TimeSpan PauseAfterEnd = TimeSpan.FromSeconds(30);

    /// <summary>The deletion of every seat's pod.</summary>
    public static IEnumerable<PlannedDeletion> StopAll(ObservedEnvironment observed) =>
        observed.Pods.Where(pod => pod.Metadata.Label(Labels.Component) == SeatPod.Component && pod.Metadata.DeletionTimestamp is null)
            .Select(pod => PlannedDeletion.Of(pod, "its seat should not run now"));

    public static SeatsPlan Plan(Course course, ObservedEnvironment observed, MaterialsPlan materials, bool running, Instant now)
    {
        var moment = now.ToDateTimeOffset();
        var pods = observed.Pods.Where(pod => pod.Metadata.Label(Labels.Component) == SeatPod.Component)
            .ToDictionary(pod => pod.Metadata.Name!, StringComparer.Ordinal);
        var seats = observed.Seats.ToDictionary(seat => seat.Metadata.Name!, StringComparer.Ordinal);
        var tokensReady = Tokens.AreReady(course, observed);

        var create = new List<Pod>();
        var delete = new List<PlannedDeletion>();
        var statuses = new List<PlannedSeatStatus>();
        var health = new Dictionary<string, SeatHealth>(StringComparer.Ordinal);
        DateTimeOffset? nextLook = null;
        foreach (var student in course.Students)
        {
            var pod = pods.GetValueOrDefault(student.SeatName);
            var seat = seats.GetValueOrDefault(student.SeatName);
            var wanted = running;

            var mayStart = wanted && seat is { Metadata.DeletionTimestamp: null } && tokensReady && materials.PreparedHomes.Contains(student.SeatName);
            var planned = mayStart ? SeatPod.Build(course, student, seat!, materials.DocumentsPath) : null;
            if (planned is not null && pod is null) create.Add(planned);
            if (pod is { Metadata.DeletionTimestamp: null } && WhyStop(pod, wanted, planned) is { } why)
            {
                // A node that refuses pods refuses the next one as well: not at once, or the two would go round as fast as they can.
                var again = wanted && PodDiagnosis.HasEnded(pod) ? pod.Metadata.CreationTimestamp + PauseAfterEnd : null;
                if (again > moment) nextLook = again < (nextLook ?? DateTimeOffset.MaxValue) ? again : nextLook;
                else delete.Add(PlannedDeletion.Of(pod, why));
            }

            var state = SeatHealth.Of(wanted, pod, seat?.Status, materials, moment);
            health[student.SeatName] = state;
            if (seat is null || IsWritten(seat.Status, state)) continue;
            if (state.WriteAt <= moment) statuses.Add(new(seat, StatusOf(seat.Status, state, moment)));
            else if (state.WriteAt < (nextLook ?? DateTimeOffset.MaxValue)) nextLook = state.WriteAt;
        }

        var enrolled = course.Students.Select(student => student.SeatName).ToHashSet(StringComparer.Ordinal);
        delete.AddRange(pods.Values.Where(pod => pod.Metadata.DeletionTimestamp is null && !enrolled.Contains(pod.Metadata.Name!))
            .Select(pod => PlannedDeletion.Of(pod, "its student is no longer on the roster")));
        delete.AddRange(seats.Values.Where(seat => seat.Metadata.DeletionTimestamp is null && !enrolled.Contains(seat.Metadata.Name!))
            .Select(seat => PlannedDeletion.Of(seat, "its student is no longer on the roster")));
        return new([.. course.Students.Select(student => BuildSeat(course, student))], create, delete, statuses, health, nextLook);
    }

    private static Seat BuildSeat(Course course, EnrolledStudent student) => new()
    {
        Metadata = course.Owned(student.SeatName, SeatPod.Component),
        Spec = new() { Environment = course.Name, Login = student.Login, Group = student.Group },
    };

    // A running notebook is never stopped because a template changed; one that cannot start is replaced.
    private static string? WhyStop(Pod pod, bool wanted, Pod? planned)
    {
        if (!wanted) return "its seat should not run now";
        if (PodDiagnosis.HasEnded(pod)) return "it has ended and will not start again";
        var outdated = planned is not null && pod.Metadata.Annotation(SeatPod.PlanHash) != planned.Metadata.Annotation(SeatPod.PlanHash);
        return outdated && !PodDiagnosis.IsReady(pod) && !PodDiagnosis.IsRunning(pod) ? "it was made from an older plan and does not run" : null;
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
