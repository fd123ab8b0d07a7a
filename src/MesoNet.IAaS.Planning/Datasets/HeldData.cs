using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>Data that is there already: in a place that the spec names, or behind a claim.</summary>
public static class HeldData
{
    private static readonly Duration UntilBound = Duration.FromSeconds(30);
    private static readonly Duration BetweenLooks = Duration.FromMinutes(10);

    /// <summary>The claim whose volume has to be looked up for a plan; null for none.</summary>
    /// <param name="dataset">The data set.</param>
    public static ObjectKey? ClaimOf(Dataset dataset) => dataset.Spec switch
    {
        { Claim: { } claim } => new(claim.Namespace, claim.Name),
        { Source: { } source } when dataset.Status is not { Place: not null } || dataset.Status.Version != FetchedVersion.Of(source) =>
            new(FetchedVersion.Namespace, FetchedVersion.ClaimName(dataset, FetchedVersion.Of(source))),
        _ => null,
    };

    /// <summary>A place that the spec names.</summary>
    internal static DataState Named(Dataset dataset)
    {
        var where = dataset.Spec switch
        {
            { Nfs: { } nfs } => $"on the NFS server {nfs.Server} in {nfs.Path}",
            { Csi: { } csi } => $"in the volume {csi.VolumeHandle} of {csi.Driver}",
            { HostPath: { } folder } => $"in {folder.Path} of each node",
            _ => "nowhere",
        };
        return new(new() { Size = dataset.Spec.Size }, [new(Readiness.Ready, true, "Located", $"The data is read where it lies, {where}.")]);
    }

    /// <summary>What is behind a claim.</summary>
    internal static DataState Claimed(Dataset dataset, ObservedDataset observed, Instant now)
    {
        var (claim, known) = (dataset.Spec.Claim!, new DatasetStatus { Size = dataset.Spec.Size });
        var which = $"claim {claim.Name} in the namespace {claim.Namespace}";
        if (observed.Claim is not { Metadata.DeletionTimestamp: null })
            return NotYet("NotFound", observed.Claim is null ? $"There is no {which}. Create it, or correct spec.claim." : $"The {which} is being deleted.");
        if (observed.Claim.Spec?.VolumeName is not { Length: > 0 } || observed.Volume is null)
            return NotYet("ClaimUnbound", $"The {which} is not bound to a volume yet.");
        if (DatasetPlaces.Behind(observed.Volume, folder: null) is not { } place)
            return NotYet("VolumeNotShareable", $"The volume of the {which} is neither NFS, CSI nor a node's folder, and cannot be shared with other namespaces.");
        return new(known with { Place = place }, [new(Readiness.Ready, true, "Located", $"The data is read where it lies, behind the {which}.")])
        {
            NextLookAt = (now + BetweenLooks).ToDateTimeOffset(),
        };

        DataState NotYet(string reason, string sentence) => new(known, [new(Readiness.Ready, false, reason, sentence)]) { NextLookAt = (now + UntilBound).ToDateTimeOffset() };
    }
}
