using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>A site with one workspace whose plans are carried out: objects in, objects out, a node that runs every pod at once, and courses that only book.</summary>
internal sealed class ResearchSite
{
    private readonly Dictionary<(Type, ObjectKey), KubernetesObject> objects = [];
    private int uids;
    private DateTimeOffset now;

    public ResearchSite(ResearchWorkspace workspace, params KubernetesObject[] others)
    {
        now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
        foreach (var item in others.Prepend(workspace)) Put(item);
        Key = workspace.Key;
    }

    public ObjectKey Key { get; }

    public ResearchWorkspace Workspace => All<ResearchWorkspace>().Single(workspace => workspace.Key == Key);

    public Pod? CurrentPod => All<Pod>().SingleOrDefault(pod => pod.Metadata.Label(Labels.Component) == "workspace" && !IsOfAnother(pod));

    public WorkspaceStage Stage => Workspace.Status!.Stage!.Value;

    /// <summary>What the pod answers when it is asked; null for nothing.</summary>
    public Func<Instant, SeatActivity?> Answer { get; set; } = _ => null;

    /// <summary>Whether a pod that is created runs.</summary>
    public bool HasRoom { get; set; } = true;

    /// <summary>The site's platforms.</summary>
    public PlatformCatalogue Platforms { get; set; } = PlatformCatalogue.BuiltIn;

    /// <summary>The last word of the Jobs that copy the code.</summary>
    public string LastWord { get; set; } = $$"""{"commit":"{{TestCourse.Commit}}"}""";

    /// <summary>Whether those Jobs succeed.</summary>
    public bool JobsSucceed { get; set; } = true;

    /// <summary>Whether those Jobs end at all.</summary>
    public bool JobsEnd { get; set; } = true;

    /// <summary>Each stage that was written into the status, from the first on.</summary>
    public List<WorkspaceStage> Stages { get; } = [];

    private SeatAnswer? answered;

    public static ResearchWorkspace Of(string name = "these", string gpus = "4", bool yields = true, Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec>? change = null, int place = 0)
    {
        var spec = new ResearchWorkspaceSpec
        {
            Owner = "adele", Image = "image:1", Until = "2027-06-30", TimeZone = "Europe/Paris", YieldsToLessons = yields, CheckpointMinutes = 10,
            Resources = new Dictionary<string, Quantity> { ["cpu"] = "4", ["memory"] = "16Gi", ["nvidia.com/gpu"] = gpus },
        };
        return new()
        {
            Metadata = new() { Name = name, Namespace = "project-test", CreationTimestamp = new DateTimeOffset(2026, 10, 1, 8, 0, 0, TimeSpan.Zero).AddMinutes(place) },
            Spec = change is null ? spec : change(spec),
        };
    }

    public IReadOnlyList<T> All<T>() where T : KubernetesObject => [.. objects.Values.OfType<T>().OrderBy(item => item.Metadata.Name, StringComparer.Ordinal)];

    public Condition Condition(string type) => Workspace.Status!.Conditions!.Single(condition => condition.Type == type);

    public void Change(Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec> change) => Put(Workspace with { Spec = change(Workspace.Spec) });

    public void Put(KubernetesObject item)
    {
        var type = ResourceType.Of(item.GetType());
        var known = objects.GetValueOrDefault((item.GetType(), item.Key));
        var stored = item with
        {
            ApiVersion = type.ApiVersion, Kind = type.Kind,
            Metadata = item.Metadata with
            {
                Uid = known?.Metadata.Uid ?? $"uid-{++uids}", Generation = (known?.Metadata.Generation ?? 0) + 1,
                CreationTimestamp = known?.Metadata.CreationTimestamp ?? item.Metadata.CreationTimestamp ?? now,
            },
        };
        objects[(item.GetType(), item.Key)] = (KubernetesObject)JsonSerializer.Deserialize(JsonSerializer.Serialize(stored, item.GetType(), KubernetesJson.Options), item.GetType(), KubernetesJson.Options)!;
    }

    public void Remove(KubernetesObject item) => objects.Remove((item.GetType(), item.Key));

    public SiteCalendar Calendar => SiteCalendar.Of(All<ClassroomEnvironment>(), All<CourseTemplate>(), All<Node>(), workspaces: All<ResearchWorkspace>().Select(Platforms.Resolved));

    public ObservedWorkspace Observe() => new()
    {
        Key = Key,
        Workspace = All<ResearchWorkspace>().SingleOrDefault(workspace => workspace.Key == Key),
        IsNameOfCourse = All<ClassroomEnvironment>().Any(course => course.Key == Key),
        Platforms = Platforms,
        Quotas = All<ResourceQuota>(),
        RunningBeside = [.. All<ResearchWorkspace>().Where(other => other.Key != Key && All<Pod>().Any(pod => pod.Metadata.Label(Labels.Workspace) == other.Metadata.Name))],
        Datasets = All<Dataset>(),
        Calendar = Calendar,
        Pods = [.. All<Pod>().Where(pod => !IsOfAnother(pod)).Select(pod => KubernetesJson.Read<ObservedPod>(KubernetesJson.Write(pod)))],
        Answers = CurrentPod is { } pod && answered is not null ? new Dictionary<string, SeatAnswer> { [pod.Metadata.Uid!] = answered } : [],
        Jobs = All<Job>(), Secrets = All<Secret>(), Claims = All<PersistentVolumeClaim>(), Volumes = All<PersistentVolume>(),
        NetworkPolicies = All<NetworkPolicy>(), ConfigMaps = All<ConfigMap>(), Entropy = new byte[32],
    };

    /// <summary>Plans and carries out until nothing is left to do; returns when to look again.</summary>
    public Instant? Settle(Instant at)
    {
        now = at.ToDateTimeOffset();
        for (var pass = 1; pass < 30; pass++)
        {
            var plan = ResearchWorkspacePlanner.Plan(Observe(), at);
            var isAsking = plan.Ask is not null && answered?.AskedAt != at;
            if (plan is { Apply.Count: 0, Create.Count: 0, Delete.Count: 0 } && !isAsking && (plan.Status is null || StatusComparison.IsSame(Workspace.Status, plan.Status)))
                return plan.NextLookAt is { } next ? Instant.FromDateTimeOffset(next) : null;
            if (isAsking) answered = new(at, Answer(at));
            CarryOut(plan);
        }

        throw new InvalidOperationException($"The plan never comes to rest at {at}: {KubernetesYaml.Write(Workspace)}");
    }

    /// <summary>Follows the plan's own times from one moment to another, telling of each at which something was looked at.</summary>
    public IEnumerable<Instant> Follow(Instant from, Instant until)
    {
        var at = from;
        for (var looks = 0; looks < 5_000; looks++)
        {
            var next = Settle(at);
            yield return at;
            if (next is null || next > until) yield break;
            at = next.Value;
        }

        throw new InvalidOperationException("It looks again and again.");
    }

    private void CarryOut(WorkspacePlan plan)
    {
        foreach (var deletion in plan.Delete)
        {
            foreach (var gone in objects.Keys.Where(key => ResourceType.Of(key.Item1) == deletion.Type && key.Item2 == deletion.Key).ToList()) objects.Remove(gone);
            // Garbage collection.
            if (deletion.Type == ResourceType.Of<Job>()) objects.Remove((typeof(Pod), PodOf(deletion.Key)));
        }

        foreach (var item in plan.Apply.Where(item => item is not Pod).Concat(plan.Create)) Put(item);
        foreach (var change in plan.Apply.OfType<Pod>())
        {
            var pod = (Pod)objects[(typeof(Pod), change.Key)];
            var annotations = new Dictionary<string, string>(pod.Metadata.Annotations!);
            foreach (var (name, value) in change.Metadata.Annotations!) annotations[name] = value;
            objects[(typeof(Pod), change.Key)] = pod with { Metadata = pod.Metadata with { Annotations = annotations } };
        }

        if (plan.Status is { } status)
        {
            objects[(typeof(ResearchWorkspace), Key)] = Workspace with { Status = status };
            Stages.Add(Stage);
        }

        Run();
    }

    /// <summary>The node runs the pod where it has room, and Jobs end.</summary>
    public void Run()
    {
        foreach (var pod in All<Pod>().Where(pod => pod.Status is null && pod.Metadata.Label(Labels.Component) == "workspace" && HasRoom))
        {
            objects[(typeof(Pod), pod.Key)] = pod with
            {
                Status = new()
                {
                    Phase = "Running", Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = now }],
                    ContainerStatuses = [new() { Name = "notebook", Ready = true, RestartCount = 0, State = new() { Running = new() { StartedAt = now } } }],
                },
            };
        }

        foreach (var volume in All<PersistentVolume>().Where(volume => volume.Status is null)) objects[(typeof(PersistentVolume), volume.Key)] = volume with { Status = new() { Phase = "Available" } };
        foreach (var job in All<Job>().Where(job => job.Status is null && JobsEnd))
        {
            objects[(typeof(Job), job.Key)] = job with
            {
                Status = JobsSucceed
                    ? new() { CompletionTime = now, Conditions = [new() { Type = "Complete", Status = "True", LastTransitionTime = now }] }
                    : new() { Conditions = [new() { Type = "Failed", Status = "True", Reason = "BackoffLimitExceeded", Message = "Job has reached the specified backoff limit", LastTransitionTime = now }] },
            };
            var place = PodOf(job.Key);
            Put(new Pod
            {
                Metadata = new() { Name = place.Name, Namespace = place.Namespace, Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
                Status = new()
                {
                    Phase = JobsSucceed ? "Succeeded" : "Failed",
                    ContainerStatuses = [new() { Name = "materials", State = new() { Terminated = new() { ExitCode = JobsSucceed ? 0 : 1, Message = LastWord } } }],
                },
            });
        }
    }

    private bool IsOfAnother(Pod pod) => pod.Metadata.Label(Labels.Workspace) is { } name && name != Key.Name;

    private static ObjectKey PodOf(ObjectKey job) => job with { Name = $"{job.Name}-pod" };
}
