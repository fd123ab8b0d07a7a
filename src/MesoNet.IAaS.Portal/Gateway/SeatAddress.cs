using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>Where a seat's JupyterLab is reached.</summary>
internal static class SeatAddress
{
    /// <summary>The address and port of a pod that is ready; null where it is not.</summary>
    public static string? Of(ObservedPod pod) => pod is { IsReady: true, Status.PodIP: { } address }
        ? address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{SeatPod.Port}" : $"{address}:{SeatPod.Port}"
        : null;
}
