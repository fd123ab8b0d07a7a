using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Site;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>The pods that wait for room on a node, the oldest first, as the scheduler takes them when they are of one priority.</summary>
internal static class SeatQueue
{
    /// <summary>The place of a pod among all seats' pods that no node has yet, from 1.</summary>
    public static int PlaceOf(ObservedPod pod, SiteView site) =>
        1 + site.Pods.All.Count(other => other.Spec?.NodeName is null && other.Metadata.DeletionTimestamp is null
            && (other.Metadata.CreationTimestamp, other.Metadata.Name).CompareTo((pod.Metadata.CreationTimestamp, pod.Metadata.Name)) < 0);
}
