using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>A world in which plans can be carried out: objects in, objects out, and a node that runs every pod at once.</summary>
internal sealed class World
{
    private readonly Dictionary<(Type, ObjectKey), KubernetesObject> objects = [];
    private int uids;

    public World(ClassroomEnvironment environment, params KubernetesObject[] others)
    {
        foreach (var item in others.Prepend(environment)) Put(item);
        Key = environment.Key;
    }

    public ObjectKey Key { get; }

    public ClassroomEnvironment Environment => All<ClassroomEnvironment>().Single();

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
                CreationTimestamp = known?.Metadata.CreationTimestamp ?? TestCourse.Start.ToDateTimeOffset(),
            },
        };
        // Through JSON, as the API server would give it back.
        objects[(item.GetType(), item.Key)] = (KubernetesObject)JsonSerializer.Deserialize(
            JsonSerializer.Serialize(stored, item.GetType(), KubernetesJson.Options), item.GetType(), KubernetesJson.Options)!;
    }

    public void Change(Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec> change) => Put(Environment with { Spec = change(Environment.Spec) });

    public ObservedEnvironment Observe() => new()
    {
        Key = Key,
        Environment = All<ClassroomEnvironment>().SingleOrDefault(),
        Templates = All<CourseTemplate>(),
        Datasets = All<Dataset>(),
        Nodes = All<Node>(),
        Seats = All<Seat>(),
        Pods = [.. All<Pod>().Select(AsObserved)],
        Jobs = All<Job>(),
        Secrets = All<Secret>(),
        Claims = All<PersistentVolumeClaim>(),
        Volumes = All<PersistentVolume>(),
        NetworkPolicies = All<NetworkPolicy>(),
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

        foreach (var item in plan.Apply.Concat(plan.Create)) Put(item);
        foreach (var (seat, status) in plan.SeatStatuses) objects[(typeof(Seat), seat.Key)] = seat with { Status = status };
        if (plan.Status is { } next && All<ClassroomEnvironment>().SingleOrDefault() is { } environment)
            objects[(typeof(ClassroomEnvironment), environment.Key)] = environment with { Status = next };
    }

    /// <summary>Plans and carries out until nothing is left to do; returns how many passes that took.</summary>
    public int Settle(NodaTime.Instant now, bool run = true)
    {
        for (var pass = 1; pass < 20; pass++)
        {
            var plan = ClassroomEnvironmentPlanner.Plan(Observe(), now);
            if (IsNothing(plan)) return pass;
            CarryOut(plan);
            if (run) RunEverything();
        }

        throw new InvalidOperationException("The plan never comes to rest.");
    }

    public bool IsNothing(EnvironmentPlan plan) =>
        plan is { Apply.Count: 0, Create.Count: 0, Delete.Count: 0, SeatStatuses.Count: 0 }
        && (plan.Status is null || StatusComparison.IsSame(Environment.Status, plan.Status));

    private void RunEverything()
    {
        foreach (var pod in All<Pod>().Where(pod => pod.Status is null))
        {
            objects[(typeof(Pod), pod.Key)] = pod with
            {
                Status = new() { Phase = "Running", PodIP = "10.0.0.1", Conditions = [new() { Type = "Ready", Status = "True" }] },
            };
        }

        foreach (var volume in All<PersistentVolume>().Where(volume => volume.Status is null))
            objects[(typeof(PersistentVolume), volume.Key)] = volume with { Status = new() { Phase = "Available" } };

        foreach (var job in All<Job>().Where(job => job.Status is null))
        {
            objects[(typeof(Job), job.Key)] = job with { Status = new() { Conditions = [new() { Type = "Complete", Status = "True" }] } };
            Put(new Pod
            {
                Metadata = new() { Name = $"{job.Metadata.Name}-pod", Namespace = job.Metadata.Namespace, Labels = job.Spec!.Template!.Metadata!.Labels, OwnerReferences = [OwnerReference.To(job)] },
                Status = new()
                {
                    Phase = "Succeeded",
                    ContainerStatuses = [new() { Name = "materials", State = new() { Terminated = new() { ExitCode = 0, Message = $$"""{"commit":"{{TestCourse.Commit}}"}""" } } }],
                },
            });
        }
    }
}
