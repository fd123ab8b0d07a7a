using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Operator.Execution;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>
/// Everything the operator knows of the cluster, kept up to date by watches, and which environment each changed object belongs to.
/// Of kinds that others use too, only our own objects are watched.
/// </summary>
internal sealed class CourseCaches
{
    private static readonly ListQuery Ours = new() { LabelSelector = $"{Labels.ManagedBy}={Labels.Operator}" };
    private readonly List<IReflector> reflectors = [];
    private readonly WorkQueue<ObjectKey> queue;

    /// <param name="client">The API server.</param>
    /// <param name="queue">Where an environment goes when something of it changed.</param>
    /// <param name="unseen">Told of what the watches have told of.</param>
    /// <param name="times">How long watches last and wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public CourseCaches(
        KubernetesClient client, WorkQueue<ObjectKey> queue, UnseenWrites unseen, WatcherTimes times, TimeProvider time, ILogger logger)
    {
        this.queue = queue;
        Follow(Environments, ListQuery.All, environment => queue.Add(environment.Key));
        Follow(Seats, ListQuery.All, seat => queue.Add(new(seat.Metadata.Namespace!, seat.Spec.Environment)));
        Follow(Pods, Ours, Enqueue);
        Follow(Jobs, Ours, Enqueue);
        Follow(Secrets, Ours, Enqueue);
        Follow(Claims, Ours, Enqueue);
        Follow(NetworkPolicies, Ours, Enqueue);
        Follow(Volumes, Ours, volume => queue.Add(EnvironmentOf(volume)));
        Follow(Templates, ListQuery.All, template => EnqueueWhere(environment => environment.Spec.Template.Name == template.Metadata.Name));
        Follow(Datasets, ListQuery.All, _ => EnqueueWhere(_ => true));
        Follow(Nodes, ListQuery.All, _ => EnqueueWhere(_ => true));
        return;

        void Follow<T>(ObjectStore<T> store, ListQuery query, Action<T> changed) where T : KubernetesObject
        {
            var type = ResourceType.Of<T>();
            reflectors.Add(new Reflector<T>(
                client, query, store, item =>
                {
                    unseen.Seen(type, item.Key);
                    changed(item);
                },
                times, time, logger) { Listed = () => unseen.SeenAll(type) });
        }
    }

    public ObjectStore<ClassroomEnvironment> Environments { get; } = new();
    public ObjectStore<CourseTemplate> Templates { get; } = new();
    public ObjectStore<Dataset> Datasets { get; } = new();
    public ObjectStore<Node> Nodes { get; } = new(isSameToUs: CapacityRules.HaveTheSameRoom);
    public ObjectStore<Seat> Seats { get; } = new(seat => [new ObjectKey(seat.Metadata.Namespace!, seat.Spec.Environment).ToString()]);
    public ObjectStore<ObservedPod> Pods { get; } = new(ByEnvironment);
    public ObjectStore<Job> Jobs { get; } = new(ByEnvironment);
    public ObjectStore<Secret> Secrets { get; } = new(ByEnvironment);
    public ObjectStore<PersistentVolumeClaim> Claims { get; } = new(ByEnvironment);
    public ObjectStore<NetworkPolicy> NetworkPolicies { get; } = new(ByEnvironment);
    public ObjectStore<PersistentVolume> Volumes { get; } = new(volume => [EnvironmentOf(volume).ToString()]);

    /// <summary>Keeps all caches up to date until cancelled, or until one of them fails: half a view of the world is none.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(reflectors.Select(reflector => reflector.RunAsync(cancellationToken)));

    /// <summary>Completes once every cache has its first list: before that an absence means nothing.</summary>
    public Task WaitUntilSyncedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(reflectors.Select(reflector => reflector.WaitUntilSyncedAsync(cancellationToken)));

    private static IEnumerable<string> ByEnvironment(KubernetesObject item) => [EnvironmentOf(item).ToString()];

    private static ObjectKey EnvironmentOf(KubernetesObject item) =>
        new(item.Metadata.Namespace ?? item.Metadata.Label(Labels.EnvironmentNamespace) ?? "", item.Metadata.Label(Labels.Environment) ?? "");

    private void Enqueue(KubernetesObject item) => queue.Add(EnvironmentOf(item));

    private void EnqueueWhere(Func<ClassroomEnvironment, bool> isConcerned)
    {
        foreach (var environment in Environments.All.Where(isConcerned)) queue.Add(environment.Key);
    }
}
