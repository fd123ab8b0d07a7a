using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Isolation;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>
/// From what is observed of a course to what to do about it. Pure: the same observation and moment give the same plan. It reads top to
/// bottom: rules, stage, volumes, materials, seats, readiness.
/// </summary>
public static class ClassroomEnvironmentPlanner
{
    /// <summary>The plan of one environment.</summary>
    /// <param name="observed">The world.</param>
    /// <param name="now">The moment the plan is for.</param>
    public static EnvironmentPlan Plan(ObservedEnvironment observed, Instant now)
    {
        if (observed.Environment is not { Metadata.DeletionTimestamp: null } environment) return Leftovers.Plan(observed);

        var problems = SpecificationRules.Check(environment, observed);
        if (problems.Count > 0) return Refused(environment, observed, problems, now);

        var course = Course.Resolve(environment, observed);
        var timetable = StageRules.At(environment.Spec, now);
        var running = timetable.Stage == Stage.Lesson;

        var materials = MaterialsPlanner.Plan(course, observed, now);
        var seats = SeatsPlanner.Plan(course, observed, materials, running, now);
        var capacity = CapacityRules.Check(course, observed.Nodes);

        IReadOnlyList<KubernetesObject> wanted =
        [
            .. HomesVolume.Build(course),
            .. DatasetVolumes.Build(course, observed),
            .. IsolationPolicies.Build(course),
        ];
        var unwanted = DatasetVolumes.NoLongerWanted(course, observed, SeatsPlanner.IsOlderPlanInUse(course, observed, materials));
        return new()
        {
            Apply = [.. Differences.Of(course, wanted, observed), .. Tokens.Apply(course, observed), .. seats.Apply],
            Create = [.. Tokens.CreateKey(course, observed), .. materials.Create, .. seats.Create],
            Delete = [.. unwanted, .. materials.Delete, .. seats.Delete],
            SeatStatuses = seats.StatusChanges,
            Status = Readiness.Status(environment, timetable, materials, seats, capacity, now),
            NextLookAt = Earliest(timetable.NextTransition?.ToDateTimeOffset(), materials.NextLookAt, seats.NextLookAt),
        };
    }

    /// <summary>
    /// A spec that breaks a rule changes nothing: what runs goes on, and the status says what to change. Only what stops a course still
    /// does: suspend, and the end of its validity.
    /// </summary>
    private static EnvironmentPlan Refused(
        ClassroomEnvironment environment, ObservedEnvironment observed, IReadOnlyList<SpecificationProblem> problems, Instant now)
    {
        var timetable = CalendarRules.Check(environment.Spec).Any() ? null : StageRules.At(environment.Spec, now);
        return new()
        {
            Delete = timetable is null or { Stage: Stage.Lesson } ? [] : [.. SeatsPlanner.StopAll(observed)],
            Status = Readiness.Refused(environment, observed, problems, now),
            NextLookAt = timetable?.NextTransition?.ToDateTimeOffset(),
        };
    }

    private static DateTimeOffset? Earliest(params IEnumerable<DateTimeOffset?> times) => times.Min();
}
