using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;

namespace MesoNet.IAaS.Planning.Volumes;

/// <summary>
/// The one volume of a workplace's homes, a folder in it for each seat. It outlives the resource unless that says
/// otherwise: only then does the resource own it, so that garbage collection takes it along.
/// </summary>
public static class HomesVolume
{
    internal static Quantity DefaultSize => new("20Gi");

    /// <summary>The name of a workplace's claim.</summary>
    public static string ClaimName(string workplace) => $"{workplace}-homes";

    /// <summary>The folder of a seat's home in the volume.</summary>
    public static string HomePath(string seatName) => $"homes/{seatName}";

    /// <summary>Whether the claim that is there is about to go, so that homes prepared in it would go too.</summary>
    internal static bool IsGoing(Workplace workplace, ObservedWorkplace observed) => observed.Claims.Any(claim =>
        claim.Metadata.Name == ClaimName(workplace.Name) && (claim.Metadata.DeletionTimestamp is not null || workplace.IsOfPredecessor(claim)));

    internal static IEnumerable<KubernetesObject> Build(Workplace workplace)
    {
        yield return Claim(workplace, ClaimName(workplace.Name), "homes", workplace.HomesSize);
    }

    /// <summary>A claim of people's work.</summary>
    internal static PersistentVolumeClaim Claim(Workplace workplace, string name, string component, Quantity size)
    {
        return new()
        {
            Metadata = workplace.DeletesHomes ? workplace.Owned(name, component) : workplace.Kept(name, component),
            Spec = new()
            {
                AccessModes = ["ReadWriteMany"],
                StorageClassName = workplace.StorageClass,
                Resources = new() { Requests = new Dictionary<string, Quantity> { ["storage"] = size } },
            },
        };
    }
}
