using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Platforms;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>A world in which plans can be carried out: objects in, objects out, and a node that runs every pod at once.</summary>
internal sealed class World
{
    private readonly Dictionary<(Type, ObjectKey), KubernetesObject> objects = [];
    private int uids;
    private DateTimeOffset now = TestCourse.Start.ToDateTimeOffset();

    public World(ClassroomEnvironment environment, params KubernetesObject[] others)
    {
        foreach (var item in others.Prepend(environment)) Put(item);
        Key = environment.Key;
    }

    public ObjectKey Key { get; }

    public ClassroomEnvironment Environment => All<ClassroomEnvironment>().Single(environment => environment.Key == Key);

    public IReadOnlyList<Pod> SeatPods => [.. All<Pod>().Where(pod => pod.Metadata.Label(Labels.Component) == "seat")];

    public IReadOnlyList<T> All<T>() where T : KubernetesObject => [.. objects.Values.OfType<T>().OrderBy(item => item.Metadata.Name, StringComparer.Ordinal)];

    public void Put(KubernetesObject item)
    {
        var type = ResourceType.Of(item.GetType());
        var known = objects.GetValueOrDefault((item.GetType(), item.Key));
        var stored = item with
        {
            ApiVersion = type.ApiVersion, Kind = type.Kind,
            Metadata = item.Metadata with
            {
                Uid = known?.Metadata.Uid ?? $"uid-{++uids}",
                Generation = (known?.Metadata.Generation ?? 0) + 1,
                CreationTimestamp = known?.Metadata.CreationTimestamp ?? now,
            },
        };
        // Through JSON, as the API server would give it back.
        objects[(item.GetType(), item.Key)] = (KubernetesObject)JsonSerializer.Deserialize(
            JsonSerializer.Serialize(stored, item.GetType(), KubernetesJson.Options), item.GetType(), KubernetesJson.Options)!;
    }

    public void Remove<T>(T item) where T : KubernetesObject => objects.Remove((typeof(T), item.Key));

    /// <summary>The site's platforms.</summary>
    public PlatformCatalogue Platforms { get; set; } = PlatformCatalogue.BuiltIn;

    /// <summary>What pods answer when they are asked, by the pod's name; those that are not here do not answer.</summary>
    public Dictionary<string, SeatAnswer> Answers { get; } = [];

    /// <summary>What the watch of the homes answered when it was last asked; nothing where it has not been.</summary>
    public HomesAnswer? Homes { get; set; }

    /// <summary>What a Job's pod leaves as its last word; where this says nothing, that of one that fetched the code.</summary>
    public Func<Job, string?> LastWord { get; set; } = _ => null;

    /// <summary>As the portal does when a student wants to work, or a teacher extends.</summary>
    public void ChangeSeat(string login, Func<SeatSpec, SeatSpec> change)
    {
        var seat = All<Seat>().Single(seat => seat.Spec.Login == login);
        objects[(typeof(Seat), seat.Key)] = seat with { Spec = change(seat.Spec) };
    }

    /// <summary>The pod of a student, or null.</summary>
    public Pod? PodOf(string login) => All<Pod>().SingleOrDefault(pod => pod.Metadata.Name == All<Seat>().Single(seat => seat.Spec.Login == login).Metadata.Name);

    public void Change(Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec> change) => Put(Environment with { Spec = change(Environment.Spec) });

    public ObservedEnvironment Observe() => new()
    {
        Key = Key,
        Environment = All<ClassroomEnvironment>().SingleOrDefault(environment => environment.Key == Key),
        Templates = All<CourseTemplate>(),
        Platforms = Platforms,
        Datasets = All<Dataset>(),
        Calendar = SiteCalendar.Of(All<ClassroomEnvironment>(), All<CourseTemplate>(), All<Node>(), now: NodaTime.Instant.FromDateTimeOffset(now)),
        Nodes = All<Node>(),
        Seats = All<Seat>(),
        Pods = [.. All<Pod>().Select(AsObserved)],
        Jobs = All<Job>(),
        Secrets = All<Secret>(),
        Claims = All<PersistentVolumeClaim>(),
        Volumes = All<PersistentVolume>(),
        NetworkPolicies = All<NetworkPolicy>(),
        ConfigMaps = All<ConfigMap>(),
        Answers = All<Pod>().Where(pod => Answers.ContainsKey(pod.Metadata.Name!)).ToDictionary(pod => pod.Metadata.Uid!, pod => Answers[pod.Metadata.Name!]),
        Homes = Homes,
        Entropy = new byte[32],
    };

    // As a watch of them would tell.
    private static ObservedPod AsObserved(Pod pod) => KubernetesJson.Read<ObservedPod>(KubernetesJson.Write(pod));

    /// <summary>Carries out a plan as the executor does.</summary>
    public void CarryOut(EnvironmentPlan plan)
    {
        foreach (var deletion in plan.Delete)
        {
            foreach (var gone in objects.Where(pair => ResourceType.Of(pair.Key.Item1) == deletion.Type && pair.Key.Item2 == deletion.Key).Select(pair => pair.Key).ToList())
                objects.Remove(gone);
        }

        foreach (var item in plan.Apply.Where(item => item is not (Pod or Seat)).Concat(plan.Create)) Put(item);
        foreach (var seat in plan.Apply.OfType<Seat>()) ApplySeat(seat);
        foreach (var pod in plan.Apply.OfType<Pod>()) Annotate(pod);
        foreach (var (seat, status) in plan.SeatStatuses) objects[(typeof(Seat), seat.Key)] = seat with { Status = status };
        if (plan.Status is { } next && All<ClassroomEnvironment>().SingleOrDefault(environment => environment.Key == Key) is { } environment)
            objects[(typeof(ClassroomEnvironment), environment.Key)] = environment with { Status = next };
    }

    // As server-side apply does: what is not named stays.
    private void ApplySeat(Seat wanted)
    {
        var known = (Seat?)objects.GetValueOrDefault((typeof(Seat), wanted.Key));
        Put(wanted with { Spec = wanted.Spec with { HandInUntil = known?.Spec.HandInUntil, WantedUntil = known?.Spec.WantedUntil, HandIn = known?.Spec.HandIn, HandIns = known?.Spec.HandIns }, Status = known?.Status });
    }

    private void Annotate(Pod change)
    {
        var pod = (Pod)objects[(typeof(Pod), change.Key)];
        var annotations = new Dictionary<string, string>(pod.Metadata.Annotations ?? new Dictionary<string, string>());
        foreach (var (name, value) in change.Metadata.Annotations!) annotations[name] = value;
        objects[(typeof(Pod), change.Key)] = pod with { Metadata = pod.Metadata with { Annotations = annotations } };
    }

    /// <summary>Plans and carries out until nothing is left to do; returns how many passes that took.</summary>
    public int Settle(NodaTime.Instant now, bool run = true)
    {
        this.now = now.ToDateTimeOffset();
        for (var pass = 1; pass < 20; pass++)
        {
            var plan = ClassroomEnvironmentPlanner.Plan(Observe(), now);
            if (IsNothing(plan)) return pass;
            CarryOut(plan);
            if (run) Run();
        }

        throw new InvalidOperationException($"The plan never comes to rest: {KubernetesYaml.Write(ClassroomEnvironmentPlanner.Plan(Observe(), now))}");
    }

    public bool IsNothing(EnvironmentPlan plan) =>
        plan is { Apply.Count: 0, Create.Count: 0, Delete.Count: 0, SeatStatuses.Count: 0 }
        && (plan.Status is null || StatusComparison.IsSame(Environment.Status, plan.Status));

    /// <summary>Components whose Jobs stay at work.</summary>
    public HashSet<string> AtWork { get; } = [];

    /// <summary>Students whose pods do not come up.</summary>
    public HashSet<string> Stuck { get; } = [];

    /// <summary>The node runs every pod, and Jobs end.</summary>
    public void Run()
    {
        foreach (var pod in All<Pod>().Where(pod => pod is { Status: null, Spec.RestartPolicy: "Never" }))
            objects[(typeof(Pod), pod.Key)] = pod with { Status = new() { Phase = "Succeeded" } };

        foreach (var pod in All<Pod>().Where(pod => pod.Status is null && !Stuck.Any(login => pod.Metadata.Name!.StartsWith(login, StringComparison.Ordinal))))
        {
            objects[(typeof(Pod), pod.Key)] = pod with
            {
                Status = new()
                {
                    Phase = "Running", PodIP = "10.0.0.1", Conditions = [new() { Type = "Ready", Status = "True", LastTransitionTime = now }],
                    ContainerStatuses = [new() { Name = "notebook", Ready = true, RestartCount = 0, State = new() { Running = new() { StartedAt = now } } }],
                },
            };
        }

        foreach (var volume in All<PersistentVolume>().Where(volume => volume.Status is null))
            objects[(typeof(PersistentVolume), volume.Key)] = volume with { Status = new() { Phase = "Available" } };

        foreach (var job in All<Job>().Where(job => job.Status is null && !AtWork.Contains(job.Metadata.Label(Labels.Component)!)))
        {
            var component = job.Metadata.Label(Labels.Component)!;
            objects[(typeof(Job), job.Key)] = job with { Status = new() { Conditions = [new() { Type = "Complete", Status = "True" }] } };
            Put(new Pod
            {
                Metadata = new() { Name = $"{job.Metadata.Name}-pod", Namespace = job.Metadata.Namespace, Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
                Status = new()
                {
                    Phase = "Succeeded",
                    ContainerStatuses = [new() { Name = component, State = new() { Terminated = new() { ExitCode = 0, Message = LastWord(job) ?? $$"""{"commit":"{{TestCourse.Commit}}"}""" } } }],
                },
            });
        }
    }
}
