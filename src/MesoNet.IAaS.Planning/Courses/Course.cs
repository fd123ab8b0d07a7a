using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>An environment that obeys the rules, with everything it names looked up.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Template">Its template, with the version of the code that the course wants.</param>
/// <param name="Datasets">The data sets the template names, in its order.</param>
/// <param name="Students">The students, each with the name of their seat.</param>
/// <param name="Timetable">The timetable it follows.</param>
/// <param name="Timing">How its seats follow it.</param>
public sealed record Course(
    ClassroomEnvironment Environment, CourseTemplate Template, IReadOnlyList<Dataset> Datasets, IReadOnlyList<EnrolledStudent> Students,
    CourseTimetable Timetable, Timing Timing)
{
    /// <summary>The environment's name.</summary>
    public string Name => Environment.Metadata.Name!;

    /// <summary>The environment's namespace.</summary>
    public string Namespace => Environment.Metadata.Namespace!;

    /// <summary>The image of its seats and of all else that runs for it; the last one known, where its platform has none any more.</summary>
    public string Image => Template.Image ?? Environment.Status?.Image ?? "";

    /// <summary>The resources of a seat during a lesson.</summary>
    public SeatResources LessonResources => Template.Spec.Resources.Lesson;

    /// <summary>The resources of a seat that was started on demand. It holds a device only where the template says so: nothing is booked for it.</summary>
    public SeatResources HandInResources => Template.Spec.Resources.HandIn ?? LessonResources with { Devices = null };

    /// <summary>The folder of a home that holds the code's copy.</summary>
    public string CodeDirectory => Template.Spec.Code?.Directory is { Length: > 0 } directory ? directory : Template.Metadata.Name!;

    /// <summary>
    /// Whether an object is owned by an earlier environment of the same name. It goes with that one, by garbage collection, which may
    /// come late; until then nothing can take its place, and what it says (a token, say) is not of this course.
    /// </summary>
    internal bool IsOfPredecessor(KubernetesObject item) =>
        item.Metadata.OwnerReferences?.Any(owner => owner is { Controller: true, Kind: nameof(ClassroomEnvironment) } && owner.Uid != Environment.Metadata.Uid) == true;

    /// <summary>Looks up what a valid environment names.</summary>
    internal static Course Resolve(ClassroomEnvironment environment, ObservedEnvironment observed, Instant now)
    {
        var template = WithCodeOf(environment, observed.Platforms.Resolved(observed.Templates.First(template => template.Metadata.Name == environment.Spec.Template.Name)));
        var datasets = (template.Spec.Datasets ?? []).Select(reference => observed.Datasets.First(dataset => dataset.Metadata.Name == reference.Name));
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

    /// <summary>An environment as far as a Job on its homes must know it, whatever rules its timetable breaks.</summary>
    internal static Course Bare(ClassroomEnvironment environment, CourseTemplate template)
    {
        var timeless = new CourseTimetable(environment.Spec with { TimeZone = null, Lessons = null, Validity = null }, Duration.Zero);
        return new(environment, template, [], [], timeless, Timing.Of(template.Spec.Timing));
    }

    /// <summary>Metadata of an object in the course's namespace that goes when the environment goes.</summary>
    internal ObjectMeta Owned(string name, string component) => Kept(name, component) with { OwnerReferences = [OwnerReference.To(Environment)] };

    /// <summary>Metadata of an object in the course's namespace that outlives the environment.</summary>
    internal ObjectMeta Kept(string name, string component) => new() { Name = name, Namespace = Namespace, Labels = Labels.For(Name, component) };
}

/// <summary>A student and the name of their seat.</summary>
public sealed record EnrolledStudent(string Login, string? Group, string SeatName);
