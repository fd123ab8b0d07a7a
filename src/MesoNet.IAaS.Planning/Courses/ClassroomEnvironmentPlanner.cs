using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Isolation;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Notebook;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Planning.Reading;
using MesoNet.IAaS.Planning.Retention;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Submissions;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>
/// From what is observed of a course to what to do about it. Pure: the same observation and moment give the same plan. It reads top to
/// bottom: rules, timetable, volumes, materials, nodes, submissions, seats, readiness.
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
        if (problems.Count == 0) return PlanCourse(environment, observed, now);

        // A timetable that breaks the rules is not followed; the last one that obeyed them goes on, with everything else as it is now.
        if (LastGoodTimetable.Of(environment) is { } followed && SpecificationRules.Check(followed, observed).Count == 0)
        {
            var plan = PlanCourse(followed, observed, now);
            return plan with { Status = Readiness.TimetableRefused(plan.Status!, environment, problems, now) };
        }

        return Refused(environment, observed, problems, now);
    }

    private static EnvironmentPlan PlanCourse(ClassroomEnvironment environment, ObservedEnvironment observed, Instant now)
    {
        var course = Course.Resolve(environment, observed, now);
        var retention = RetentionPlanner.Plan(course, observed, now);
        var materials = retention.Over(MaterialsPlanner.Plan(course, observed, now));
        var nodes = NodePreparation.Plan(course, observed, materials.DocumentsPath, now);
        var fit = observed.Calendar.FitOf(course.Environment.Key, now);
        var submissions = SubmissionsPlanner.Plan(course, observed, now);
        var seats = SeatsPlanner.Plan(course, observed, materials, submissions, fit, now);
        var watch = HomesWatch.Plan(course, observed, seats, now);
        var reader = HomesReader.Plan(course, observed, now);
        var stage = course.Timetable.At(SeatsPlanner.TimetablesOf(course, observed), now);

        IReadOnlyList<KubernetesObject> wanted =
        [
            .. HomesVolume.Build(course),
            .. SubmissionsVolume.Build(course),
            .. DatasetVolumes.Build(course, observed),
            .. IsolationPolicies.Build(course),
            NotebookFiles.Build(course),
            HomesProgramFiles.Build(course),
            .. retention.Wanted,
        ];
        var unwanted = DatasetVolumes.NoLongerWanted(course, observed, SeatsPlanner.IsOlderPlanInUse(course, observed, materials));
        return new()
        {
            Apply = [.. Differences.Of(course, wanted, observed), .. Tokens.Apply(course, observed), .. seats.Apply, .. seats.NewEnds],
            Create = [.. Tokens.CreateKey(course, observed), .. materials.Create, .. submissions.Create, .. retention.Create, .. nodes.Create, .. seats.Create, .. watch.Create, .. reader.Create],
            Delete = [.. unwanted, .. materials.Delete, .. submissions.Delete, .. retention.Delete, .. nodes.Delete, .. seats.Delete, .. watch.Delete, .. reader.Delete],
            Ask = seats.Ask,
            AskHomes = watch.Ask,
            SeatStatuses = seats.StatusChanges,
            Status = retention.In(Readiness.Status(course, stage, materials, submissions, nodes, seats, fit, observed, now), environment, now),
            NextLookAt = Earliest(stage.Until?.ToDateTimeOffset(), StageSentences.ChangesAt(course, stage, now)?.ToDateTimeOffset(), materials.NextLookAt, submissions.NextLookAt, retention.NextLookAt, nodes.NextLookAt, seats.NextLookAt, watch.NextLookAt, reader.NextLookAt, fit.HoldsUntil < Instant.MaxValue ? fit.HoldsUntil.ToDateTimeOffset() : null),
        };
    }

    /// <summary>
    /// A spec that breaks a rule stops nothing that runs and starts nothing, and the status says what to change. Only what the timetable stops still
    /// stops: the end of a lesson, of hand-in and of the validity, and suspend; and the reader, once nobody reads. The students' work is taken all the same.
    /// </summary>
    private static EnvironmentPlan Refused(
        ClassroomEnvironment environment, ObservedEnvironment observed, IReadOnlyList<SpecificationProblem> problems, Instant now)
    {
        var followed = CalendarRules.Check(environment.Spec).Any() ? LastGoodTimetable.Of(environment) : environment;
        // Whatever the template says now: what is being warmed goes on being warmed.
        var timetable = followed is null ? null : new CourseTimetable(followed.Spec, Duration.FromSeconds(followed.Status?.Warming?.LeadSeconds ?? 0));
        var stage = timetable?.At(SeatsPlanner.TimetablesOf(timetable, observed), now);
        var work = WorkMeanwhile.Of(followed ?? environment, timetable, observed, now);
        var untimely = timetable is null ? [] : SeatsPlanner.StopUntimely(timetable, WorkMeanwhile.TemplateOf(environment, observed), observed, now);
        return new()
        {
            Apply = work.Apply,
            Create = work.Submissions.Create,
            Delete = [.. untimely, .. work.Submissions.Delete, .. HomesReader.StopUnwanted(environment, observed, now)],
            SeatStatuses = work.SeatStatuses,
            Status = Readiness.Refused(environment, observed, problems, stage, work.Submissions, now),
            NextLookAt = Earliest(stage?.Until?.ToDateTimeOffset(), work.Submissions.NextLookAt, HomesReader.WantedUntil(environment, now)),
        };
    }

    private static DateTimeOffset? Earliest(params IEnumerable<DateTimeOffset?> times) => times.Min();
}
