using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>The environment's status: its stage, how many seats are in which state, and conditions with sentences a teacher understands.</summary>
public static class Readiness
{
    /// <summary>Whether students can work.</summary>
    public const string Ready = "Ready";

    /// <summary>Whether each home has its copy of the code.</summary>
    public const string MaterialsReady = "MaterialsReady";

    /// <summary>Whether the cluster can hold the course.</summary>
    public const string CapacityReserved = "CapacityReserved";

    /// <summary>Whether seats start and stop by the lessons of the spec.</summary>
    public const string TimetableFollowed = "TimetableFollowed";

    internal static ClassroomEnvironmentStatus Status(
        ClassroomEnvironment environment, TimetablePosition timetable, MaterialsPlan materials, SeatsPlan seats, CapacityAnswer capacity, Instant now)
    {
        var counts = Count(seats.Health.Values);
        List<Finding> findings =
        [
            ReadyFinding(timetable, counts, materials, seats, capacity),
            MaterialsFinding(materials, counts.Total!.Value),
            CapacityFinding(capacity),
        ];
        if (environment.Spec.Lessons is { Count: > 0 })
            findings.Add(new(TimetableFollowed, false, "NotYetSupported", "This version checks and keeps the lessons but does not follow them yet: all seats run while spec.suspend is false."));
        return new()
        {
            ObservedGeneration = environment.Metadata.Generation,
            Stage = timetable.Stage,
            NextTransition = timetable.NextTransition?.ToDateTimeOffset(),
            Ready = $"{counts.Ready}/{counts.Total}",
            Seats = counts,
            Materials = materials.Pinned,
            Conditions = ToConditions(findings, environment, now),
        };
    }

    /// <summary>The status where the spec breaks rules: everything else stays as it was.</summary>
    internal static ClassroomEnvironmentStatus Refused(
        ClassroomEnvironment environment, ObservedEnvironment observed, IReadOnlyList<SpecificationProblem> problems, Instant now)
    {
        var sentence = string.Join(' ', problems.Select(problem => problem.Sentence));
        if (observed.Pods.Count > 0) sentence += " What runs goes on as it was.";
        return Unready(environment.Status ?? new(), problems[0].Reason, sentence, environment, now);
    }

    /// <summary>The status where planning itself failed, which is our fault: nothing else changes.</summary>
    public static ClassroomEnvironmentStatus Unexpected(ClassroomEnvironment environment, string what, Instant now)
    {
        var sentence = $"This course cannot be planned, by a fault of MesoNet's own: {what} Please report it with the course's YAML. What runs goes on as it was.";
        return Unready(environment.Status ?? new(), "InternalError", sentence, environment, now);
    }

    /// <summary>The status where the API server refused some of the plan's writes: the teacher should hear that, not the log alone.</summary>
    /// <param name="status">The status as planned.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="refusals">What the API server said, each once.</param>
    /// <param name="now">The moment.</param>
    public static ClassroomEnvironmentStatus WithRefusals(
        ClassroomEnvironmentStatus status, ClassroomEnvironment environment, IReadOnlyList<string> refusals, Instant now)
    {
        if (refusals.Count == 0) return status;
        return Unready(status, "Refused", $"The cluster refused what this course needs: {string.Join("; ", refusals)}", environment, now);
    }

    /// <summary>A status of which only the condition Ready is another.</summary>
    private static ClassroomEnvironmentStatus Unready(
        ClassroomEnvironmentStatus status, string reason, string sentence, ClassroomEnvironment environment, Instant now) => status with
        {
            ObservedGeneration = environment.Metadata.Generation,
            Conditions =
            [
                .. ToConditions([new(Ready, false, reason, sentence)], environment, now),
                .. (status.Conditions ?? []).Where(condition => condition.Type != Ready),
            ],
        };

    private static SeatCounts Count(IEnumerable<SeatHealth> seats)
    {
        var states = seats.CountBy(seat => seat.State).ToDictionary();
        return new()
        {
            Total = states.Values.Sum(),
            Ready = states.GetValueOrDefault(SeatState.Ready),
            Starting = states.GetValueOrDefault(SeatState.Starting),
            Failed = states.GetValueOrDefault(SeatState.Failed),
            Stopped = states.GetValueOrDefault(SeatState.Stopped),
        };
    }

    private static Finding ReadyFinding(TimetablePosition timetable, SeatCounts counts, MaterialsPlan materials, SeatsPlan seats, CapacityAnswer capacity)
    {
        if (timetable.Stage != Stage.Lesson)
        {
            var (reason, sentence) = timetable.Why switch
            {
                "NotYetValid" => ("NotYetValid", "The course's validity has not begun (spec.validity.from)."),
                "ValidityOver" => ("ValidityOver", "The course's validity is over (spec.validity.until); the students' work is kept."),
                _ => ("Suspended", "The course is suspended (spec.suspend); the students' work is kept."),
            };
            return new(Ready, false, reason, sentence);
        }

        if (counts.Total == 0) return new(Ready, false, "NoStudents", "The course has no students yet. Add them to spec.students.");
        if (counts.Ready == counts.Total) return new(Ready, true, "AllSeatsReady", $"All {counts.Total} seats are ready.");
        if (materials.Problem is { } problem) return new(Ready, false, problem.Reason, problem.Sentence);
        var failed = seats.Health.Values.Where(seat => seat.State == SeatState.Failed).ToList();
        if (failed.Count > 0)
            return new(Ready, false, failed[0].Reason, $"{Seats(failed.Count)} of {counts.Total} cannot start. {failed[0].Sentence}");
        if (!capacity.IsEnough) return new(Ready, false, "NotEnoughCapacity", CapacityFinding(capacity).Sentence);
        // No counting along here: status.ready counts, and a sentence that changes with each seat would be an Event with each seat.
        if (seats.Health.Values.FirstOrDefault(seat => seat is { State: SeatState.Starting, Reason: not "Starting" }) is { } waiting)
            return new(Ready, false, waiting.Reason, $"Not all seats can start now. {waiting.Sentence}");
        return new(Ready, false, materials.IsReady ? "SeatsStarting" : "PreparingMaterials",
            materials.IsReady ? "The seats are being started." : "The course's code is being fetched and copied into each home.");
    }

    private static Finding MaterialsFinding(MaterialsPlan materials, int homes)
    {
        if (materials.Problem is { } problem) return new(MaterialsReady, false, problem.Reason, problem.Sentence);
        if (!materials.IsReady) return new(MaterialsReady, false, "Preparing", "The course's code is being fetched and copied into each home.");
        var from = materials.Pinned?.Commit is { Length: >= 12 } commit ? $" with the code of commit {commit[..12]}" : "";
        return new(MaterialsReady, true, "Prepared", homes == 1 ? $"The one home is prepared{from}." : $"All {homes} homes are prepared{from}.");
    }

    private static Finding CapacityFinding(CapacityAnswer capacity) => capacity.IsEnough
        ? new(CapacityReserved, true, "Fits", "The cluster's nodes can hold all seats of this course.")
        : new(CapacityReserved, false, "NotEnoughCapacity",
            $"The course has {capacity.Wanted} seats, and the cluster's nodes could hold {capacity.Fits} of them even if they were empty ({capacity.Scarcest} runs out first). Shorten the roster, ask for less per seat in the template, or ask the administrator for more nodes.");

    private static string Seats(int count) => count == 1 ? "1 seat" : $"{count} seats";

    private static List<Condition> ToConditions(IEnumerable<Finding> findings, ClassroomEnvironment environment, Instant now) =>
    [
        .. findings.Select(finding =>
        {
            var status = finding.Holds ? "True" : "False";
            var known = environment.Status?.Conditions?.FirstOrDefault(condition => condition.Type == finding.Type);
            return new Condition
            {
                Type = finding.Type,
                Status = status,
                Reason = finding.Reason,
                Message = finding.Sentence,
                LastTransitionTime = known?.Status == status ? known.LastTransitionTime : now.ToDateTimeOffset(),
                ObservedGeneration = environment.Metadata.Generation,
            };
        }),
    ];

    private sealed record Finding(string Type, bool Holds, string Reason, string Sentence);
}
