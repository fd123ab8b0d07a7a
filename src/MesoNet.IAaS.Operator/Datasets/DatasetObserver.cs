using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Operator.Courses;
using MesoNet.IAaS.Planning.Datasets;
using MesoNet.IAaS.Resources.Naming;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Operator.Datasets;

/// <summary>
/// Gathers everything a data set's plan needs: from the caches, and by a request for what is not ours and therefore not watched (the volume
/// behind a claim), and for how far a Job is.
/// </summary>
internal sealed class DatasetObserver(CourseCaches caches, KubernetesClient client, ILogger logger)
{
    /// <summary>The data set's world; null where the data set is there and cannot be read.</summary>
    public async Task<ObservedDataset?> ObserveAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (caches.Datasets.IsUnreadable(key)) return null;
        var index = CourseCaches.IndexOfDataset(key.Name);
        var dataset = caches.Datasets.Find(key);
        var pods = caches.Pods.Indexed(index);
        var claim = dataset is not null && HeldData.ClaimOf(dataset) is { } claimKey
            ? caches.Claims.Find(claimKey) ?? (dataset.Spec.Claim is null ? null : await client.FindAsync<PersistentVolumeClaim>(claimKey, cancellationToken))
            : null;
        return new()
        {
            Key = key,
            Dataset = dataset,
            Environments = [.. caches.Environments.All],
            Templates = [.. caches.Templates.All],
            Platforms = caches.Platforms,
            Workspaces = [.. caches.Workspaces.All],
            CourseVolumes = caches.Volumes.Indexed(index),
            Claims = caches.Claims.Indexed(index).Where(IsOfSource).ToList(),
            Jobs = caches.Jobs.Indexed(index),
            Pods = pods,
            Claim = claim,
            Volume = claim?.Spec?.VolumeName is { Length: > 0 } volume ? await client.FindAsync<PersistentVolume>(ObjectKey.Cluster(volume), cancellationToken) : null,
            LastLine = await LastLineAsync(pods, cancellationToken),
        };
    }

    private static bool IsOfSource(PersistentVolumeClaim claim) => claim.Metadata.Label(Labels.DatasetVersion) is not null && claim.Metadata.Label(Labels.Environment) is null;

    private async Task<string?> LastLineAsync(IReadOnlyList<ObservedPod> pods, CancellationToken cancellationToken)
    {
        if (pods.FirstOrDefault(pod => pod is { Status.Phase: "Running", Metadata.DeletionTimestamp: null }) is not { } pod) return null;
        try
        {
            var path = $"{ResourceType.Of<Pod>().ObjectPath(pod.Key)}/log?tailLines=1&limitBytes=4096";
            return (await client.GetTextAsync(path, cancellationToken)).Trim();
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
        {
            // How far it is is nice to know, and no more.
            logger.LogDebug("The log of {Pod} could not be read: {Message}", pod.Key, exception.Message);
            return null;
        }
    }
}
