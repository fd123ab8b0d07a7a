using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>An environment that obeys the rules, with everything it names looked up.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Template">Its template, with the version of the code that the course wants.</param>
/// <param name="Datasets">The data sets the template names, for data and for documents, each once and in its order.</param>
/// <param name="Students">The students, each with the name of their seat.</param>
/// <param name="Timetable">The timetable it follows.</param>
/// <param name="Timing">How its seats follow it.</param>
public sealed record Course(
    ClassroomEnvironment Environment, CourseTemplate Template, IReadOnlyList<Dataset> Datasets, IReadOnlyList<EnrolledStudent> Students,
    CourseTimetable Timetable, Timing Timing) : Workplace
{
    /// <inheritdoc/>
    public override KubernetesObject Resource => Environment;

    /// <inheritdoc/>
    public override string Label => Labels.Environment;

    /// <inheritdoc/>
    public override string NamespaceLabel => Labels.EnvironmentNamespace;

    /// <inheritdoc/>
    public override IEnumerable<string> SeatNames => Students.Select(student => student.SeatName);

    /// <inheritdoc/>
    public override IEnumerable<string> TokenNames => SeatNames.Append(Tokens.ReaderEntry);

    /// <inheritdoc/>
    // The last one known, where its platform has none any more.
    public override string Image => Template.Image ?? Environment.Status?.Image ?? "";

    /// <inheritdoc/>
    public override IReadOnlyList<string>? Architectures => Template.Architectures;

    /// <inheritdoc/>
    public override string Blueprint => "template";

    /// <inheritdoc/>
    public override string What => "course";

    /// <inheritdoc/>
    public override bool TellsPrograms => false;

    /// <inheritdoc/>
    public override CodeSource? Code => Template.Spec.Code;

    /// <inheritdoc/>
    public override string CodeDirectory => Code?.Directory is { Length: > 0 } directory ? directory : Template.Metadata.Name!;

    /// <inheritdoc/>
    public override IEnumerable<Dataset> Data => Datasets.Where(dataset => Template.Spec.Datasets?.Any(reference => reference.Name == dataset.Metadata.Name) == true);

    /// <inheritdoc/>
    public override string? DocumentsOfCode => Template.Spec.Documents?.Path;

    /// <inheritdoc/>
    public override Dataset? DocumentsDataset => Template.Spec.Documents?.Dataset is { } documents ? Datasets.FirstOrDefault(dataset => dataset.Metadata.Name == documents) : null;

    /// <inheritdoc/>
    public override string? StorageClass => Environment.Spec.Storage?.ClassName is { Length: > 0 } className ? className : null;

    /// <inheritdoc/>
    public override Quantity HomesSize => Environment.Spec.Storage?.Size ?? HomesVolume.DefaultSize;

    /// <inheritdoc/>
    public override bool DeletesHomes => Environment.Spec.Retention?.DeleteData == true;

    /// <inheritdoc/>
    public override bool FollowsBranch => Environment.Spec.Suspend != true && Environment.Status?.Stage != Stage.Closed;

    /// <inheritdoc/>
    public override DateTimeOffset? LookAskedAt => Environment.Status?.Stage == Stage.Closed ? null : Environment.Spec.Code?.LookAt;

    /// <inheritdoc/>
    public override string AdviceOnRef => Environment.Spec.Code?.Ref is null
        ? "Correct code.ref in the template."
        : "Correct spec.code.ref of the course, or leave it out for the template's own; everybody goes on with the code they have.";

    /// <inheritdoc/>
    public override string AdviceOnLostCommit => $"'mesonet course update {Name}' takes what it means now.";

    /// <inheritdoc/>
    public override Duration Warning => Timing.Warning;

    /// <inheritdoc/>
    public override DateTimeZone Zone => Timetable.Zone;

    /// <inheritdoc/>
    public override PinnedMaterials? KnownMaterials => Environment.Status?.Materials;

    /// <inheritdoc/>
    public override IReadOnlyList<Condition>? KnownConditions => Environment.Status?.Conditions;

    /// <summary>The resources of a seat during a lesson.</summary>
    public SeatResources LessonResources => Template.Spec.Resources.Lesson;

    /// <summary>The resources of a seat that was started on demand. It holds a device only where the template says so: nothing is booked for it.</summary>
    public SeatResources HandInResources => Template.Spec.Resources.HandIn ?? LessonResources with { Devices = null };

    /// <inheritdoc/>
    public override string LoginOf(string seatName) => Students.FirstOrDefault(student => student.SeatName == seatName)?.Login ?? seatName;

    /// <summary>Looks up what a valid environment names.</summary>
    internal static Course Resolve(ClassroomEnvironment environment, ObservedEnvironment observed, Instant now)
    {
        var template = WithCodeOf(environment, observed.Platforms.Resolved(observed.Templates.First(template => template.Metadata.Name == environment.Spec.Template.Name)));
        var datasets = template.Spec.NeededDatasets.Select(reference => observed.Datasets.First(dataset => dataset.Metadata.Name == reference.Name));
        var students = (environment.Spec.Students ?? []).Select(
            student => new EnrolledStudent(student.Login, student.Group, ObjectNames.Seat(environment.Metadata.Name!, student.Login)));
        var timing = Timing.Of(template.Spec.Timing);
        return new(environment, template, [.. datasets], [.. students], StartSchedule.TimetableOf(environment, timing, now, IsImageLacking), timing);

        bool IsImageLacking(LessonTimes lesson)
        {
            var nodes = observed.Calendar.NodesOf(environment.Key, lesson.Name).ToHashSet(StringComparer.Ordinal);
            return template.Image is { } image && NodeImages.AreLacking(image, observed.Nodes.Where(node => nodes.Contains(node.Metadata.Name!)));
        }
    }

    // The course's own choice of a version stands where the template's would: nobody after this asks whose it is.
    private static CourseTemplate WithCodeOf(ClassroomEnvironment environment, CourseTemplate template) =>
        environment.Spec.Code?.Ref is { } chosen && template.Spec.Code is { } code
            ? template with { Spec = template.Spec with { Code = code with { Ref = chosen } } }
            : template;

    /// <summary>An environment whose spec breaks a rule, as far as taking the students' work must know it: its students are those who have seats.</summary>
    internal static Course OfSeats(ClassroomEnvironment environment, CourseTemplate template, CourseTimetable timetable, ObservedEnvironment observed)
    {
        var course = new Course(environment, template, [], [], timetable, Timing.Of(template.Spec.Timing));
        var seats = observed.Seats.Where(seat => seat.Metadata.DeletionTimestamp is null && !course.IsOfPredecessor(seat));
        return course with { Students = [.. seats.Select(seat => new EnrolledStudent(seat.Spec.Login, seat.Spec.Group, seat.Metadata.Name!))] };
    }

    /// <summary>An environment as far as a Job on its homes must know it, whatever rules its timetable breaks.</summary>
    internal static Course Bare(ClassroomEnvironment environment, CourseTemplate template)
    {
        var timeless = new CourseTimetable(environment.Spec with { TimeZone = null, Lessons = null, Validity = null }, Duration.Zero);
        return new(environment, template, [], [], timeless, Timing.Of(template.Spec.Timing));
    }
}

/// <summary>A student and the name of their seat.</summary>
public sealed record EnrolledStudent(string Login, string? Group, string SeatName);
