using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Volumes;

/// <summary>
/// A data set in a workplace: a volume and a claim bound to each other, both pointing at the one place where the data lives. A pod may not
/// name such places itself (Pod Security), and a volume binds one claim, hence a pair per workplace; the data is never copied.
/// </summary>
internal static class DatasetVolumes
{
    private const string Component = "dataset";

    /// <summary>Where a data set is mounted.</summary>
    public static string MountPath(string dataset) => $"/data/{dataset}";

    /// <summary>
    /// The volumes, and the claims of those that the cluster has taken note of (they have a phase): a claim that comes sooner is only
    /// looked at again in the controller manager's next round, 15 s later.
    /// </summary>
    public static IEnumerable<KubernetesObject> Build(Workplace workplace, ObservedWorkplace observed)
    {
        var existing = observed.Volumes.ToDictionary(volume => volume.Metadata.Name!, StringComparer.Ordinal);
        foreach (var dataset in workplace.Datasets)
        {
            var volume = existing.GetValueOrDefault(Name(workplace, dataset));
            if (volume is not null && IsSpent(volume)) continue;
            yield return Volume(workplace, dataset);
            if (volume?.Status?.Phase is not (null or "Pending")) yield return Claim(workplace, dataset);
        }
    }

    /// <summary>
    /// Volumes and claims of data sets that are no longer named, once no pod of an older plan is left that may use them: the
    /// cluster would only mark them, and would start no pod with them any more, should the data be named again. And volumes that
    /// have lost their claim, since such a volume binds no other.
    /// </summary>
    /// <param name="workplace">The workplace.</param>
    /// <param name="observed">What there is.</param>
    /// <param name="isOlderPlanInUse">Whether there are pods of an older plan.</param>
    public static IEnumerable<PlannedDeletion> NoLongerWanted(Workplace workplace, ObservedWorkplace observed, bool isOlderPlanInUse)
    {
        var wanted = workplace.Datasets.Select(dataset => Name(workplace, dataset)).ToHashSet(StringComparer.Ordinal);
        const string why = "the data is no longer used there";
        foreach (var claim in observed.Claims.Where(claim => claim.Metadata.Label(Labels.Component) == Component && claim.Metadata.DeletionTimestamp is null && IsUnwanted(claim)))
            yield return PlannedDeletion.Of(claim, why);
        foreach (var volume in observed.Volumes.Where(volume => volume.Metadata.DeletionTimestamp is null && (IsUnwanted(volume) || IsSpent(volume))))
            yield return PlannedDeletion.Of(volume, why);

        bool IsUnwanted(KubernetesObject item) => !isOlderPlanInUse && !wanted.Contains(item.Metadata.Name!);
    }

    /// <summary>
    /// The name of a data set's volume and claim in a workplace. The location is part of it: neither can be changed to point elsewhere, so data
    /// that moved gets new ones.
    /// </summary>
    public static string Name(Workplace workplace, Dataset dataset)
    {
        var place = DatasetPlaces.Of(dataset);
        return ObjectNames.WithHash(
            $"{ObjectNames.Slug(workplace.Name)}-{ObjectNames.Slug(dataset.Metadata.Name!)}",
            workplace.Namespace, workplace.Name, dataset.Metadata.Name!, place?.HostPath?.Path ?? "",
            $"{place?.Nfs?.Server}:{place?.Nfs?.Path}", $"{place?.Csi?.Driver}:{place?.Csi?.VolumeHandle}");
    }

    /// <summary>The folder of the volume that is the data; null for all of it.</summary>
    public static string? FolderOf(Dataset dataset) => DatasetPlaces.Of(dataset)?.Folder;

    // A volume and a claim must name a size, and it means nothing here: the data is there already.
    private static Dictionary<string, Quantity> NominalSize() => new(StringComparer.Ordinal) { ["storage"] = "1Gi" };

    private static bool IsSpent(PersistentVolume volume) => volume.Metadata.DeletionTimestamp is not null || volume.Status?.Phase is "Released" or "Failed";

    private static PersistentVolume Volume(Workplace workplace, Dataset dataset)
    {
        var labels = workplace.LabelsOf(Component);
        labels[workplace.NamespaceLabel] = workplace.Namespace;
        labels[Labels.Dataset] = dataset.Metadata.Name!;
        if (dataset is { Spec.Source: not null, Status.Version: { } version }) labels[Labels.DatasetVersion] = version;
        return new()
        {
            Metadata = new() { Name = Name(workplace, dataset), Labels = labels },
            Spec = DatasetPlaces.Pointing(DatasetPlaces.Of(dataset)!) with
            {
                Capacity = NominalSize(),
                AccessModes = ["ReadOnlyMany"],
                // The data is the site's; no course's end may touch it.
                PersistentVolumeReclaimPolicy = "Retain",
                // No class: one that is named by an empty text comes back as none, and would look changed for ever.
                ClaimRef = new() { Namespace = workplace.Namespace, Name = Name(workplace, dataset) },
            },
        };
    }

    private static PersistentVolumeClaim Claim(Workplace workplace, Dataset dataset) => new()
    {
        Metadata = workplace.Owned(Name(workplace, dataset), Component),
        Spec = new()
        {
            AccessModes = ["ReadOnlyMany"],
            StorageClassName = "",
            VolumeName = Name(workplace, dataset),
            Resources = new() { Requests = NominalSize() },
        },
    };
}
