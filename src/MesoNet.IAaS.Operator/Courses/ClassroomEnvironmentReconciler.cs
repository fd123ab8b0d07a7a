using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Operator.Execution;
using MesoNet.IAaS.Planning.Courses;
using NodaTime;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>One pass over one environment: what is there, what to do, do it.</summary>
internal sealed class ClassroomEnvironmentReconciler(ClassroomEnvironmentObserver observer, PlanExecutor executor, TimeProvider time)
{
    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var observed = observer.Observe(key);
        var plan = ClassroomEnvironmentPlanner.Plan(observed, now);
        await executor.ExecuteAsync(observed, plan, now, cancellationToken);
        return new(plan.NextLookAt);
    }
}
