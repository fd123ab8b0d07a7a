using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Isolation;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Planning.Notebook;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>
/// From what is observed of a research workspace to what to do about it. Pure, as the planner of courses: rules, grant, admission, what it should be now, its
/// volumes and code, its pod, its status.
/// </summary>
public static class ResearchWorkspacePlanner
{
    /// <summary>The plan of one workspace.</summary>
    /// <param name="observed">The world.</param>
    /// <param name="now">The moment the plan is for.</param>
    public static WorkspacePlan Plan(ObservedWorkspace observed, Instant now)
    {
        if (observed.Workspace is not { Metadata.DeletionTimestamp: null } asked) return new() { Delete = Leftovers.VolumesOf(observed, observed.Workspace is null, "its workspace is gone") };
        var problems = WorkspaceRules.Check(asked, observed);
        return problems.Count == 0 ? PlanWorkspace(observed, now) : Refused(asked, observed, problems, now);
    }

    private static WorkspacePlan PlanWorkspace(ObservedWorkspace observed, Instant now)
    {
        var workspace = Workspace.Resolve(observed);
        var grant = Grant.Check(workspace, observed.Quotas);
        var admission = Admission.Of(workspace, observed, grant, now);
        var (absence, holdsUntil) = observed.Calendar.Research.NextAbsence(workspace.Asked.Key, now);
        var situation = SituationOf(observed, admission.Hours, absence);
        var demand = WorkspaceDemands.Of(situation, now);
        var materials = MaterialsPlanner.Plan(workspace, observed, now);
        var wantedPod = WorkspacePod.Build(workspace, isReserved: admission.Held is not null);
        IReadOnlyList<KubernetesObject> wanted =
        [
            .. HomesVolume.Build(workspace), .. DatasetVolumes.Build(workspace, observed), .. IsolationPolicies.Build(workspace),
            NotebookFiles.Build(workspace), HomesProgramFiles.Build(workspace),
        ];
        var isReady = Tokens.AreReady(workspace, observed) && materials.PreparedHomes.Contains(workspace.SeatName);
        var usedUp = situation.Pod is null ? Grant.ProblemBesideUsed(workspace, observed.Quotas, observed.RunningBeside) : null;
        var failed = FailedStarts.Of(workspace, situation.Pod, demand, now);
        var mayStart = demand.Runs && grant.Holds && admission.MayStart && isReady && usedUp is null && failed is null;
        var isOutdated = situation.Pod is { } present && !WorkspacePod.IsOf(wantedPod, present);
        var pod = PlanPod(workspace, wantedPod, situation.Pod, demand, mayStart, isOutdated, failed, now);
        var unwanted = DatasetVolumes.NoLongerWanted(workspace, observed, isOutdated);
        var wrongNodes = situation.Pod is { IsReady: true } ? null : observed.Calendar.Research.WrongNodesFor(workspace.Resources, workspace.Architectures);
        var hindrance = WorkspaceHealth.GivenUp(workspace, failed)
            ?? (situation.Pod is null ? WorkspaceMaterials.Hindrance(workspace, materials) ?? WorkspaceHealth.WaitingFor(usedUp) : null);
        var health = WorkspaceHealth.Of(workspace, situation, demand, [grant, admission.Finding], hindrance, wrongNodes, isOutdated, now);
        return new()
        {
            Apply = [.. Differences.Of(workspace, wanted, observed), .. Tokens.Apply(workspace, observed), .. pod.Apply],
            Create = [.. Tokens.CreateKey(workspace, observed), .. materials.Create, .. pod.Create],
            Delete = [.. unwanted, .. materials.Delete, .. pod.Delete],
            Ask = demand.Ask ? situation.Pod : null,
            Status = WorkspaceStatus.Of(workspace, situation, demand, admission, materials, health, [grant, admission.Finding], now) with { FailedStart = failed },
            NextLookAt = Earliest(
                now, demand.LookAgainAt?.ToDateTimeOffset(), materials.NextLookAt, pod.NextLookAt, health.LookAgainAt,
                failed is null ? null : FailedStarts.LookAgainAt(failed).ToDateTimeOffset(), holdsUntil < Instant.MaxValue ? holdsUntil.ToDateTimeOffset() : null),
        };
    }

    /// <summary>
    /// A spec that breaks a rule stops nothing that runs, and starts nothing; the status says what to change. What somebody stops still stops, lessons still
    /// get their room, what nobody uses is still stopped, and whoever is at work is told of it as ever.
    /// </summary>
    private static WorkspacePlan Refused(ResearchWorkspace asked, ObservedWorkspace observed, IReadOnlyList<SpecificationProblem> problems, Instant now)
    {
        var (absence, holdsUntil) = observed.Calendar.Research.NextAbsence(asked.Key, now);
        var hours = WorkspaceRules.HoursOf(asked.Spec);
        var (situation, zone) = (SituationOf(observed, hours, absence), hours?.Zone ?? DateTimeZone.Utc);
        var demand = WorkspaceDemands.Of(situation, now);
        var pod = situation.Pod is { Metadata.DeletionTimestamp: null } present ? present : null;
        return new()
        {
            Apply = pod is not null && demand.Runs ? NewsFor(pod, zone, demand) : [],
            Delete = pod is not null && !demand.Runs ? [PlannedDeletion.Of(pod, WhyStopped(demand))] : [],
            Ask = demand.Ask ? pod : null,
            Status = WorkspaceStatus.Refused(asked, situation, demand, zone, problems, now),
            NextLookAt = Earliest(now, demand.LookAgainAt?.ToDateTimeOffset(), holdsUntil < Instant.MaxValue ? holdsUntil.ToDateTimeOffset() : null),
        };
    }

    private static WorkspaceSituation SituationOf(ObservedWorkspace observed, WorkspaceHours? hours, Capacity.Absence? absence)
    {
        var pod = WorkspacePod.Of(observed);
        return new(observed.Workspace!, hours, absence, pod, pod is null ? null : observed.Answers.GetValueOrDefault(pod.Metadata.Uid!));
    }

    private sealed record PodPlan(IReadOnlyList<Pod> Apply, IReadOnlyList<Pod> Create, IReadOnlyList<PlannedDeletion> Delete, DateTimeOffset? NextLookAt = null);

    private static PodPlan PlanPod(Workspace workspace, Pod wanted, ObservedPod? pod, WorkspaceDemand demand, bool mayStart, bool isOutdated, FailedStartStatus? failed, Instant now)
    {
        if (pod is null) return new([], mayStart ? [Telling(wanted, workspace, demand.End)] : [], []);
        // One that goes, or an earlier workspace's of this name, must be gone first.
        if (pod.Metadata.DeletionTimestamp is not null || workspace.IsOfPredecessor(pod)) return new([], [], []);
        var stop = demand.Runs ? PodStop.ForAnother(pod, isOutdated, now.ToDateTimeOffset()) : new(PlannedDeletion.Of(pod, WhyStopped(demand)));
        // Noted first, as the record that came back: an operator that ends in between would start it again at once.
        if (failed is { GaveBackAt: not null } && failed == workspace.Asked.Status?.FailedStart) stop ??= new(PlannedDeletion.OfAsSeen(pod, "it cannot start, and gives its devices back"));
        if (stop is not null) return new([], [], stop.Delete is null ? [] : [stop.Delete], stop.At);
        return new(NewsFor(pod, workspace.Zone, demand), [], []);
    }

    private static IReadOnlyList<Pod> NewsFor(ObservedPod pod, DateTimeZone zone, WorkspaceDemand demand) =>
        PodNews.For(pod, (Labels.EndsAt, demand.End is { } end ? WorkspacePod.EndsAtOf(zone, end) : "")) is { } news ? [news] : [];

    private static Pod Telling(Pod pod, Workspace workspace, PlannedEnd? end) => end is null ? pod : pod with
    {
        Metadata = pod.Metadata with { Annotations = new Dictionary<string, string>(pod.Metadata.Annotations!, StringComparer.Ordinal) { [Labels.EndsAt] = WorkspacePod.EndsAtOf(workspace.Zone, end) } },
    };

    private static string WhyStopped(WorkspaceDemand demand) => demand switch
    {
        { Off: WorkspaceStage.Yielding, Absence: { } absence } => $"it makes room for {string.Join(", ", absence.Holders.Select(Admission.NameOf))}",
        { Off: WorkspaceStage.Idle } => "nothing was done in it",
        { Off: WorkspaceStage.Suspended } => "somebody stopped its workspace",
        { Off: WorkspaceStage.Ended } => "its workspace's last day is over",
        _ => "it is outside its workspace's hours",
    };

    private static DateTimeOffset? Earliest(Instant now, params IEnumerable<DateTimeOffset?> times)
    {
        var moment = now.ToDateTimeOffset();
        return times.Where(time => time > moment).Min();
    }
}
