using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Operator.Execution;
using MesoNet.IAaS.Planning.Courses;
using NodaTime;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>One pass over one environment: what is there, what to do, do it.</summary>
internal sealed class ClassroomEnvironmentReconciler(ClassroomEnvironmentObserver observer, PlanExecutor executor, SeatAnswers answers, HomesAsker homes, TimeProvider time)
{
    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        var observedAt = time.GetTimestamp();
        if (observer.Observe(key) is not { } observed) return new();
        var plan = await PlanAsync(observed, observedAt, now, cancellationToken);
        foreach (var pod in plan.Ask) answers.Ask(key, pod);
        if (plan.AskHomes is { } watch) homes.Ask(key, watch);
        var lookAgainAt = await executor.ExecuteAsync(observed, observedAt, plan, now, cancellationToken);
        return new(new[] { plan.NextLookAt, lookAgainAt }.Min());
    }

    private async Task<EnvironmentPlan> PlanAsync(ObservedEnvironment observed, long observedAt, Instant now, CancellationToken cancellationToken)
    {
        try
        {
            return ClassroomEnvironmentPlanner.Plan(observed, now);
        }
        catch (Exception exception) when (observed.Environment is not null)
        {
            // Whatever it is, the teacher must not wait for a course that will never come up and hear nothing.
            var told = new EnvironmentPlan { Status = Readiness.Unexpected(observed.Environment, exception.Message, now) };
            await executor.ExecuteAsync(observed, observedAt, told, now, cancellationToken);
            throw;
        }
    }
}
