using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>
/// Carries out a plan: deletes first, then creates and applies in parallel with a bound, then seats' statuses, then one write of the
/// environment's status where it says anything new, then Events. A single failure stops nothing else; all are reported together at the
/// end, so that the environment is looked at again.
/// </summary>
internal sealed class PlanExecutor(KubernetesClient client, EventRecorder events, ILogger logger)
{
    private const int Parallel = 32;

    public async Task ExecuteAsync(ObservedEnvironment observed, EnvironmentPlan plan, Instant now, CancellationToken cancellationToken)
    {
        var failures = new ConcurrentQueue<Exception>();
        await ForEachAsync(plan.Delete, DeleteAsync, failures, cancellationToken);
        await ForEachAsync(plan.Apply, (item, token) => client.ApplyAsync(item, Labels.Operator, force: true, token), failures, cancellationToken);
        await ForEachAsync(plan.Create, CreateAsync, failures, cancellationToken);
        await ForEachAsync(plan.SeatStatuses, WriteSeatStatusAsync, failures, cancellationToken);
        if (observed.Environment is { } environment && plan.Status is { } status)
            await WriteStatusAsync(environment, Readiness.WithRefusals(status, environment, Refusals(failures), now), cancellationToken);
        if (!failures.IsEmpty) throw new AggregateException(failures);
    }

    private static async Task ForEachAsync<T>(
        IReadOnlyList<T> items, Func<T, CancellationToken, Task> act, ConcurrentQueue<Exception> failures, CancellationToken cancellationToken)
    {
        if (items.Count == 0) return;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(items, options, async (item, token) =>
        {
            try
            {
                await act(item, token);
            }
            catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException or IOException)
            {
                failures.Enqueue(exception);
            }
        });
    }

    // What the server will refuse again belongs in the status; what passes by itself (a conflict, a timeout) is only repeated.
    private static IReadOnlyList<string> Refusals(IEnumerable<Exception> failures) =>
        [.. failures.OfType<KubernetesApiException>().Where(failure => failure.IsTerminal).Select(failure => failure.Message).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(3)];

    private async Task DeleteAsync(PlannedDeletion deletion, CancellationToken cancellationToken)
    {
        logger.LogInformation("Deleting {Kind} {Key}: {Why}.", deletion.Type.Kind, deletion.Key, deletion.Why);
        try
        {
            await client.DeleteAsync(deletion.Type, deletion.Key, deletion.Uid, gracePeriodSeconds: null, cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.IsConflict)
        {
            // Another object has the name by now; the next pass sees which.
        }
    }

    private async Task CreateAsync(KubernetesObject item, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(item, cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.IsAlreadyExists)
        {
            // Names are deterministic: it is the same object, which the cache has yet to show.
        }
    }

    private async Task WriteSeatStatusAsync(PlannedSeatStatus planned, CancellationToken cancellationToken)
    {
        var seat = planned.Seat;
        await client.ApplyStatusAsync<Seat>(seat.Key, seat.Metadata.Uid!, planned.Status, Labels.Operator, cancellationToken);
        if (planned.Status.State == SeatState.Failed)
            await events.RecordAsync(seat, new(IsWarning: true, planned.Status.Reason ?? "Failed", planned.Status.Message ?? "The seat cannot start."), cancellationToken);
    }

    private async Task WriteStatusAsync(ClassroomEnvironment environment, ClassroomEnvironmentStatus status, CancellationToken cancellationToken)
    {
        if (StatusComparison.IsSame(environment.Status, status)) return;
        await client.ApplyStatusAsync<ClassroomEnvironment>(environment.Key, environment.Metadata.Uid!, status, Labels.Operator, cancellationToken);
        foreach (var announcement in StatusComparison.Announcements(environment.Status, status))
            await events.RecordAsync(environment, announcement, cancellationToken);
    }
}
