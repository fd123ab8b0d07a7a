using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>Everything of all courses as the API server has it at one moment, read past the operator and its caches.</summary>
internal sealed class SiteWorld
{
    private static readonly ListQuery Ours = new() { LabelSelector = $"{Labels.ManagedBy}={Labels.Operator}" };

    private IReadOnlyList<CourseTemplate> templates = [];
    private IReadOnlyList<Dataset> datasets = [];
    private IReadOnlyList<Node> nodes = [];
    private IReadOnlyList<PersistentVolume> volumes = [];
    private IReadOnlyList<PersistentVolumeClaim> claims = [];
    private IReadOnlyList<Job> jobs = [];
    private IReadOnlyList<Secret> secrets = [];
    private IReadOnlyList<NetworkPolicy> networkPolicies = [];
    private IReadOnlyList<ConfigMap> configMaps = [];
    private SiteCalendar? calendar;

    private SiteWorld()
    {
    }

    public IReadOnlyList<ClassroomEnvironment> Environments { get; private set; } = [];

    public IReadOnlyList<Seat> Seats { get; private set; } = [];

    public IReadOnlyList<ObservedPod> Pods { get; private set; } = [];

    private SiteCalendar Calendar => calendar ??= SiteCalendar.Of(Environments, templates, nodes);

    /// <summary>Every object of the operator's that belongs to an environment, the environments themselves apart.</summary>
    public IEnumerable<KubernetesObject> Objects =>
        ((IEnumerable<KubernetesObject>)Seats).Concat(Pods).Concat(volumes).Concat(claims).Concat(jobs).Concat(secrets).Concat(networkPolicies).Concat(configMaps);

    /// <summary>Lists everything.</summary>
    public static async Task<SiteWorld> ReadAsync(KubernetesClient admin, CancellationToken cancellationToken) => new()
    {
        Environments = await admin.ListAsync<ClassroomEnvironment>(ListQuery.All, cancellationToken),
        templates = await admin.ListAsync<CourseTemplate>(ListQuery.All, cancellationToken),
        datasets = await admin.ListAsync<Dataset>(ListQuery.All, cancellationToken),
        nodes = await admin.ListAsync<Node>(ListQuery.All, cancellationToken),
        Seats = await admin.ListAsync<Seat>(ListQuery.All, cancellationToken),
        Pods = await admin.ListAsync<ObservedPod>(Ours, cancellationToken),
        volumes = await admin.ListAsync<PersistentVolume>(Ours, cancellationToken),
        claims = await admin.ListAsync<PersistentVolumeClaim>(Ours, cancellationToken),
        jobs = await admin.ListAsync<Job>(Ours, cancellationToken),
        secrets = await admin.ListAsync<Secret>(Ours, cancellationToken),
        networkPolicies = await admin.ListAsync<NetworkPolicy>(Ours, cancellationToken),
        configMaps = await admin.ListAsync<ConfigMap>(Ours, cancellationToken),
    };

    /// <summary>The environment that an object belongs to.</summary>
    public static ObjectKey EnvironmentOf(KubernetesObject item) => new(
        item.Metadata.Namespace ?? item.Metadata.Label(Labels.EnvironmentNamespace) ?? "",
        (item as Seat)?.Spec.Environment ?? item.Metadata.Label(Labels.Environment) ?? "");

    /// <summary>What a plan would still do, each as a sentence: the operator's own planner, on what is there now. None where the world equals the plan.</summary>
    public IEnumerable<string> LeftToDo(Instant now)
    {
        var keys = Environments.Select(environment => environment.Key).Concat(Objects.Select(EnvironmentOf)).Distinct();
        foreach (var observed in keys.Select(Observe))
        {
            var plan = ClassroomEnvironmentPlanner.Plan(observed, now);
            foreach (var item in plan.Apply) yield return $"{observed.Key}: {item.GetType().Name} {item.Key} is yet to be applied.";
            foreach (var item in plan.Create) yield return $"{observed.Key}: {item.GetType().Name} {item.Key} is yet to be created.";
            foreach (var item in plan.Delete) yield return $"{observed.Key}: {item.Type.Kind} {item.Key} is yet to be deleted, since {item.Why}.";
            foreach (var item in plan.SeatStatuses) yield return $"{observed.Key}: the status of the Seat {item.Seat.Key} is yet to be written ({item.Status.State}, {item.Status.Reason}).";
            if (plan.Status is { } status && !StatusComparison.IsSame(observed.Environment!.Status, status))
                yield return $"{observed.Key}: its status says {observed.Environment!.Status?.Ready}, and should say {status.Ready}, or differs elsewhere.";
        }
    }

    /// <summary>One environment's part of it, as the operator's planner takes it.</summary>
    public ObservedEnvironment Observe(ObjectKey key)
    {
        return new()
        {
            Key = key,
            Environment = Environments.FirstOrDefault(environment => environment.Key == key),
            Templates = templates,
            Datasets = datasets,
            Calendar = Calendar,
            Nodes = nodes,
            Seats = Of(Seats),
            Pods = Of(Pods),
            Jobs = Of(jobs),
            Secrets = Of(secrets),
            Claims = Of(claims),
            Volumes = Of(volumes),
            NetworkPolicies = Of(networkPolicies),
            ConfigMaps = Of(configMaps),
            Entropy = new byte[32],
        };

        IReadOnlyList<T> Of<T>(IReadOnlyList<T> items) where T : KubernetesObject => [.. items.Where(item => EnvironmentOf(item) == key)];
    }
}
