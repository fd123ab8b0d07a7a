namespace MesoNet.IAaS.Resources.Naming;

/// <summary>What nodes have beside processor, memory and the like: devices, each kind by a name with the domain of who offers it.</summary>
public static class ExtendedResources
{
    /// <summary>Whether a resource is one of them, such as nvidia.com/gpu: Kubernetes' own have no slash.</summary>
    /// <param name="resource">The resource's name.</param>
    public static bool IsName(string resource) => resource.Contains('/', StringComparison.Ordinal);
}
