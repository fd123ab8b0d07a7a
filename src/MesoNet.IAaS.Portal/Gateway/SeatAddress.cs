using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>Where a seat's JupyterLab is reached.</summary>
internal static class SeatAddress
{
    /// <summary>
    /// The address and port of a pod whose containers are ready; null where they are not. Not the pod's own readiness: it goes for all notebooks of a
    /// node that the cluster has not heard of for a moment, and they work on.
    /// </summary>
    public static string? Of(ObservedPod pod) => pod is { HasReadyContainers: true, Status.PodIP: { } address }
        ? address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{SeatPod.Port}" : $"{address}:{SeatPod.Port}"
        : null;
}
