using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Operator.Courses;
using MesoNet.IAaS.Operator.Execution;
using MesoNet.IAaS.Planning.Research;
using NodaTime;

namespace MesoNet.IAaS.Operator.Research;

/// <summary>One pass over one research workspace: what is there, what to do, do it.</summary>
internal sealed class ResearchWorkspaceReconciler(ResearchWorkspaceObserver observer, PlanExecutor executor, SeatAnswers answers, TimeProvider time)
{
    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var observedAt = time.GetTimestamp();
        if (observer.Observe(key) is not { } observed) return new();
        var plan = await PlanAsync(observed, observedAt, now, cancellationToken);
        if (plan.Ask is { } pod) answers.Ask(key, pod);
        var lookAgainAt = await executor.ExecuteAsync(observed, observedAt, plan, now, cancellationToken);
        return new(new[] { plan.NextLookAt, lookAgainAt }.Min());
    }

    private async Task<WorkspacePlan> PlanAsync(ObservedWorkspace observed, long observedAt, Instant now, CancellationToken cancellationToken)
    {
        try
        {
            return ResearchWorkspacePlanner.Plan(observed, now);
        }
        catch (Exception exception) when (observed.Workspace is not null)
        {
            // Whatever it is, nobody must wait for a workspace that will never come up and hear nothing.
            var told = new WorkspacePlan { Status = WorkspaceStatus.Unexpected(observed.Workspace, exception.Message, now) };
            await executor.ExecuteAsync(observed, observedAt, told, now, cancellationToken);
            throw;
        }
    }
}
