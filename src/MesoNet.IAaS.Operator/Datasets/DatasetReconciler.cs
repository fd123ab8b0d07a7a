using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Operator.Execution;
using MesoNet.IAaS.Planning.Datasets;
using NodaTime;

namespace MesoNet.IAaS.Operator.Datasets;

/// <summary>One pass over one data set: what is there, what to do, do it.</summary>
internal sealed class DatasetReconciler(DatasetObserver observer, PlanExecutor executor, TimeProvider time)
{
    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var observedAt = time.GetTimestamp();
        if (await observer.ObserveAsync(key, cancellationToken) is not { } observed) return new();
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var plan = DatasetPlanner.Plan(observed, now);
        var lookAgainAt = await executor.ExecuteAsync(observed, observedAt, plan, now, cancellationToken);
        return new(new[] { plan.NextLookAt, lookAgainAt }.Min());
    }
}
