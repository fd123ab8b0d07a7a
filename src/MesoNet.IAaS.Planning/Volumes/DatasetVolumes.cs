using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Volumes;

/// <summary>
/// A data set in a course: a volume and a claim bound to each other, both pointing at the one place where the data lives. A pod may not
/// name such places itself (Pod Security), and a volume binds one claim, hence a pair per course; the data is never copied.
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
    public static IEnumerable<KubernetesObject> Build(Course course, ObservedEnvironment observed)
    {
        var existing = observed.Volumes.ToDictionary(volume => volume.Metadata.Name!, StringComparer.Ordinal);
        foreach (var dataset in course.Datasets)
        {
            var volume = existing.GetValueOrDefault(Name(course, dataset));
            if (volume is not null && IsSpent(volume)) continue;
            yield return Volume(course, dataset);
            if (volume?.Status?.Phase is not (null or "Pending")) yield return Claim(course, dataset);
        }
    }

    /// <summary>
    /// Volumes and claims of data sets that the template no longer names, once no pod of an older plan is left that may use them: the
    /// cluster would only mark them, and would start no pod with them any more, should the template name the data again. And volumes that
    /// have lost their claim, since such a volume binds no other.
    /// </summary>
    /// <param name="course">The course.</param>
    /// <param name="observed">What there is.</param>
    /// <param name="isOlderPlanInUse">Whether there are pods of an older plan.</param>
    public static IEnumerable<PlannedDeletion> NoLongerWanted(Course course, ObservedEnvironment observed, bool isOlderPlanInUse)
    {
        var wanted = course.Datasets.Select(dataset => Name(course, dataset)).ToHashSet(StringComparer.Ordinal);
        const string why = "the course no longer uses this data there";
        foreach (var claim in observed.Claims.Where(claim => claim.Metadata.Label(Labels.Component) == Component && claim.Metadata.DeletionTimestamp is null && IsUnwanted(claim)))
            yield return PlannedDeletion.Of(claim, why);
        foreach (var volume in observed.Volumes.Where(volume => volume.Metadata.DeletionTimestamp is null && (IsUnwanted(volume) || IsSpent(volume))))
            yield return PlannedDeletion.Of(volume, why);

        bool IsUnwanted(KubernetesObject item) => !isOlderPlanInUse && !wanted.Contains(item.Metadata.Name!);
    }

    /// <summary>
    /// The name of a data set's volume and claim in a course. The location is part of it: neither can be changed to point elsewhere, so data
    /// that moved gets new ones.
    /// </summary>
    public static string Name(Course course, Dataset dataset)
    {
        var place = DatasetPlaces.Of(dataset);
        return ObjectNames.WithHash(
            $"{ObjectNames.Slug(course.Name)}-{ObjectNames.Slug(dataset.Metadata.Name!)}",
            course.Namespace, course.Name, dataset.Metadata.Name!, place?.HostPath?.Path ?? "",
            $"{place?.Nfs?.Server}:{place?.Nfs?.Path}", $"{place?.Csi?.Driver}:{place?.Csi?.VolumeHandle}");
    }

    /// <summary>The folder of the volume that is the data; null for all of it.</summary>
    public static string? FolderOf(Dataset dataset) => DatasetPlaces.Of(dataset)?.Folder;

    // A volume and a claim must name a size, and it means nothing here: the data is there already.
    private static Dictionary<string, Quantity> NominalSize() => new(StringComparer.Ordinal) { ["storage"] = "1Gi" };

    private static bool IsSpent(PersistentVolume volume) => volume.Metadata.DeletionTimestamp is not null || volume.Status?.Phase is "Released" or "Failed";

    private static PersistentVolume Volume(Course course, Dataset dataset)
    {
        var labels = Labels.For(course.Name, Component);
        labels[Labels.EnvironmentNamespace] = course.Namespace;
        labels[Labels.Dataset] = dataset.Metadata.Name!;
        if (dataset is { Spec.Source: not null, Status.Version: { } version }) labels[Labels.DatasetVersion] = version;
        return new()
        {
            Metadata = new() { Name = Name(course, dataset), Labels = labels },
            Spec = DatasetPlaces.Pointing(DatasetPlaces.Of(dataset)!) with
            {
                Capacity = NominalSize(),
                AccessModes = ["ReadOnlyMany"],
                // The data is the site's; no course's end may touch it.
                PersistentVolumeReclaimPolicy = "Retain",
                // No class: one that is named by an empty text comes back as none, and would look changed for ever.
                ClaimRef = new() { Namespace = course.Namespace, Name = Name(course, dataset) },
            },
        };
    }

    private static PersistentVolumeClaim Claim(Course course, Dataset dataset) => new()
    {
        Metadata = course.Owned(Name(course, dataset), Component),
        Spec = new()
        {
            AccessModes = ["ReadOnlyMany"],
            StorageClassName = "",
            VolumeName = Name(course, dataset),
            Resources = new() { Requests = NominalSize() },
        },
    };
}
