using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Submissions;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Warming;
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

    /// <summary>Whether the nodes that will run the next lesson have its image and data.</summary>
    public const string NodesPrepared = "NodesPrepared";

    /// <summary>False where a lesson is for groups that no student is in; not given where all lessons have students.</summary>
    public const string LessonsHaveStudents = "LessonsHaveStudents";

    /// <summary>False while the spec breaks a rule, and no seat starts that does not run already; not given where seats start as the timetable says.</summary>
    public const string SeatsMayStart = "SeatsMayStart";

    /// <summary>The reason of MaterialsReady where some homes could not be prepared, and all others are.</summary>
    internal const string SomeHomesNotPrepared = "SomeHomesNotPrepared";

    /// <summary>Whether no home takes more than its share of the volume.</summary>
    public const string HomesWithinQuota = "HomesWithinQuota";

    /// <summary>Whether there is room on a research workspace's volume; nothing is said as long as nobody has looked.</summary>
    public const string VolumeHasRoom = "VolumeHasRoom";

    /// <summary>The reason where a tenth of a volume is left.</summary>
    public const string VolumeNearlyFull = "VolumeNearlyFull";

    /// <summary>The reason where nothing more can be saved on a volume, or hardly anything.</summary>
    public const string VolumeFull = "VolumeFull";

    private const string CodeIsCopied = "The course's code is being fetched and copied into each home.";

    internal static ClassroomEnvironmentStatus Status(
        Course course, StagePeriod stage, MaterialsPlan materials, SubmissionsPlan submissions, NodePreparationPlan nodes, SeatsPlan seats, FitAnswer fit, ObservedEnvironment observed, Instant now)
    {
        var environment = course.Environment;
        // Who works in a seat on demand until it is their turn is not ready for the lesson.
        var counts = Count(seats.Seats.Values.Select(seat => seat.Demand.AwaitsItsTurn ? SeatState.Starting : seat.Health.State));
        var expected = seats.Seats.Values.Count(seat => seat.Demand.IsExpected);
        var warming = WarmingRecord.Of(course, stage, seats, observed.Pods, now);
        List<Finding> findings =
        [
            WithTheBell(ReadyFinding(course, stage, expected, counts, materials, seats, fit, warming, now), stage, warming, course),
            MaterialsFinding(materials, counts.Total!.Value),
            new(CapacityReserved, fit.Fits, fit.Reason, fit.Sentence),
            .. NodesFinding(nodes),
            .. GroupsFinding(course),
            .. submissions.Finding is { } work ? [work] : (Finding[])[],
            .. HomeSentences.Finding(course, seats.Homes, observed.Homes?.Use),
        ];
        return new()
        {
            ObservedGeneration = environment.Metadata.Generation,
            Stage = stage.Stage,
            Lesson = stage.Lesson,
            NextTransition = stage.Until?.ToDateTimeOffset(),
            Ready = $"{counts.Ready}/{(expected > 0 ? expected : counts.Total)}",
            Seats = counts,
            Warming = warming,
            Image = course.Template.Spec.Platform is null ? null : course.Image,
            Architectures = course.Template.Spec.Platform is null ? null : course.Template.Architectures,
            Timetable = LastGoodTimetable.Keep(environment.Spec),
            Materials = materials.Pinned,
            Submissions = submissions.Status,
            Conditions = Conditions.Of(findings, environment.Status?.Conditions, environment.Metadata.Generation, now),
        };
    }

    /// <summary>The status where only the timetable breaks rules: the last good one is followed, and what to change is said.</summary>
    internal static ClassroomEnvironmentStatus TimetableRefused(
        ClassroomEnvironmentStatus status, ClassroomEnvironment environment, IReadOnlyList<SpecificationProblem> problems, Instant now) =>
        With(new(Ready, false, problems[0].Reason, $"{Sentences(problems)} Until then the timetable goes on as it was."), status, environment, now);

    /// <summary>The status where the spec breaks rules: all but the stage, which time moves on, and what is taken of the students' work stays as it was.</summary>
    internal static ClassroomEnvironmentStatus Refused(
        ClassroomEnvironment environment, ObservedEnvironment observed, IReadOnlyList<SpecificationProblem> problems, StagePeriod? stage, SubmissionsPlan submissions, Instant now)
    {
        var sentence = Sentences(problems);
        if (observed.Pods.Count > 0) sentence += " What runs goes on as it was.";
        var others = (environment.Status?.Conditions ?? []).Where(condition => condition.Type is not (SeatsMayStart or SubmissionsPlanner.WorkTaken));
        List<Finding> findings = [new(SeatsMayStart, false, problems[0].Reason, sentence), .. submissions.Finding is { } work ? [work] : (Finding[])[]];
        var status = (environment.Status ?? new()) with
        {
            Submissions = submissions.Status,
            Conditions = [.. others, .. Conditions.Of(findings, environment.Status?.Conditions, environment.Metadata.Generation, now)],
        };
        if (stage is not null) status = status with { Stage = stage.Stage, Lesson = stage.Lesson, NextTransition = stage.Until?.ToDateTimeOffset() };
        return With(new(Ready, false, problems[0].Reason, sentence), status, environment, now);
    }

    /// <summary>The status where planning itself failed, which is our fault: nothing else changes.</summary>
    public static ClassroomEnvironmentStatus Unexpected(ClassroomEnvironment environment, string what, Instant now) =>
        With(Unready.Unexpected("course", what), environment.Status ?? new(), environment, now);

    /// <summary>The status where the API server refused some of the plan's writes.</summary>
    /// <param name="status">The status as planned.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="refusals">What the API server said, each once.</param>
    /// <param name="now">The moment.</param>
    public static ClassroomEnvironmentStatus WithRefusals(
        ClassroomEnvironmentStatus status, ClassroomEnvironment environment, IReadOnlyList<string> refusals, Instant now) =>
        refusals.Count == 0 ? status : With(Unready.Refused("course", refusals), status, environment, now);

    private static ClassroomEnvironmentStatus With(Finding finding, ClassroomEnvironmentStatus status, ClassroomEnvironment environment, Instant now) => status with
    {
        ObservedGeneration = environment.Metadata.Generation,
        Conditions = Conditions.With(finding, status.Conditions, environment.Status?.Conditions, environment.Metadata.Generation, now),
    };

    private static SeatCounts Count(IEnumerable<SeatState> seats)
    {
        var states = seats.CountBy(state => state).ToDictionary();
        return new()
        {
            Total = states.Values.Sum(),
            Ready = states.GetValueOrDefault(SeatState.Ready),
            Starting = states.GetValueOrDefault(SeatState.Starting),
            Failed = states.GetValueOrDefault(SeatState.Failed),
            Stopped = states.GetValueOrDefault(SeatState.Stopped),
        };
    }

    private static string Sentences(IReadOnlyList<SpecificationProblem> problems) => string.Join(' ', problems.Select(problem => problem.Sentence));

    private static Finding ReadyFinding(
        Course course, StagePeriod stage, int expected, SeatCounts counts, MaterialsPlan materials, SeatsPlan seats, FitAnswer fit, WarmingStatus? warming, Instant now)
    {
        if (!stage.HasLessonResources && stage.Stage != Stage.HandIn) return StageSentences.NotRunning(course, stage, now);
        if (counts.Total == 0) return new(Ready, false, "NoStudents", "The course has no students yet. Add them to spec.students.");
        if (stage.HasLessonResources && expected > 0 && counts.Ready >= expected)
            return new(Ready, true, "AllSeatsReady", WarmingRecord.Sentence(warming, stage.Lesson, course.Timetable.Zone) ?? (expected == 1 ? "The one seat is ready." : $"All {expected} seats are ready."));
        if (materials.Problem is { } problem) return new(Ready, false, problem.Reason, problem.Sentence);
        var failed = seats.Seats.Values.Select(seat => seat.Health).Where(seat => seat.State == SeatState.Failed).ToList();
        if (failed.Count > 0)
            return new(Ready, false, failed[0].Reason, $"{Seats(failed.Count)} of {counts.Total} cannot start. {failed[0].Sentence}");
        if (expected == 0 || stage.Stage == Stage.HandIn) return StageSentences.OnDemand(course, stage, now);
        if (fit.Lessons.FirstOrDefault(lesson => lesson.Lesson == stage.Lesson) is { Fits: false } lacking) return new(Ready, false, fit.Reason, lacking.Sentence);
        // No counting along here: status.ready counts, and a sentence that changes with each seat would be an Event with each seat.
        if (seats.Seats.Values.Select(seat => seat.Health).FirstOrDefault(seat => seat is { State: SeatState.Starting, Reason: not ("Starting" or "Waiting") }) is { } waiting)
            return new(Ready, false, waiting.Reason, $"Not all seats can start now. {waiting.Sentence}");
        if (!materials.IsReady) return new(Ready, false, "PreparingMaterials", CodeIsCopied);
        return StageSentences.Starting(course, stage);
    }

    // No rule is broken: rosters come late, and groups with them.
    private static IEnumerable<Finding> GroupsFinding(Course course)
    {
        if (course.Students.Count == 0 || course.Timetable.Lessons.FirstOrDefault(lesson => !course.Students.Any(student => lesson.IsFor(student.Group))) is not { } lesson) yield break;
        var groups = lesson.Groups.Count == 1 ? $"group {lesson.Groups[0]}" : $"the groups {string.Join(", ", lesson.Groups)}";
        yield return new(LessonsHaveStudents, false, "GroupWithoutStudents", $"The lesson \"{lesson.Name}\" is for {groups}, and no student is in {(lesson.Groups.Count == 1 ? "it" : "any of them")}: nobody will have a seat. Correct the lesson's groups, or those of the students.");
    }

    /// <summary>A lesson that could not begin with all seats says so as long as they are not all there.</summary>
    private static Finding WithTheBell(Finding finding, StagePeriod stage, WarmingStatus? warming, Course course) =>
        !finding.Holds && stage.Stage == Stage.Lesson && warming?.ReadyAt is null && WarmingRecord.Sentence(warming, stage.Lesson, course.Timetable.Zone) is { } atBell
            ? finding with { Sentence = $"{finding.Sentence} {atBell}" } : finding;

    private static IEnumerable<Finding> NodesFinding(NodePreparationPlan nodes)
    {
        if (nodes.IsDone is not { } done) yield break;
        var which = nodes.Nodes == 1 ? "The node" : $"The {nodes.Nodes} nodes";
        if (nodes.Problem is { } problem) yield return new(NodesPrepared, false, problem.Reason, problem.Sentence);
        else if (nodes.Nodes == 0) yield return new(NodesPrepared, false, "NoNodes", "No node has room for a seat of this course, so none is prepared for its lesson.");
        else if (done) yield return new(NodesPrepared, true, "Prepared", $"{which} for the next lesson {(nodes.Nodes == 1 ? "has" : "have")} the image and the data.");
        else yield return new(NodesPrepared, false, "PreparingNodes", $"{which} for the next lesson {(nodes.Nodes == 1 ? "is" : "are")} being given the image and the data.");
    }

    private static Finding MaterialsFinding(MaterialsPlan materials, int homes)
    {
        if (materials.Problem is { } problem) return new(MaterialsReady, false, problem.Reason, problem.Sentence);
        if (!materials.IsReady) return new(MaterialsReady, false, "Preparing", CodeIsCopied);
        if (materials.Pinned?.Failed is > 0 and var failed) return SomeHomes(materials.Pinned, failed, homes);
        return new(MaterialsReady, true, "Prepared", (homes == 1 ? "The one home is prepared" : $"All {homes} homes are prepared") + materials.PreparedWith);
    }

    // The same sentence while it is repeated and fails again: it would be an Event each time otherwise.
    private static Finding SomeHomes(PinnedMaterials pinned, int failed, int homes) =>
        new(MaterialsReady, false, SomeHomesNotPrepared, $"{Math.Max(homes - failed, 0)} of {homes} homes have the code of commit {pinned.Commit?[..Math.Min(pinned.Commit.Length, 12)]}. {pinned.Summary} What failed is repeated by itself every few minutes; the others work on.");

    private static string Seats(int count) => count == 1 ? "1 seat" : $"{count} seats";
}
