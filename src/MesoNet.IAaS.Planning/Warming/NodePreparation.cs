using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Warming;

/// <summary>What to do about the nodes that will run the next lesson.</summary>
/// <param name="Create">Pods that bring image and data to nodes.</param>
/// <param name="Delete">Those that are needed no longer.</param>
/// <param name="Problem">What keeps a node from being prepared, or null.</param>
/// <param name="IsDone">Whether every chosen node is prepared; null while there is nothing to prepare for.</param>
/// <param name="Nodes">How many nodes were chosen.</param>
/// <param name="NextLookAt">When preparing begins.</param>
internal sealed record NodePreparationPlan(
    IReadOnlyList<Pod> Create, IReadOnlyList<PlannedDeletion> Delete, SpecificationProblem? Problem, bool? IsDone, int Nodes, DateTimeOffset? NextLookAt);

/// <summary>
/// Image and data are brought to the nodes that will run a lesson, only those, before its seats start: one small pod per node has the course's
/// image pulled by being of it, and reads the data once. Which nodes that are is the calendar's answer: those on which it has placed the lesson beside
/// all that has precedence. The pods stay as a memory of which nodes were prepared, until the lesson begins; seats prefer these nodes.
/// </summary>
internal static class NodePreparation
{
    public const string Component = "preparation";

    /// <summary>
    /// How long before the first seat may start, however early that is: the largest images in use take some ten minutes over a shared network. Not before it
    /// does start: the lead becomes shorter when the image is there, and what was prepared would be taken back.
    /// </summary>
    private static readonly Duration Ahead = Duration.FromMinutes(15);

    /// <summary>Reading data that is cached nowhere must end before the lesson; what is left is read when it is needed.</summary>
    private const string Script = "timeout 600 find /data /documents -type f -exec cat {} + > /dev/null 2>&1 || true";

    /// <summary>The nodes that have been chosen for the next lesson.</summary>
    public static IReadOnlyList<string> NodesOf(ObservedEnvironment observed) =>
        [.. PodsOf(observed).Select(pod => pod.Metadata.Annotation(NodeAnnotation)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static NodePreparationPlan Plan(Course course, ObservedEnvironment observed, string? documentsPath, Instant now)
    {
        var present = PodsOf(observed).ToList();
        var ahead = course.Timing.MaxLead + Ahead;
        var coming = Coming(course, now);
        var near = coming.Where(lesson => lesson.Start - ahead <= now).ToList();
        var next = coming.SelectMany(lesson => new[] { lesson.Start - ahead, lesson.Start }).Where(moment => moment > now).Select(moment => (DateTimeOffset?)moment.ToDateTimeOffset()).Min();
        if (near.Count == 0) return new([], [.. present.Select(Needless)], null, null, 0, next);

        var chosen = near.SelectMany(lesson => observed.Calendar.NodesOf(course.Environment.Key, lesson.Name)).Distinct(StringComparer.Ordinal).ToList();
        var wanted = chosen.Select(node => Build(course, node, documentsPath)).ToList();
        var names = wanted.Select(pod => pod.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        var known = present.ToDictionary(pod => pod.Metadata.Name!, StringComparer.Ordinal);
        var moment = now.ToDateTimeOffset();
        // Its name says nothing of the data: what has ended badly is made anew after a pause.
        var failed = present.Where(pod => pod.Status?.Phase == "Failed").ToList();
        return new(
            [.. wanted.Where(pod => !known.ContainsKey(pod.Metadata.Name!))],
            [
                .. present.Where(pod => !names.Contains(pod.Metadata.Name!)).Select(Needless),
                .. failed.Where(pod => names.Contains(pod.Metadata.Name!) && Again(pod) <= moment).Select(pod => PlannedDeletion.Of(pod, "it failed, and is repeated")),
            ],
            present.Where(pod => names.Contains(pod.Metadata.Name!)).Select(pod => ProblemOf(pod, near[0], moment)).OfType<SpecificationProblem>().FirstOrDefault(),
            wanted.All(pod => known.GetValueOrDefault(pod.Metadata.Name!)?.Status?.Phase == "Succeeded"), chosen.Count,
            failed.Select(Again).Append(next).Where(at => at > moment).Min());
    }

    private static DateTimeOffset? Again(ObservedPod pod) => pod.Metadata.CreationTimestamp + TimeSpan.FromMinutes(1);

    private static SpecificationProblem? ProblemOf(ObservedPod pod, LessonTimes lesson, DateTimeOffset now) =>
        pod.Status?.Phase == "Succeeded" || PodDiagnosis.ProblemOf(pod, now) is not { } found ? null
            : new(found.Reason, $"Node {pod.Metadata.Annotation(NodeAnnotation)} could not be prepared for {lesson.Name}. {found.Sentence}");

    /// <summary>The lessons that have not begun and that somebody has. Those of two groups may begin together.</summary>
    private static List<LessonTimes> Coming(Course course, Instant now) => course.Timetable.IsSuspended || now >= course.Timetable.ValidUntil
        ? []
        : [.. course.Timetable.Lessons.Where(lesson => lesson.Start > now && course.Students.Any(student => lesson.IsFor(student.Group)))];

    private static Pod Build(Course course, string node, string? documentsPath)
    {
        var pod = NotebookPod.Preparation(course, documentsPath, Script);
        var name = ObjectNames.WithHash($"{ObjectNames.Slug(course.Name)}-{Component}", course.Environment.Metadata.Uid!, node, course.Image, string.Join(' ', course.Datasets.Select(dataset => dataset.Metadata.Name)));
        return new()
        {
            Metadata = course.Owned(name, Component) with { Annotations = new Dictionary<string, string> { [NodeAnnotation] = node } },
            Spec = pod with
            {
                Affinity = new() { NodeAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = new() { NodeSelectorTerms = [Named(node)] } } },
            },
        };
    }

    private const string NodeAnnotation = "mesonet.fr/node";

    internal static NodeSelectorTerm Named(string node) => new() { MatchFields = [new() { Key = "metadata.name", Operator = "In", Values = [node] }] };

    private static PlannedDeletion Needless(ObservedPod pod) => PlannedDeletion.Of(pod, "no lesson is near that its node is to be prepared for");

    private static IEnumerable<ObservedPod> PodsOf(ObservedEnvironment observed) =>
        observed.Pods.Where(pod => pod.Metadata.Label(Labels.Component) == Component && pod.Metadata.DeletionTimestamp is null);
}
