using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>The pod of a seat: a <see cref="NotebookPod"/> of the course, for one student and one purpose.</summary>
public static class SeatPod
{
    /// <summary>The port JupyterLab listens on.</summary>
    public const int Port = 8888;

    /// <summary>The component that labels name for seats' pods.</summary>
    public const string Component = "seat";

    /// <summary>The name of the container that JupyterLab runs in.</summary>
    public const string ContainerName = "notebook";

    /// <summary>An annotation: a hash of the plan a pod was made from, so that a waiting pod of an older plan can be told and replaced.</summary>
    internal const string PlanHash = "mesonet.fr/plan-hash";

    /// <summary>The path that a seat's JupyterLab is served under.</summary>
    /// <param name="workplace">The name of the course, or of the research workspace.</param>
    /// <param name="seatName">The name of the seat's pod.</param>
    public static string BasePath(string workplace, string seatName) => $"/s/{workplace}/{seatName}/";

    /// <summary>The plan of all pods of a course: what they have in common, which is all but the student.</summary>
    internal static SeatPodPlan PlanOf(Course course, SeatPurpose purpose, string? documentsPath)
    {
        var resources = ResourcesOf(course, purpose);
        var spec = NotebookPod.Spec(course, new(purpose == SeatPurpose.HandIn ? PriorityClasses.HandIn : PriorityClasses.Lesson, resources, documentsPath));
        var anybodys = spec with { Containers = [Of(Anybody, course, resources, spec.Containers![0])] };
        return new(anybodys, purpose, NotebookPod.HashOf(anybodys), HomeQuota.Of(course.Environment.Spec).ForNotebook);
    }

    /// <summary>What a pod was made for. One from before there were stages has a lesson's resources.</summary>
    internal static SeatPurpose PurposeOf(ObservedPod pod) => pod.Metadata.Label(Labels.Stage) == Labels.HandInStage ? SeatPurpose.HandIn : SeatPurpose.Lesson;

    internal static Pod Build(Course course, EnrolledStudent student, Seat seat, SeatDemand demand, SeatPodPlan plan, Affinity? preference) => new()
    {
        Metadata = new()
        {
            Name = student.SeatName,
            Namespace = course.Namespace,
            Labels = new Dictionary<string, string>(course.LabelsOf(Component, student.SeatName))
            {
                [Labels.Stage] = plan.Purpose == SeatPurpose.HandIn ? Labels.HandInStage : Labels.LessonStage,
            },
            Annotations = AnnotationsOf(course, demand, plan),
            OwnerReferences = [OwnerReference.To(seat)],
        },
        Spec = plan.Spec with
        {
            Affinity = NodePreference.Beside(plan.Spec.Affinity, preference),
            Containers = [Of(student, course, ResourcesOf(course, plan.Purpose), plan.Spec.Containers![0])],
        },
    };

    private static Dictionary<string, string> AnnotationsOf(Course course, SeatDemand demand, SeatPodPlan plan)
    {
        var annotations = new Dictionary<string, string> { [PlanHash] = plan.Hash, [Labels.HomeQuota] = plan.HomeQuota };
        if (demand.EndsAt is { } endsAt) annotations.Add(Labels.EndsAt, NotebookPod.EndsAtOf(course.Zone, endsAt));
        return annotations;
    }

    private static EnrolledStudent Anybody { get; } = new("", null, "");

    internal static SeatResources ResourcesOf(Course course, SeatPurpose purpose) => purpose == SeatPurpose.HandIn ? course.HandInResources : course.LessonResources;

    private static Container Of(EnrolledStudent student, Course course, SeatResources resources, Container anybodys) =>
        NotebookPod.For(student.SeatName, course, OwnVariables(course, student, resources), anybodys);

    private static IEnumerable<EnvVar> OwnVariables(Course course, EnrolledStudent student, SeatResources resources)
    {
        yield return new() { Name = "MESONET_COURSE", Value = course.Name };
        yield return new() { Name = "MESONET_STUDENT", Value = student.Login };
        yield return NotebookPod.Threads(resources);
        foreach (var parameter in course.Template.Spec.Parameters ?? [])
        {
            var value = course.Environment.Spec.Template.Parameters?.GetValueOrDefault(parameter.Name) ?? parameter.Default;
            if (value is not null) yield return new() { Name = $"COURSE_{parameter.Name.ToUpperInvariant()}", Value = value };
        }
    }
}

/// <summary>What the pods of a course that run for the same purpose have in common.</summary>
/// <param name="Spec">The spec of nobody's pod.</param>
/// <param name="Purpose">What they run for.</param>
/// <param name="Hash">Its hash: another one is another plan.</param>
/// <param name="HomeQuota">What each home may take, as its notebook is told. Not in the hash: a new one is told to pods that run.</param>
internal sealed record SeatPodPlan(PodSpec Spec, SeatPurpose Purpose, string Hash, string HomeQuota);
