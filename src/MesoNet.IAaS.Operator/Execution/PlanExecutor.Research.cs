using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>The same for research workspaces.</summary>
internal sealed partial class PlanExecutor
{
    private static readonly TimeSpan UntilSeen = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc cref="ExecuteAsync(ObservedEnvironment, long, EnvironmentPlan, Instant, CancellationToken)"/>
    public async Task<DateTimeOffset?> ExecuteAsync(ObservedWorkspace observed, long observedAt, WorkspacePlan plan, Instant now, CancellationToken cancellationToken)
    {
        // What another was just admitted to hold may have yet to come back by the watch, and then the calendar of this plan shows it as free.
        if (observed.Workspace is { } asked && plan.Status is { } next && WorkspaceComparison.IsAdmittedAnew(asked, next)
            && unseen.HasUnseen(ResourceType.Of<ResearchWorkspace>(), isStatus: true, observedAt)) return time.GetUtcNow() + UntilSeen;

        // The grant counts its own pod as soon as that is made, and the watch of pods may have yet to tell of it.
        if (plan.Status is { Pod: { } pod } waiting && WorkspaceComparison.WaitsForGrant(waiting)
            && unseen.IsUnseen(ResourceType.Of<Pod>(), new(observed.Key.Namespace, pod), isStatus: false, observedAt)) return time.GetUtcNow() + UntilSeen;

        var pass = new Pass(observedAt, cancellationToken);
        await WriteObjectsAsync(plan, pass);
        if (observed.Workspace is { } workspace && plan.Status is { } status)
            await ForEachAsync([(workspace, WorkspaceStatus.WithRefusals(status, workspace, Refusals(pass.Failures), now))], WriteStatusAsync, pass);
        if (!pass.Failures.IsEmpty) throw new AggregateException(pass.Failures);
        return pass.LookAgainAt;
    }

    private async Task WriteStatusAsync((ResearchWorkspace Workspace, ResearchWorkspaceStatus Status) planned, Pass pass)
    {
        var (workspace, status) = planned;
        if (StatusComparison.IsSame(workspace.Status, status)) return;
        if (await ReplaceStatusAsync(workspace, status, pass)) await AnnounceAsync(workspace, workspace.Status?.Conditions, status.Conditions, pass);
    }
}
