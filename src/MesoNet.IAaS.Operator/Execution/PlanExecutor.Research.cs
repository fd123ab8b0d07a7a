using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>The same for research workspaces.</summary>
internal sealed partial class PlanExecutor
{
    /// <inheritdoc cref="ExecuteAsync(ObservedEnvironment, long, EnvironmentPlan, Instant, CancellationToken)"/>
    public async Task<DateTimeOffset?> ExecuteAsync(ObservedWorkspace observed, long observedAt, WorkspacePlan plan, Instant now, CancellationToken cancellationToken)
    {
        var pass = new Pass(observedAt, cancellationToken);
        await ForEachAsync(plan.Delete, DeleteAsync, pass);
        await ForEachAsync(plan.Apply, ApplyAsync, pass);
        await ForEachAsync(plan.Create, CreateAsync, pass);
        if (observed.Workspace is { } workspace && plan.Status is { } status)
            await ForEachAsync([(workspace, WorkspaceStatus.WithRefusals(status, workspace, Refusals(pass.Failures), now))], WriteStatusAsync, pass);
        if (!pass.Failures.IsEmpty) throw new AggregateException(pass.Failures);
        return pass.LookAgainAt;
    }

    private async Task WriteStatusAsync((ResearchWorkspace Workspace, ResearchWorkspaceStatus Status) planned, Pass pass)
    {
        var (workspace, status) = planned;
        if (StatusComparison.IsSame(workspace.Status, status)) return;
        var written = await WriteAsync(
            ResourceType.Of<ResearchWorkspace>(), workspace.Key, isStatus: true,
            token => client.ReplaceStatusAsync<ResearchWorkspace>(workspace.Key, workspace.Metadata.Uid!, status, Labels.Operator, token), pass);
        if (!written) return;
        foreach (var announcement in StatusComparison.Announcements(workspace.Status?.Conditions, status.Conditions))
            await events.RecordAsync(workspace, announcement, pass.CancellationToken);
    }
}
