using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>The same for data sets: the finalizer first, which keeps what is in use, then deletes and creates, then the status with its Events.</summary>
internal sealed partial class PlanExecutor
{
    /// <inheritdoc cref="ExecuteAsync(ObservedEnvironment, long, EnvironmentPlan, Instant, CancellationToken)"/>
    public async Task<DateTimeOffset?> ExecuteAsync(ObservedDataset observed, long observedAt, DatasetPlan plan, Instant now, CancellationToken cancellationToken)
    {
        var pass = new Pass(observedAt, cancellationToken);
        if (observed.Dataset is { } dataset && plan.Finalizers is { } finalizers) await ForEachAsync([(dataset, finalizers)], WriteFinalizersAsync, pass);
        await ForEachAsync(plan.Delete, DeleteAsync, pass);
        await ForEachAsync(plan.Create, CreateAsync, pass);
        if (observed.Dataset is { } described && plan.Status is { } status)
            await ForEachAsync([(described, DatasetPlanner.WithRefusals(status, described, Refusals(pass.Failures), now))], WriteStatusAsync, pass);
        else
            pace.Forget(observed.Key);
        if (!pass.Failures.IsEmpty) throw new AggregateException(pass.Failures);
        return pass.LookAgainAt;
    }

    // Others' finalizers are in the list as they were read: at that version only.
    private Task WriteFinalizersAsync((Dataset Dataset, IReadOnlyList<string> Finalizers) planned, Pass pass) => WriteAsync(
        ResourceType.Of<Dataset>(), planned.Dataset.Key, isStatus: false,
        token => client.MergePatchAsync<Dataset>(
            planned.Dataset.Key,
            new()
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = planned.Dataset.Metadata.Uid,
                    ["resourceVersion"] = planned.Dataset.Metadata.ResourceVersion,
                    ["finalizers"] = new JsonArray([.. planned.Finalizers.Select(finalizer => JsonValue.Create(finalizer))]),
                },
            },
            token),
        pass);

    private async Task WriteStatusAsync((Dataset Dataset, DatasetStatus Status) planned, Pass pass)
    {
        var (dataset, status) = planned;
        if (StatusComparison.IsSame(dataset.Status, status)) return;
        if (StatusComparison.OnlyProgressDiffers(dataset.Status, status) && pace.NextTurn(dataset.Key) is { } turn)
        {
            pass.LookAgain(turn);
            return;
        }

        if (!await ReplaceStatusAsync(dataset, status, pass)) return;
        pace.Wrote(dataset.Key);
        await AnnounceAsync(dataset, dataset.Status?.Conditions, status.Conditions, pass);
    }
}
