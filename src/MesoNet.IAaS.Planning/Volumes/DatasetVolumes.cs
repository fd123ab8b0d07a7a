using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
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

    public static string ClaimName(string environment, string dataset) => $"{environment}-data-{dataset}";

    /// <summary>
    /// The volumes, and the claims of those that the cluster has taken note of (they have a phase): a claim that comes sooner is only
    /// looked at again in the controller manager's next round, 15 s later.
    /// </summary>
    public static IEnumerable<KubernetesObject> Build(Course course, ObservedEnvironment observed)
    {
        var existing = observed.Volumes.Where(volume => volume.Status?.Phase is not (null or "Pending")).Select(volume => volume.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        foreach (var dataset in course.Datasets)
        {
            yield return Volume(course, dataset);
            if (existing.Contains(VolumeName(course, dataset))) yield return Claim(course, dataset);
        }
    }

    /// <summary>Volumes of data sets that the template no longer names. Their claims, deleted first, wait for the pods that use them.</summary>
    public static IEnumerable<PlannedDeletion> NoLongerWanted(Course course, ObservedEnvironment observed)
    {
        var claims = course.Datasets.Select(dataset => ClaimName(course.Name, dataset.Metadata.Name!)).ToHashSet(StringComparer.Ordinal);
        var volumes = course.Datasets.Select(dataset => VolumeName(course, dataset)).ToHashSet(StringComparer.Ordinal);
        const string why = "the template no longer names its data set";
        foreach (var claim in observed.Claims.Where(claim => claim.Metadata.Label(Labels.Component) == Component && claim.Metadata.DeletionTimestamp is null && !claims.Contains(claim.Metadata.Name!)))
            yield return PlannedDeletion.Of(claim, why);
        foreach (var volume in observed.Volumes.Where(volume => volume.Metadata.DeletionTimestamp is null && !volumes.Contains(volume.Metadata.Name!)))
            yield return PlannedDeletion.Of(volume, why);
    }

    private static Dictionary<string, Quantity> Size(Dataset dataset) =>
        new(StringComparer.Ordinal) { ["storage"] = dataset.Spec.Size is { Value: > 0 } known ? known : new Quantity("1Gi") };

    private static PersistentVolume Volume(Course course, Dataset dataset)
    {
        var labels = Labels.For(course.Name, Component);
        labels[Labels.EnvironmentNamespace] = course.Namespace;
        return new()
        {
            Metadata = new() { Name = VolumeName(course, dataset), Labels = labels },
            Spec = new()
            {
                Capacity = Size(dataset),
                AccessModes = ["ReadOnlyMany"],
                // The data is the site's; no course's end may touch it.
                PersistentVolumeReclaimPolicy = "Retain",
                StorageClassName = "",
                ClaimRef = new() { Namespace = course.Namespace, Name = ClaimName(course.Name, dataset.Metadata.Name!) },
                HostPath = dataset.Spec.HostPath is { } folder ? new() { Path = folder.Path, Type = "Directory" } : null,
                Nfs = dataset.Spec.Nfs is { } nfs ? new() { Server = nfs.Server, Path = nfs.Path, ReadOnly = true } : null,
                Csi = dataset.Spec.Csi is { } csi
                    ? new() { Driver = csi.Driver, VolumeHandle = csi.VolumeHandle, VolumeAttributes = csi.VolumeAttributes, ReadOnly = true }
                    : null,
            },
        };
    }

    private static PersistentVolumeClaim Claim(Course course, Dataset dataset) => new()
    {
        Metadata = course.Owned(ClaimName(course.Name, dataset.Metadata.Name!), Component),
        Spec = new()
        {
            AccessModes = ["ReadOnlyMany"],
            StorageClassName = "",
            VolumeName = VolumeName(course, dataset),
            Resources = new() { Requests = Size(dataset) },
        },
    };

    // The location is part of the name: a volume's source can't be changed, so data that moved gets a new volume.
    private static string VolumeName(Course course, Dataset dataset) => ObjectNames.WithHash(
        $"{ObjectNames.Slug(course.Name)}-{ObjectNames.Slug(dataset.Metadata.Name!)}",
        course.Namespace, course.Name, dataset.Metadata.Name!, dataset.Spec.HostPath?.Path ?? "",
        $"{dataset.Spec.Nfs?.Server}:{dataset.Spec.Nfs?.Path}", $"{dataset.Spec.Csi?.Driver}:{dataset.Spec.Csi?.VolumeHandle}");
}
