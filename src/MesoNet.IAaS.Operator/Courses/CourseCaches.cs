using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Operator.Datasets;
using MesoNet.IAaS.Operator.Execution;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>
/// Everything the operator knows of the cluster, kept up to date by watches, and which environment or data set each changed object belongs to.
/// Of kinds that others use too, only our own objects are watched.
/// </summary>
internal sealed class CourseCaches
{
    private static readonly ListQuery Ours = new() { LabelSelector = $"{Labels.ManagedBy}={Labels.Operator}" };
    private readonly List<IReflector> reflectors = [];
    private readonly WorkQueue<ObjectKey> queue;
    private readonly WorkQueue<ObjectKey> datasetQueue;
    private readonly WorkQueue<ObjectKey> workspaceQueue;
    private readonly SiteBookings bookings;
    private readonly DatasetChanges datasetChanges = new();
    private readonly TimeProvider time;

    /// <param name="client">The API server.</param>
    /// <param name="queue">Where an environment goes when something of it changed.</param>
    /// <param name="datasetQueue">Where a data set goes when something of it, or who uses it, changed.</param>
    /// <param name="workspaceQueue">Where a research workspace goes when something of it, or what lessons need, changed.</param>
    /// <param name="unseen">Told of what the watches have told of.</param>
    /// <param name="platforms">The site's platforms.</param>
    /// <param name="times">How long watches last and wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public CourseCaches(
        KubernetesClient client, WorkQueue<ObjectKey> queue, WorkQueue<ObjectKey> datasetQueue, WorkQueue<ObjectKey> workspaceQueue, UnseenWrites unseen, PlatformCatalogue platforms,
        WatcherTimes times, TimeProvider time, ILogger logger)
    {
        this.queue = queue;
        this.datasetQueue = datasetQueue;
        this.workspaceQueue = workspaceQueue;
        this.time = time;
        Platforms = platforms;
        Templates = new(kept: platforms.Resolved);
        Workspaces = new(kept: platforms.Resolved);
        bookings = new(Environments, Templates, Nodes, Workspaces);
        FollowNoting(Environments, ListQuery.All, bookings.NoteChange, (environment, booksOtherwise) =>
        {
            queue.Add(environment.Key);
            if (booksOtherwise) EnqueueWhoShareTheCalendar();
            if (datasetChanges.NoteTemplateOf(environment.Key, Environments.Find(environment.Key))) EnqueueDatasets();
        });
        FollowNoting(Workspaces, ListQuery.All, bookings.NoteChange, (workspace, booksOtherwise) =>
        {
            workspaceQueue.Add(workspace.Key);
            if (booksOtherwise) EnqueueWhoShareTheCalendar();
            if (datasetChanges.NoteDatasetsOf(workspace.Key, Workspaces.Find(workspace.Key))) EnqueueDatasets();
        });
        Follow(Quotas, ListQuery.All, quota => EnqueueWorkspacesWhere(workspace => workspace.Metadata.Namespace == quota.Metadata.Namespace));
        Follow(Seats, ListQuery.All, seat => queue.Add(new(seat.Metadata.Namespace!, seat.Spec.Environment)));
        Follow(Pods, Ours, Enqueue);
        Follow(Jobs, Ours, Enqueue);
        Follow(Secrets, Ours, Enqueue);
        Follow(Claims, Ours, Enqueue);
        Follow(NetworkPolicies, Ours, Enqueue);
        Follow(ConfigMaps, Ours, Enqueue);
        Follow(Volumes, Ours, Enqueue);
        Follow(Templates, ListQuery.All, template =>
        {
            var bookOtherwise = bookings.NoteChange(template);
            EnqueueWhere(environment => bookOtherwise || environment.Spec.Template.Name == template.Metadata.Name);
            if (bookOtherwise) EnqueueWorkspacesWhere(_ => true);
            EnqueueDatasets();
        });
        Follow(Datasets, ListQuery.All, dataset =>
        {
            datasetQueue.Add(dataset.Key);
            if (datasetChanges.NoteWhatCoursesSee(dataset.Key, Datasets.Find(dataset.Key))) EnqueueWhoShareTheCalendar();
        });
        Follow(Nodes, ListQuery.All, _ =>
        {
            bookings.NoteNodes();
            EnqueueWhoShareTheCalendar();
        });
        return;

        void Follow<T>(ObjectStore<T> store, ListQuery query, Action<T> changed) where T : KubernetesObject => FollowNoting(store, query, _ => false, (item, _) => changed(item));

        // What is noted is noted before the change counts as seen: who reads the calendar after that must not find the one of before.
        void FollowNoting<T>(ObjectStore<T> store, ListQuery query, Func<T, bool> note, Action<T, bool> changed) where T : KubernetesObject
        {
            var type = ResourceType.Of<T>();
            reflectors.Add(new Reflector<T>(
                client, query, store, item =>
                {
                    var noted = note(item);
                    unseen.Seen(type, item.Key);
                    changed(item, noted);
                },
                times, time, logger) { Listed = () => unseen.SeenAll(type) });
        }
    }

    public ObjectStore<ClassroomEnvironment> Environments { get; } = new();

    /// <summary>The research workspaces, each with the image that its platform means.</summary>
    public ObjectStore<ResearchWorkspace> Workspaces { get; }

    public ObjectStore<ResourceQuota> Quotas { get; } = new(quota => [quota.Metadata.Namespace ?? ""]);

    /// <summary>The templates, each with the image that its platform means.</summary>
    public ObjectStore<CourseTemplate> Templates { get; }

    public ObjectStore<Dataset> Datasets { get; } = new();
    public ObjectStore<Node> Nodes { get; } = new(isSameToUs: CapacityRules.HaveTheSameRoom, kept: NodeImages.Share);
    public ObjectStore<Seat> Seats { get; } = new(seat => [new ObjectKey(seat.Metadata.Namespace!, seat.Spec.Environment).ToString()]);
    public ObjectStore<ObservedPod> Pods { get; } = new(ByEnvironment);
    public ObjectStore<Job> Jobs { get; } = new(ByEnvironment);
    public ObjectStore<Secret> Secrets { get; } = new(ByEnvironment);
    public ObjectStore<PersistentVolumeClaim> Claims { get; } = new(ByEnvironment);
    public ObjectStore<NetworkPolicy> NetworkPolicies { get; } = new(ByEnvironment);
    public ObjectStore<ConfigMap> ConfigMaps { get; } = new(ByEnvironment, kept: OwnTexts.Share);
    public ObjectStore<PersistentVolume> Volumes { get; } = new(ByEnvironment);

    /// <summary>The site's platforms.</summary>
    public PlatformCatalogue Platforms { get; }

    /// <summary>What all courses need and when.</summary>
    public SiteCalendar Calendar => bookings.CalendarAt(Instant.FromDateTimeOffset(time.GetUtcNow()));

    /// <summary>Keeps all caches up to date until cancelled, or until one of them fails: half a view of the world is none.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(reflectors.Select(reflector => reflector.RunAsync(cancellationToken)));

    /// <summary>Completes once every cache has its first list: before that an absence means nothing.</summary>
    public Task WaitUntilSyncedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(reflectors.Select(reflector => reflector.WaitUntilSyncedAsync(cancellationToken)));

    /// <summary>The key under which the objects of a data set are indexed; no environment's key has such a form.</summary>
    public static string IndexOfDataset(string dataset) => $"dataset//{dataset}";

    /// <summary>The key under which the objects of a research workspace are indexed; no environment's key has such a form.</summary>
    public static string IndexOfWorkspace(ObjectKey workspace) => $"workspace//{workspace}";

    private static IEnumerable<string> ByEnvironment(KubernetesObject item)
    {
        if (item.Metadata.Label(Labels.Environment) is not null) yield return EnvironmentOf(item).ToString();
        if (item.Metadata.Label(Labels.Workspace) is not null) yield return IndexOfWorkspace(WorkspaceOf(item));
        if (item.Metadata.Label(Labels.Dataset) is { } dataset) yield return IndexOfDataset(dataset);
    }

    private static ObjectKey EnvironmentOf(KubernetesObject item) =>
        new(item.Metadata.Namespace ?? item.Metadata.Label(Labels.EnvironmentNamespace) ?? "", item.Metadata.Label(Labels.Environment) ?? "");

    private static ObjectKey WorkspaceOf(KubernetesObject item) =>
        new(item.Metadata.Namespace ?? item.Metadata.Label(Labels.WorkspaceNamespace) ?? "", item.Metadata.Label(Labels.Workspace) ?? "");

    private void Enqueue(KubernetesObject item)
    {
        if (item.Metadata.Label(Labels.Workspace) is not null) workspaceQueue.Add(WorkspaceOf(item));
        if (item.Metadata.Label(Labels.Environment) is not null) queue.Add(EnvironmentOf(item));
        if (item.Metadata.Label(Labels.Dataset) is { } dataset) datasetQueue.Add(ObjectKey.Cluster(dataset));
    }

    private void EnqueueDatasets()
    {
        foreach (var dataset in Datasets.All) datasetQueue.Add(dataset.Key);
    }

    private void EnqueueWhoShareTheCalendar()
    {
        EnqueueWhere(_ => true);
        EnqueueWorkspacesWhere(_ => true);
    }

    private void EnqueueWorkspacesWhere(Func<ResearchWorkspace, bool> isConcerned)
    {
        foreach (var workspace in Workspaces.All.Where(isConcerned)) workspaceQueue.Add(workspace.Key);
    }

    private void EnqueueWhere(Func<ClassroomEnvironment, bool> isConcerned)
    {
        foreach (var environment in Environments.All.Where(isConcerned)) queue.Add(environment.Key);
    }
}
