using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Reading;

/// <summary>What to do about the reader of a course.</summary>
/// <param name="Create">The reader, where it is missing.</param>
/// <param name="Delete">The reader, where nobody reads any more or it is another's.</param>
/// <param name="NextLookAt">When something changes though nothing happens.</param>
internal sealed record HomesReaderPlan(IReadOnlyList<Pod> Create, IReadOnlyList<PlannedDeletion> Delete, DateTimeOffset? NextLookAt);

/// <summary>
/// One small pod per course that hands out, to whoever has its token, the report of the last update, what the homes take, and the students' work: while
/// <c>spec.readUntil</c> lies ahead. It can write nothing. So the portal reads what lies in volumes without a right to make pods or to run
/// commands in them, which would be a right to everything.
/// </summary>
public static class HomesReader
{
    /// <summary>The component that labels name for it.</summary>
    public const string Component = "reader";

    /// <summary>Where it listens.</summary>
    public const int Port = 8466;

    /// <summary>The name of a course's reader.</summary>
    public static string Name(string environment) => HomesPod.NameOf(environment, Component);

    /// <summary>What keeps it from answering, or null where nothing is known to.</summary>
    public static SpecificationProblem? ProblemOf(ObservedPod pod, DateTimeOffset now) =>
        PodDiagnosis.ProblemOf(pod, now) is { } problem ? new(problem.Reason, problem.Sentence) : null;

    internal static HomesReaderPlan Plan(Course course, ObservedEnvironment observed, Instant now)
    {
        if (WantedUntil(course.Environment, now) is not { } until) return new([], [.. StopUnwanted(course.Environment, observed, now)], null);
        var present = Find(observed);
        // A volume that is about to go stays as long as a pod has it: this one would keep it, and all that waits for the next one, for ever.
        if (VolumesAreGoing(course, observed))
            return new([], present is { Metadata.DeletionTimestamp: null } && !course.IsOfPredecessor(present) ? [PlannedDeletion.Of(present, "a volume that it reads is going")] : [], until);
        // Its token comes with the course's others; the Secret's arrival starts the next pass.
        if (present is null) return new(Tokens.HasReaders(course, observed) ? [PodOf(course).For(course)] : [], [], until);
        if (present.Metadata.DeletionTimestamp is not null || course.IsOfPredecessor(present)) return new([], [], until);
        if (PodDiagnosis.HasEnded(present))
        {
            var at = PodStop.MakesWayAt(present);
            return at > now.ToDateTimeOffset()
                ? new([], [], at < until ? at : until)
                : new([], [PlannedDeletion.Of(present, "it has ended")], until);
        }

        return new([], PodOf(course).IsOf(course, present) ? [] : [PlannedDeletion.Of(present, "it was made for another plan")], until);
    }

    /// <summary>Until when somebody reads; null where nobody does.</summary>
    internal static DateTimeOffset? WantedUntil(ClassroomEnvironment environment, Instant now) =>
        environment.Spec.ReadUntil is { } until && until > now.ToDateTimeOffset() ? until : null;

    /// <summary>The reader that is there though nobody reads any more.</summary>
    internal static IEnumerable<PlannedDeletion> StopUnwanted(ClassroomEnvironment environment, ObservedEnvironment observed, Instant now)
    {
        if (WantedUntil(environment, now) is null && Find(observed) is { Metadata.DeletionTimestamp: null } present) yield return PlannedDeletion.Of(present, "nobody reads any more");
    }

    private static ObservedPod? Find(ObservedEnvironment observed) => HomesPod.Find(observed.Pods, Component);

    private static bool VolumesAreGoing(Course course, ObservedEnvironment observed) => HomesVolume.IsGoing(course, observed)
        || (HasSubmissions(course) && observed.Claims.Any(claim => claim.Metadata.Name == SubmissionsVolume.ClaimName(course.Name) && (claim.Metadata.DeletionTimestamp is not null || course.IsOfPredecessor(claim))));

    private static bool HasSubmissions(Course course) => SubmissionsVolume.Build(course).Any();

    private static HomesPod PodOf(Course course) => new()
    {
        Component = Component,
        ContainerName = Component,
        Program = "serve",
        Env =
        [
            new() { Name = "PORT", Value = $"{Port}" },
            new() { Name = "TOKEN", ValueFrom = new() { SecretKeyRef = new() { Name = Tokens.SecretName(course.Name), Key = Tokens.ReaderEntry } } },
        ],
        // Answers without a token, as the kubelet has none.
        Readiness = new() { HttpGet = new() { Path = "/ready", Port = Port }, PeriodSeconds = 1, TimeoutSeconds = 3, FailureThreshold = 3 },
        Memory = "64Mi",
        MostMemory = "512Mi",
        WritesToHomes = false,
        Others = HasSubmissions(course)
            ? [(new() { Name = "submissions", PersistentVolumeClaim = new() { ClaimName = SubmissionsVolume.ClaimName(course.Name) } }, new() { Name = "submissions", MountPath = SubmissionsVolume.Path, ReadOnly = true })]
            : [],
    };
}
