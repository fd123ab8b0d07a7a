using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Submissions;

/// <summary>
/// The students' work while the course's spec breaks a rule. A deadline does not wait for whoever corrects it: what is due is taken as ever, by what is
/// needed for it alone, which is the timetable, the template's image and folder, and the seats that are there. Where one of these is missing, it is said.
/// </summary>
internal sealed record WorkMeanwhile
{
    /// <summary>The reason of WorkTaken where nothing is taken, whatever is due.</summary>
    public const string NotTaken = "WorkNotTaken";

    /// <summary>What is to be done about the work, and said of it.</summary>
    public required SubmissionsPlan Submissions { get; init; }

    /// <summary>What the Job that is to be created needs, where it is missing or old.</summary>
    public IReadOnlyList<KubernetesObject> Apply { get; init; } = [];

    /// <summary>What the seats' statuses are to say; all else in them stays.</summary>
    public IReadOnlyList<PlannedSeatStatus> SeatStatuses { get; init; } = [];

    /// <param name="environment">The course, whose spec breaks a rule.</param>
    /// <param name="timetable">The timetable that is followed; null where there is none.</param>
    /// <param name="observed">The world.</param>
    /// <param name="now">The moment.</param>
    public static WorkMeanwhile Of(ClassroomEnvironment environment, CourseTimetable? timetable, ObservedEnvironment observed, Instant now)
    {
        var template = TemplateOf(environment, observed);
        var course = timetable is null || template is null ? null : Course.OfSeats(environment, template, timetable, observed);
        return course is { Image.Length: > 0 } ? Taken(course, observed, now) : new() { Submissions = Untaken(environment, timetable, template, observed, now) };
    }

    /// <summary>The course's template, with the image that its platform means; null where it is gone.</summary>
    public static CourseTemplate? TemplateOf(ClassroomEnvironment environment, ObservedEnvironment observed) =>
        observed.Templates.FirstOrDefault(template => template.Metadata.Name == environment.Spec.Template.Name) is { } template ? observed.Platforms.Resolved(template) : null;

    private static WorkMeanwhile Taken(Course course, ObservedEnvironment observed, Instant now)
    {
        var plan = SubmissionsPlanner.Plan(course, observed, now);
        var seats = observed.Seats.Where(seat => plan.Answers.ContainsKey(seat.Metadata.Name!) || plan.Taken.ContainsKey(seat.Metadata.Name!));
        return new()
        {
            Submissions = plan,
            Apply = plan.Create.Count == 0 ? [] : Differences.Of(course, [HomesProgramFiles.Build(course), .. MissingVolume(course, observed)], observed),
            SeatStatuses =
            [
                .. seats.Select(seat => new PlannedSeatStatus(seat, (seat.Status ?? new()) with
                {
                    HandedIn = plan.Answers.GetValueOrDefault(seat.Metadata.Name!) ?? seat.Status?.HandedIn,
                    Taken = plan.Taken.GetValueOrDefault(seat.Metadata.Name!) ?? seat.Status?.Taken,
                })),
            ],
        };
    }

    // One that is there stays as it is: its size may be what breaks a rule.
    private static IEnumerable<KubernetesObject> MissingVolume(Course course, ObservedEnvironment observed) =>
        observed.Claims.Any(claim => claim.Metadata.Name == SubmissionsVolume.ClaimName(course.Name)) ? [] : SubmissionsVolume.Build(course);

    private static SubmissionsPlan Untaken(ClassroomEnvironment environment, CourseTimetable? timetable, CourseTemplate? template, ObservedEnvironment observed, Instant now)
    {
        var known = environment.Status?.Conditions?.FirstOrDefault(condition => condition.Type == SubmissionsPlanner.WorkTaken);
        var hasLessons = timetable is null ? environment.Spec.Lessons is { Count: > 0 } : timetable.Lessons.Count > 0;
        // Once all is over nobody waits for it, but for what was not taken before.
        var isOver = timetable?.At(SeatsPlanner.TimetablesOf(timetable, observed), now).Stage == Stage.Closed && known?.Reason != NotTaken;
        var finding = observed.Seats.Count > 0 && hasLessons && !isOver
            ? new Finding(SubmissionsPlanner.WorkTaken, false, NotTaken, Sentence(environment, timetable, template))
            : known is null ? null : new Finding(known.Type, known.Status == "True", known.Reason ?? "", known.Message ?? "");
        return new() { Status = environment.Status?.Submissions, Finding = finding };
    }

    private static string Sentence(ClassroomEnvironment environment, CourseTimetable? timetable, CourseTemplate? template)
    {
        var name = environment.Spec.Template.Name;
        var (lacking, advice) = (timetable, template) switch
        {
            (null, _) => ("the timetable cannot be followed, and there is none from before", "Correct it as the condition Ready says"),
            (_, null) => ($"there is no course template \"{name}\", which says what of a home is the work and which image can take it", $"Make the template \"{name}\" again, or correct spec.template.name"),
            _ => ($"the template \"{name}\" has no image that could take it", "Give the template an image, or a platform that has one here"),
        };
        return $"No work is taken now, neither at a deadline nor when a student hands in: {lacking}. {advice}. Until then the work stays in the homes; what is due is taken as soon as that is done.";
    }
}
