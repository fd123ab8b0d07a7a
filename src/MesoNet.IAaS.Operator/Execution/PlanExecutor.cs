using System.Collections.Concurrent;
using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>
/// Carries out a plan: deletes first, then applies and creates, as many at once as the server takes well, then one write of the environment's
/// status where it says anything new, with its Events, then some of the seats' statuses. A single failure stops nothing else; all are reported
/// together at the end, so that the environment is looked at again. What an earlier pass wrote and the caches did not show is not written
/// again.
/// </summary>
internal sealed partial class PlanExecutor(
    KubernetesClient client, AdaptiveLimit limit, UnseenWrites unseen, EventRecorder events, TimeProvider time, ILogger logger)
{
    // A pass must end soon: the next one may have pods to start, and counts to tell. And while pods of the course are on their way, each word
    // about those that have arrived takes the server's time from them.
    private const int SeatStatusesPerPass = 100;
    private const int SeatStatusesWhileStarting = 5;

    private readonly StatusPace pace = new(time);

    /// <summary>Returns when to look again because something was left out, or null.</summary>
    /// <param name="observed">What the plan was made from.</param>
    /// <param name="observedAt">When that was read from the caches (<see cref="TimeProvider.GetTimestamp"/>).</param>
    /// <param name="plan">The plan.</param>
    /// <param name="now">The moment it was made for.</param>
    /// <param name="cancellationToken">Stops between two writes.</param>
    /// <exception cref="AggregateException">What failed; everything else was done.</exception>
    public async Task<DateTimeOffset?> ExecuteAsync(
        ObservedEnvironment observed, long observedAt, EnvironmentPlan plan, Instant now, CancellationToken cancellationToken)
    {
        var pass = new Pass(observedAt, cancellationToken);
        await WriteObjectsAsync(plan, pass);
        if (observed.Environment is { } environment && plan.Status is { } status)
        {
            status = Readiness.WithRefusals(status, environment, Refusals(pass.Failures), now);
            await ForEachAsync([(environment, status)], WriteStatusAsync, pass);
        }
        else
        {
            pace.Forget(observed.Key);
        }

        var atMost = plan.Status?.Seats?.Starting > 0 ? SeatStatusesWhileStarting : SeatStatusesPerPass;
        // What somebody should do something about comes first.
        await ForEachAsync([.. plan.SeatStatuses.OrderBy(planned => planned.Status is { State: not SeatState.Failed, Home: null }).Take(atMost)], WriteSeatStatusAsync, pass);
        if (plan.SeatStatuses.Count > atMost) pass.LookAgain(time.GetUtcNow());
        if (!pass.Failures.IsEmpty) throw new AggregateException(pass.Failures);
        return pass.LookAgainAt;
    }

    private async Task WriteObjectsAsync(WorkplacePlan plan, Pass pass)
    {
        await ForEachAsync(plan.Delete, DeleteAsync, pass);
        await ForEachAsync(plan.Apply, ApplyAsync, pass);
        await ForEachAsync(plan.Create, CreateAsync, pass);
    }

    private static async Task ForEachAsync<T>(IReadOnlyList<T> items, Func<T, Pass, Task> act, Pass pass)
    {
        if (items.Count == 0) return;
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelBound.Most, CancellationToken = pass.CancellationToken };
        await Parallel.ForEachAsync(items, options, async (item, _) =>
        {
            try
            {
                await act(item, pass);
            }
            catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException or IOException or JsonException)
            {
                pass.Failures.Enqueue(exception);
            }
        });
    }

    // What the server will refuse again belongs in the status; what passes by itself (a conflict, a timeout) is only repeated.
    private static IReadOnlyList<string> Refusals(IEnumerable<Exception> failures) =>
        [.. failures.OfType<KubernetesApiException>().Where(failure => failure.IsTerminal).Select(failure => failure.Message).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(3)];

    private Task ApplyAsync(KubernetesObject item, Pass pass) => WriteAsync(
        ResourceType.Of(item.GetType()), item.Key, isStatus: false, token => client.ApplyAsync(item, Labels.Operator, force: true, token), pass);

    private Task DeleteAsync(PlannedDeletion deletion, Pass pass) => WriteAsync(
        deletion.Type, deletion.Key, isStatus: false, async token =>
        {
            logger.LogInformation("Deleting {Kind} {Key}: {Why}.", deletion.Type.Kind, deletion.Key, deletion.Why);
            try
            {
                await client.DeleteAsync(deletion.Type, deletion.Key, deletion.Uid, deletion.GracePeriodSeconds, token, deletion.ResourceVersion);
            }
            catch (KubernetesApiException exception) when (exception.IsConflict)
            {
                // Another object has the name by now, or it is no longer in the state that was the reason; the next pass sees which.
            }
        },
        pass);

    private Task CreateAsync(KubernetesObject item, Pass pass) => WriteAsync(
        ResourceType.Of(item.GetType()), item.Key, isStatus: false, async token =>
        {
            try
            {
                await client.CreateAsync(item, token);
            }
            catch (KubernetesApiException exception) when (exception.IsAlreadyExists)
            {
                // Names are deterministic: it is the same object, which the cache has yet to show.
            }
        },
        pass);

    private async Task WriteSeatStatusAsync(PlannedSeatStatus planned, Pass pass)
    {
        var (seat, status) = planned;
        if (await ReplaceStatusAsync(seat, status, pass) && status.State == SeatState.Failed)
            await events.RecordAsync(seat, new(IsWarning: true, status.Reason ?? "Failed", status.Message ?? "The seat cannot start."), CancellationToken.None);
    }

    private async Task WriteStatusAsync((ClassroomEnvironment Environment, ClassroomEnvironmentStatus Status) planned, Pass pass)
    {
        var (environment, status) = planned;
        if (StatusComparison.IsSame(environment.Status, status)) return;
        if (StatusComparison.OnlyCountsDiffer(environment.Status, status) && pace.NextTurn(environment.Key) is { } turn)
        {
            pass.LookAgain(turn);
            return;
        }

        if (!await ReplaceStatusAsync(environment, status, pass)) return;
        pace.Wrote(environment.Key);
        await AnnounceAsync(environment, environment.Status?.Conditions, status.Conditions, pass);
    }

    /// <summary>False where an earlier status of the same object has yet to come back.</summary>
    private Task<bool> ReplaceStatusAsync<T>(T item, object status, Pass pass) where T : KubernetesObject => WriteAsync(
        ResourceType.Of<T>(), item.Key, isStatus: true, token => client.ReplaceStatusAsync<T>(item.Key, item.Metadata.Uid!, status, Labels.Operator, token), pass);

    /// <summary>Records the Events of a status that was written; also where the operator is told to stop in between: who comes after it finds nothing new in the status, and would not tell.</summary>
    private async Task AnnounceAsync(KubernetesObject item, IReadOnlyList<Condition>? known, IReadOnlyList<Condition>? written, Pass pass)
    {
        foreach (var announcement in StatusComparison.Announcements(known, written)) await events.RecordAsync(item, announcement, CancellationToken.None);
    }

    /// <summary>Makes one write when there is room for it; false where an earlier one of the same object has yet to come back.</summary>
    private async Task<bool> WriteAsync(ResourceType type, ObjectKey key, bool isStatus, Func<CancellationToken, Task> write, Pass pass)
    {
        var made = false;
        // Students wait for their pods, nobody for a word that says so.
        await limit.RunAsync(
            isStatus ? Urgency.Ordinary : Urgency.Urgent, async token =>
            {
                if (!unseen.TryBegin(type, key, isStatus, pass.ObservedAt))
                {
                    pass.LookAgain(time.GetUtcNow() + UnseenWrites.Patience);
                    return;
                }

                try
                {
                    await write(token);
                    made = true;
                }
                catch
                {
                    unseen.Failed(type, key, isStatus);
                    throw;
                }
            },
            pass.CancellationToken);
        return made;
    }

    /// <summary>What is gathered while one plan is carried out.</summary>
    private sealed class Pass(long observedAt, CancellationToken cancellationToken)
    {
        private readonly Lock gate = new();

        public long ObservedAt { get; } = observedAt;

        public CancellationToken CancellationToken { get; } = cancellationToken;

        public ConcurrentQueue<Exception> Failures { get; } = new();

        public DateTimeOffset? LookAgainAt { get; private set; }

        public void LookAgain(DateTimeOffset at)
        {
            lock (gate)
            {
                if (LookAgainAt is null || at < LookAgainAt) LookAgainAt = at;
            }
        }
    }
}
