using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>What is wrong with the data sets that something names.</summary>
internal static class DatasetRules
{
    /// <param name="references">The data sets that are named.</param>
    /// <param name="datasets">Those that there are.</param>
    /// <param name="who">What names them, as a sentence begins.</param>
    /// <param name="advice">What else than making one can help.</param>
    /// <param name="waiting">What waits for one that is not there yet, as a sentence begins.</param>
    public static IEnumerable<SpecificationProblem> Check(
        IReadOnlyList<DatasetReference>? references, IReadOnlyList<Dataset> datasets, string who, string advice, string waiting)
    {
        foreach (var reference in references ?? [])
        {
            var dataset = datasets.FirstOrDefault(dataset => dataset.Metadata.Name == reference.Name);
            if (dataset is null)
            {
                yield return new("DatasetNotFound",
                    $"{who} needs the data set \"{reference.Name}\", which does not exist. {SpecificationRules.Existing("data sets", datasets.Select(known => known.Metadata.Name!))} Create it, or {advice}.");
            }
            else if (DatasetPlaces.Count(dataset.Spec) != 1)
            {
                yield return new("DatasetInvalid", $"The data set \"{reference.Name}\" must name exactly one of nfs, csi, hostPath, claim and source.");
            }
            else if (DatasetPlaces.Of(dataset) is null)
            {
                var told = dataset.Status?.Conditions?.FirstOrDefault(condition => condition.Type == Readiness.Ready)?.Message;
                yield return new(SpecificationRules.DatasetNotReady, $"{waiting} waits for the data set \"{reference.Name}\". {told ?? "Nobody has looked at it yet."}");
            }
        }
    }
}
