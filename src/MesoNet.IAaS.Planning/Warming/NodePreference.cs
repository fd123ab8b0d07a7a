using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Warming;

/// <summary>
/// Which nodes a seat would rather run on; no more than that, since a seat on another one is better than none. A lesson's seat prefers the nodes that were
/// prepared for it. Any other that needs no device leaves those with devices to seats that do, as the calendar assumes.
/// </summary>
internal sealed class NodePreference
{
    /// <summary>Each is named in each pod: beyond some, the pods would be more of names than of anything else.</summary>
    private const int AtMost = 64;

    private readonly Affinity? prepared;
    private readonly Affinity? withoutDevices;

    public NodePreference(ObservedEnvironment observed)
    {
        prepared = Preferring([.. NodePreparation.NodesOf(observed).Select(NodePreparation.Named)]);
        var others = observed.Nodes.Where(HasDevices).Select(node => node.Metadata.Name!).Order(StringComparer.Ordinal).ToList();
        // Where all have devices there is nothing to prefer.
        if (others.Count > 0 && others.Count <= AtMost && others.Count < observed.Nodes.Count)
            withoutDevices = Preferring([new() { MatchFields = [.. others.Select(node => new NodeSelectorRequirement { Key = "metadata.name", Operator = "NotIn", Values = [node] })] }]);
    }

    /// <summary>The preference of a seat's pod; null for none. It is one and the same for all pods of a pass.</summary>
    /// <param name="seat">What the seat holds.</param>
    /// <param name="isForLesson">Whether it runs for a lesson.</param>
    public Affinity? For(SeatResources seat, bool isForLesson) =>
        isForLesson && prepared is not null ? prepared
        : seat.Devices is { } devices && devices.Values.Any(count => count.Value > 0) ? null
        : withoutDevices;

    /// <summary>What a pod requires of nodes, with a preference beside it.</summary>
    public static Affinity? Beside(Affinity? required, Affinity? preference) =>
        preference is null ? required
        : required?.NodeAffinity is null ? preference
        : new() { NodeAffinity = required.NodeAffinity with { PreferredDuringSchedulingIgnoredDuringExecution = preference.NodeAffinity!.PreferredDuringSchedulingIgnoredDuringExecution } };

    private static bool HasDevices(Node node) =>
        node.Status?.Allocatable?.Any(resource => ExtendedResources.IsName(resource.Key) && resource.Value.Value > 0) == true;

    private static Affinity? Preferring(IReadOnlyList<NodeSelectorTerm> nodes) => nodes.Count == 0 ? null : new()
    {
        NodeAffinity = new() { PreferredDuringSchedulingIgnoredDuringExecution = [.. nodes.Select(node => new PreferredSchedulingTerm { Weight = 100, Preference = node })] },
    };
}
