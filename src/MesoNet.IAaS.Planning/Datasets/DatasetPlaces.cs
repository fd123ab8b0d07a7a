using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>Where a data set's data lives, and the volumes that point there.</summary>
internal static class DatasetPlaces
{
    /// <summary>Where courses find the data; null while nobody knows.</summary>
    public static DatasetPlace? Of(Dataset dataset) => dataset.Spec switch
    {
        { Claim: not null } or { Source: not null } => dataset.Status?.Place,
        { } spec => new() { Nfs = spec.Nfs, Csi = spec.Csi, HostPath = spec.HostPath },
    };

    /// <summary>How many of the kinds of places a spec names; it should be one.</summary>
    public static int Count(DatasetSpec spec) =>
        new object?[] { spec.Nfs, spec.Csi, spec.HostPath, spec.Claim, spec.Source }.Count(place => place is not null);

    /// <summary>The place that a volume points at; null where no other volume could point there.</summary>
    public static DatasetPlace? Behind(PersistentVolume volume, string? folder)
    {
        var spec = volume.Spec;
        if (spec is null or { Nfs: null, Csi: null, HostPath: null }) return null;
        return new()
        {
            Nfs = spec.Nfs is { } nfs ? new() { Server = nfs.Server, Path = nfs.Path } : null,
            HostPath = spec.HostPath is { } hostPath ? new() { Path = hostPath.Path } : null,
            Csi = spec.Csi is { } csi
                ? new()
                {
                    Driver = csi.Driver, VolumeHandle = csi.VolumeHandle, VolumeAttributes = csi.VolumeAttributes, FsType = csi.FsType,
                    NodeStageSecret = Secret(csi.NodeStageSecretRef), NodePublishSecret = Secret(csi.NodePublishSecretRef),
                }
                : null,
            Folder = folder,
            MountOptions = spec.MountOptions,
            Nodes = spec.NodeAffinity?.Required,
        };
    }

    /// <summary>The part of a volume's spec that makes it point at a place, to read only.</summary>
    public static PersistentVolumeSpec Pointing(DatasetPlace place) => new()
    {
        HostPath = place.HostPath is { } folder ? new() { Path = folder.Path, Type = "Directory" } : null,
        Nfs = place.Nfs is { } nfs ? new() { Server = nfs.Server, Path = nfs.Path, ReadOnly = true } : null,
        Csi = place.Csi is { } csi
            ? new()
            {
                Driver = csi.Driver, VolumeHandle = csi.VolumeHandle, VolumeAttributes = csi.VolumeAttributes, FsType = csi.FsType, ReadOnly = true,
                NodeStageSecretRef = Reference(csi.NodeStageSecret), NodePublishSecretRef = Reference(csi.NodePublishSecret),
            }
            : null,
        MountOptions = place.MountOptions,
        NodeAffinity = place.Nodes is { } nodes ? new() { Required = nodes } : null,
    };

    private static SecretLocation? Secret(SecretReference? secret) =>
        secret is { Namespace: { } @namespace, Name: { } name } ? new() { Namespace = @namespace, Name = name } : null;

    private static SecretReference? Reference(SecretLocation? secret) => secret is null ? null : new() { Namespace = secret.Namespace, Name = secret.Name };
}
