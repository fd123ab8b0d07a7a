using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>A workspace's map of requests, as the resources of a seat.</summary>
internal static class WorkspaceResources
{
    private const string Cpu = "cpu";
    private const string Memory = "memory";

    /// <summary>Whether cpu and memory are among them.</summary>
    public static bool AreComplete(IReadOnlyDictionary<string, Quantity> resources) => resources.ContainsKey(Cpu) && resources.ContainsKey(Memory);

    /// <summary>The resources of a seat.</summary>
    public static SeatResources Of(IReadOnlyDictionary<string, Quantity> resources) => new()
    {
        Cpu = resources[Cpu],
        Memory = resources[Memory],
        Devices = Devices(resources) is { Count: > 0 } devices ? devices : null,
    };

    /// <summary>The names that are neither cpu nor memory.</summary>
    public static IReadOnlyDictionary<string, Quantity> Devices(IReadOnlyDictionary<string, Quantity> resources) =>
        resources.Where(pair => pair.Key is not (Cpu or Memory) && pair.Value.Value > 0).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
}
