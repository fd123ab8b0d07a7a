using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>
/// From what is observed of a data set to what to do about it. Pure, as the planner of courses: who uses it, whether it may go, where its data
/// is or how to get it.
/// </summary>
public static class DatasetPlanner
{
    /// <summary>The plan of one data set.</summary>
    /// <param name="observed">The world.</param>
    /// <param name="now">The moment the plan is for.</param>
    public static DatasetPlan Plan(ObservedDataset observed, Instant now)
    {
        if (observed.Dataset is not { } dataset) return new();
        var courses = DatasetUse.CoursesOf(observed);
        var workspaces = DatasetUse.WorkspacesOf(observed);
        var isUsed = courses.Count > 0 || workspaces.Count > 0;
        var finalizers = DatasetUse.Finalizers(dataset, isUsed);
        var isGoing = dataset.Metadata.DeletionTimestamp is not null;
        // Claims and Jobs are its own, and go with it by garbage collection.
        if (isGoing && !isUsed) return new() { Finalizers = finalizers };

        var data = isGoing ? AsItIs(dataset) : DataOf(dataset, observed, now);
        return new()
        {
            Create = data.Create,
            Delete = isGoing || dataset.Spec.Source is not null ? data.Delete : [.. FetchPlanner.NoLongerFetched(observed)],
            Finalizers = finalizers,
            Status = data.Known with
            {
                ObservedGeneration = dataset.Metadata.Generation,
                Conditions = Conditions.Of([.. data.Findings, DatasetUse.Finding(dataset, courses, workspaces)], dataset.Status?.Conditions, dataset.Metadata.Generation, now),
            },
            NextLookAt = data.NextLookAt,
        };
    }

    /// <summary>The status where the API server refused some of the plan's writes.</summary>
    /// <param name="status">The status as planned.</param>
    /// <param name="dataset">The data set.</param>
    /// <param name="refusals">What the API server said, each once.</param>
    /// <param name="now">The moment.</param>
    public static DatasetStatus WithRefusals(DatasetStatus status, Dataset dataset, IReadOnlyList<string> refusals, Instant now)
    {
        if (refusals.Count == 0) return status;
        // Data that courses can use already stays Ready.
        var type = status.Place is null ? Readiness.Ready : FetchPlanner.FetchedCondition;
        return status with { Conditions = Conditions.With(Unready.Refused("data set", refusals, type), status.Conditions, dataset.Status?.Conditions, dataset.Metadata.Generation, now) };
    }

    private static DataState DataOf(Dataset dataset, ObservedDataset observed, Instant now) => dataset.Spec switch
    {
        { } spec when DatasetPlaces.Count(spec) != 1 =>
            new(new(), [new(Readiness.Ready, false, "DatasetInvalid", "The spec must name exactly one of nfs, csi, hostPath, claim and source.")]),
        { Source: not null } => FetchPlanner.Plan(dataset, observed, now),
        { Claim: not null } => HeldData.Claimed(dataset, observed, now),
        _ => HeldData.Named(dataset),
    };

    // Of what is to go, nothing is fetched or looked for any more; those who use it still do.
    private static DataState AsItIs(Dataset dataset) => new(
        dataset.Status ?? new(),
        [
            .. (dataset.Status?.Conditions ?? []).Where(condition => condition.Type != DatasetUse.InUse)
                .Select(condition => new Finding(condition.Type, condition.Status == "True", condition.Reason, condition.Message ?? "")),
        ]);
}
