using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>Where a notebook is reached.</summary>
internal static class SeatAddress
{
    /// <summary>
    /// The address and port of a pod whose containers are ready; null where they are not. Not the pod's own readiness: it goes for all notebooks of a
    /// node that the cluster has not heard of for a moment, and they work on.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="port">The port: JupyterLab's, or another that a workspace declares.</param>
    public static string? Of(ObservedPod pod, int port = SeatPod.Port) => pod is { HasReadyContainers: true, Status.PodIP: { } address }
        ? address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}"
        : null;
}
