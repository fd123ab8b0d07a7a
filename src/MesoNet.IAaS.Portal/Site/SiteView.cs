using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Planning.Reading;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Seats;
using JupyterTokens = MesoNet.IAaS.Planning.Seats.Tokens;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Portal.Site;

/// <summary>All that the portal knows of the cluster, kept up to date by watches. Pages and the gateway's decisions are made from it, without asking anybody.</summary>
internal sealed class SiteView
{
    private readonly List<IReflector> reflectors = [];
    private readonly SiteChanges changes;
    private readonly Watcher<ObservedEvent> events;

    /// <param name="client">The API server.</param>
    /// <param name="changes">Told of what changed.</param>
    /// <param name="platforms">The site's platforms.</param>
    /// <param name="times">How long watches last and wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public SiteView(KubernetesClient client, SiteChanges changes, PlatformCatalogue platforms, WatcherTimes times, TimeProvider time, ILogger<SiteView> logger)
    {
        this.changes = changes;
        events = new(client, new() { FieldSelector = "involvedObject.kind=Pod" }, times, time, logger);
        (Events, Answers) = (new(key => Pods.Find(key) ?? WorkspacePods.Find(key), key => Seats.Find(key) is not null || WorkspaceOfPod(key) is not null), new());
        Platforms = platforms;
        Templates = new(kept: platforms.Resolved);
        Follow(Environments, ListQuery.All, environment => changes.OfCourse(environment.Key));
        Follow(Seats, ListQuery.All, seat => changes.OfSeat(seat.Key, CourseOf(seat)));
        Follow(Pods, Ours(SeatPod.Component), pod =>
        {
            if (Pods.Find(pod.Key) is null)
            {
                Events.Forget(pod.Key);
                Answers.Forget(pod.Key);
            }

            if (pod.Metadata.Label(Labels.Environment) is { } environment) changes.OfSeat(pod.Key, new(pod.Metadata.Namespace!, environment));
        });
        Follow(Workspaces, ListQuery.All, workspace => changes.OfWorkspace(workspace.Key));
        Follow(WorkspacePods, Ours(WorkspacePod.Component), pod =>
        {
            if (WorkspacePods.Find(pod.Key) is null) Events.Forget(pod.Key);
            if (pod.Metadata.Label(Labels.Workspace) is { } workspace) changes.OfWorkspace(new(pod.Metadata.Namespace!, workspace));
        });
        Follow(Readers, Ours(HomesReader.Component), pod =>
        {
            if (pod.Metadata.Label(Labels.Environment) is { } environment) changes.OfCourse(new(pod.Metadata.Namespace!, environment));
        });
        Follow(Tokens, Ours(JupyterTokens.Component), _ => { });
        Follow(Templates, ListQuery.All, _ => { });
        Follow(Datasets, ListQuery.All, _ => { });
        Follow(Nodes, ListQuery.All, _ => { });
        return;

        void Follow<T>(ObjectStore<T> store, ListQuery query, Action<T> changed) where T : KubernetesObject =>
            reflectors.Add(new Reflector<T>(client, query, store, changed, times, time, logger));
    }

    /// <summary>The courses, by name too: two of one name may stand in different namespaces.</summary>
    public ObjectStore<ClassroomEnvironment> Environments { get; } = new(environment => [environment.Metadata.Name!]);

    /// <summary>The seats, by the label of their host and by their course.</summary>
    public ObjectStore<Seat> Seats { get; } = new(seat => [SeatHost.LabelOf(seat), CourseOf(seat).ToString()]);

    /// <summary>The seats' pods, each of its seat's key.</summary>
    public ObjectStore<ObservedPod> Pods { get; } = new();

    /// <summary>The research workspaces, by the label of their host, by their pods, and by the logins of those who may open them.</summary>
    public ObjectStore<ResearchWorkspace> Workspaces { get; } = new(workspace =>
        [SeatHost.LabelOf(workspace), PodKey(PodKeyOf(workspace)), LoginKey(workspace.Spec.Owner), .. (workspace.Spec.Collaborators ?? []).Select(collaborator => LoginKey(collaborator.Login))]);

    /// <summary>The workspaces' pods.</summary>
    public ObjectStore<ObservedPod> WorkspacePods { get; } = new();

    /// <summary>What the cluster's programs wrote of the pods of seats and workspaces.</summary>
    public PodEvents Events { get; }

    /// <summary>What the seats' pods answered when they were asked whether somebody works.</summary>
    public SeatAnswers Answers { get; }

    /// <summary>The courses' readers, while somebody reads.</summary>
    public ObjectStore<ObservedPod> Readers { get; } = new();

    /// <summary>The Jupyter tokens of seats and workspaces, and the reader's: a Secret per course or workspace.</summary>
    public ObjectStore<Secret> Tokens { get; } = new();

    /// <summary>The site's platforms.</summary>
    public PlatformCatalogue Platforms { get; }

    /// <summary>The course templates, each with the image that its platform means.</summary>
    public ObjectStore<CourseTemplate> Templates { get; }

    /// <summary>The data sets.</summary>
    public ObjectStore<Dataset> Datasets { get; } = new();

    /// <summary>The nodes.</summary>
    public ObjectStore<Node> Nodes { get; } = new();

    /// <summary>The course of a seat.</summary>
    public static ObjectKey CourseOf(Seat seat) => new(seat.Metadata.Namespace!, seat.Spec.Environment);

    /// <summary>What people call a course.</summary>
    public static string TitleOf(ClassroomEnvironment course) => course.Spec.Title ?? course.Metadata.Name!;

    /// <summary>The timetable that is followed for a course, at a moment.</summary>
    public FollowedTimetable TimetableOf(ClassroomEnvironment course, Instant now) => new(course, Templates.Find(ObjectKey.Cluster(course.Spec.Template.Name)), now);

    /// <summary>The seats of a course.</summary>
    public IReadOnlyList<Seat> SeatsOf(ObjectKey course) => Seats.Indexed(course.ToString());

    /// <summary>The seat of a host, or null.</summary>
    /// <param name="label">The first label of the host's name.</param>
    public Seat? SeatOfHost(string label) => Seats.Indexed(label) is [var seat, ..] ? seat : null;

    /// <summary>What people call a workspace.</summary>
    public static string TitleOf(ResearchWorkspace workspace) => workspace.Spec.Title is { Length: > 0 } title ? title : workspace.Metadata.Name!;

    /// <summary>The research workspaces, each with the image that its platform means: as the calendar wants them.</summary>
    public IEnumerable<ResearchWorkspace> ResolvedWorkspaces => Workspaces.All.Select(Platforms.Resolved);

    /// <summary>The workspaces that somebody may open, by their names.</summary>
    public IReadOnlyList<ResearchWorkspace> WorkspacesOf(Visitor visitor) =>
        [.. Workspaces.Indexed(LoginKey(visitor.Login)).Where(workspace => Rights.To(workspace, visitor) != WorkspacePart.None).OrderBy(TitleOf, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The workspace of a host, or null.</summary>
    /// <param name="label">The first label of the host's name.</param>
    public ResearchWorkspace? WorkspaceOfHost(string label) => Workspaces.Indexed(label) is [var workspace, ..] ? workspace : null;

    /// <summary>The pod of a workspace; null where there is none, or one of an earlier workspace of that name.</summary>
    public ObservedPod? PodOf(ResearchWorkspace workspace) =>
        WorkspacePods.Find(PodKeyOf(workspace)) is { } pod && pod.Metadata.OwnerReferences?.Any(owner => owner.Uid == workspace.Metadata.Uid) == true ? pod : null;

    /// <summary>The token of a workspace's JupyterLab; null where it has none yet.</summary>
    public string? TokenOf(ResearchWorkspace workspace) => TokenOf(workspace.Key, PodKeyOf(workspace).Name);

    /// <summary>The key of a workspace's pod.</summary>
    public static ObjectKey PodKeyOf(ResearchWorkspace workspace) =>
        new(workspace.Metadata.Namespace!, ObjectNames.Workspace(workspace.Metadata.Namespace!, workspace.Metadata.Name!));

    /// <summary>The token of a seat's JupyterLab; null where it has none yet.</summary>
    public string? TokenOf(Seat seat) => TokenOf(CourseOf(seat), seat.Metadata.Name!);

    /// <summary>The token of a course's reader; null where it has none yet.</summary>
    public string? ReaderTokenOf(ClassroomEnvironment course) => TokenOf(course.Key, JupyterTokens.ReaderEntry);

    /// <summary>Keeps everything up to date until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny([.. reflectors.Select(reflector => reflector.RunAsync(cancellationToken)), FollowEventsAsync(cancellationToken)]);

    /// <summary>Completes once everything has its first list: before that an absence means nothing. Events are not waited for: without them there is only less to say.</summary>
    public Task WaitUntilSyncedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(reflectors.Select(reflector => reflector.WaitUntilSyncedAsync(cancellationToken)));

    private async Task FollowEventsAsync(CancellationToken cancellationToken)
    {
        // Which pods are seats' and workspaces' must be known first.
        await Task.WhenAll(
            Pods.WaitUntilSyncedAsync(cancellationToken), Seats.WaitUntilSyncedAsync(cancellationToken), WorkspacePods.WaitUntilSyncedAsync(cancellationToken), Workspaces.WaitUntilSyncedAsync(cancellationToken));
        await foreach (var change in events.WatchAsync(cancellationToken))
        {
            foreach (var pod in Events.Take(change))
            {
                if (WorkspaceOfPod(pod) is { } workspace) changes.OfWorkspace(workspace.Key);
                else changes.OfWait(pod);
            }
        }
    }

    private string? TokenOf(ObjectKey course, string entry) =>
        Tokens.Find(new(course.Namespace, JupyterTokens.SecretName(course.Name)))?.Data?.GetValueOrDefault(entry) is { } token
            ? System.Text.Encoding.ASCII.GetString(token)
            : null;

    private ResearchWorkspace? WorkspaceOfPod(ObjectKey pod) => Workspaces.Indexed(PodKey(pod)) is [var workspace, ..] ? workspace : null;

    private static string PodKey(ObjectKey pod) => $"pod:{pod}";

    // Capitals do not count; and no host's label begins so.
    private static string LoginKey(string login) => $"@{login.ToUpperInvariant()}";

    private static ListQuery Ours(string component) =>
        new() { LabelSelector = $"{Labels.ManagedBy}={Labels.Operator},{Labels.Component}={component}" };
}
