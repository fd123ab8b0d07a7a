using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Portal.Rosters;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Timetables;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>What a form means: the course as it would be created, what is wrong with it, and whether it fits.</summary>
/// <param name="Environment">The course; not yet one that the rules allow, where there are problems.</param>
/// <param name="Template">Its template; null where there is no such.</param>
/// <param name="Roster">The students as they were read.</param>
/// <param name="Timetable">The lessons as they were read.</param>
/// <param name="Problems">What to change, for each field.</param>
/// <param name="Notices">What need not be changed, but known.</param>
/// <param name="Fit">Whether its lessons fit; null where that cannot be said yet.</param>
/// <param name="Unfit">What is missing, for each lesson that does not fit.</param>
/// <param name="Hours">What it will take.</param>
internal sealed record NewCourse(
    ClassroomEnvironment Environment,
    CourseTemplate? Template,
    Roster Roster,
    TimetableReading Timetable,
    IReadOnlyList<FieldProblem> Problems,
    IReadOnlyList<Sentence> Notices,
    FitAnswer? Fit,
    IReadOnlyList<Sentence> Unfit,
    IReadOnlyList<DeviceHours> Hours)
{
    /// <summary>An annotation of a course's namespace and of the course: which form they were made from.</summary>
    public const string AttemptAnnotation = "mesonet.fr/form";

    /// <summary>Whether it can be created as it is.</summary>
    public bool IsRight => Problems.Count == 0;

    /// <summary>The namespace of its own in which a course lives; with the labels that let nothing but restricted pods in.</summary>
    public Namespace Namespace => new()
    {
        Metadata = new()
        {
            Name = Environment.Metadata.Namespace,
            Labels = new Dictionary<string, string> { ["pod-security.kubernetes.io/enforce"] = "restricted" },
            Annotations = Environment.Metadata.Annotation(AttemptAnnotation) is { } attempt ? new Dictionary<string, string> { [AttemptAnnotation] = attempt } : null,
        },
    };

    /// <summary>The same as a manifest, for those who go on with kubectl or git.</summary>
    public string Yaml => $"{KubernetesYaml.Write(Shown(Namespace))}---\n{KubernetesYaml.Write(Shown(Environment))}";

    // What ties the objects to a form says nothing to anybody.
    private static T Shown<T>(T item) where T : KubernetesObject
    {
        var annotations = (item.Metadata.Annotations ?? new Dictionary<string, string>()).Where(pair => pair.Key != AttemptAnnotation).ToDictionary(StringComparer.Ordinal);
        var type = ResourceType.Of<T>();
        return item with { ApiVersion = type.ApiVersion, Kind = type.Kind, Metadata = item.Metadata with { Annotations = annotations.Count == 0 ? null : annotations } };
    }
}
