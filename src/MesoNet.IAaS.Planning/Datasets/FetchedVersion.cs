using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>A source as it is at one time, named after a hash of it: what is fetched of another source is another version, in another volume.</summary>
internal static class FetchedVersion
{
    /// <summary>Where everything that fetches is.</summary>
    public const string Namespace = "mesonet-system";

    /// <summary>What claims, Jobs and pods that fetch are for.</summary>
    public const string Component = "dataset-source";

    /// <summary>The folder of the volume that holds the data; it appears there complete.</summary>
    public const string Folder = "data";

    private static Quantity DefaultSize => new("20Gi");

    /// <summary>The version that a data set's source means.</summary>
    public static string Of(DatasetSource source) => ObjectNames.Hash($"{WhatToFetch(source)}\0{source.Volume?.ClassName}\0{SizeOf(source)}", 10);

    /// <summary>What the fetching program is told: the source, and not what fetches it.</summary>
    public static string WhatToFetch(DatasetSource source) =>
        Encoding.UTF8.GetString(KubernetesJson.Write(new DatasetSource { Git = source.Git, Files = source.Files }));

    /// <summary>How large the volume is.</summary>
    public static Quantity SizeOf(DatasetSource source) => source.Volume?.Size ?? DefaultSize;

    /// <summary>The name of a version's claim. One of a data set that was deleted and made again is not taken for this one's.</summary>
    public static string ClaimName(Dataset dataset, string version) =>
        ObjectNames.WithHash($"dataset-{ObjectNames.Slug(dataset.Metadata.Name!)}", dataset.Metadata.Uid!, dataset.Metadata.Name!, version);

    /// <summary>A version's claim.</summary>
    public static PersistentVolumeClaim Claim(Dataset dataset, string version) => new()
    {
        Metadata = Metadata(dataset, ClaimName(dataset, version), version),
        Spec = new()
        {
            AccessModes = ["ReadWriteMany"],
            StorageClassName = dataset.Spec.Source!.Volume?.ClassName is { Length: > 0 } className ? className : null,
            Resources = new() { Requests = new Dictionary<string, Quantity> { ["storage"] = SizeOf(dataset.Spec.Source) } },
        },
    };

    /// <summary>Metadata of what fetches a version; all of it goes with the data set.</summary>
    public static ObjectMeta Metadata(Dataset dataset, string name, string version) => new()
    {
        Name = name,
        Namespace = Namespace,
        Labels = LabelsOf(dataset, version),
        OwnerReferences = [OwnerReference.To(dataset)],
    };

    /// <summary>The labels of what fetches a version.</summary>
    public static Dictionary<string, string> LabelsOf(Dataset dataset, string version) => new(StringComparer.Ordinal)
    {
        [Labels.ManagedBy] = Labels.Operator,
        [Labels.Component] = Component,
        [Labels.Dataset] = dataset.Metadata.Name!,
        [Labels.DatasetVersion] = version,
    };
}
