using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>
/// Nodes as numbers: what each has of each resource, in thousandths, which is as fine as Kubernetes counts. Extended resources are what their
/// names say and nothing else: a card, a MIG slice of one kind and a card of another make cannot stand in for each other.
/// </summary>
internal sealed class NodeRooms
{
    private const long Most = long.MaxValue / 4;
    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal) { ["cpu"] = 0, ["memory"] = 1, ["pods"] = 2 };
    // The seats of one course share these objects: they are measured once.
    private readonly ConcurrentDictionary<(SeatResources Seat, IReadOnlyList<string>? Architectures), SeatShape> shapes = new(SameObjects.Instance);
    private readonly List<Node> usable;
    private readonly int[] byName;
    private readonly int[] withoutDevicesFirst;
    private readonly IReadOnlyList<string>[] keptFor;

    /// <param name="nodes">All nodes.</param>
    /// <param name="now">The moment; where null, nodes that are not Ready count.</param>
    public NodeRooms(IEnumerable<Node> nodes, Instant? now = null)
    {
        usable = SchedulableNodes.Of(nodes, now)
            .OrderBy(node => node.Metadata.Name, StringComparer.Ordinal).ToList();
        foreach (var name in usable.SelectMany(Devices)) indices.TryAdd(name, indices.Count);
        Names = [.. usable.Select(node => node.Metadata.Name!)];
        Capacity = new long[usable.Count * Width];
        for (var node = 0; node < usable.Count; node++)
        {
            foreach (var (resource, quantity) in usable[node].Status?.Allocatable ?? new Dictionary<string, Quantity>())
            {
                if (indices.TryGetValue(resource, out var index)) Capacity[node * Width + index] = Thousandths(Math.Floor, quantity.Value);
            }
        }

        keptFor = [.. usable.Select(SchedulableNodes.KeptFor)];
        byName = [.. Enumerable.Range(0, usable.Count)];
        withoutDevicesFirst = [.. byName.OrderBy(node => Devices(usable[node]).Any())];
    }

    /// <summary>The nodes' names, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many resources there are.</summary>
    public int Width => indices.Count;

    /// <summary>What each node has: one number per resource, node after node.</summary>
    public long[] Capacity { get; }

    /// <summary>The resources' names with their places.</summary>
    public IReadOnlyDictionary<string, int> Resources => indices;

    /// <summary>What a seat takes, as numbers, and on which nodes. Its pod itself is one of 'pods'.</summary>
    public SeatShape ShapeOf(SeatResources seat, IReadOnlyList<string>? architectures = null) => shapes.GetOrAdd((seat, architectures), Measure);

    /// <summary>The architectures of the nodes that have none of these.</summary>
    public IReadOnlyList<string> ArchitecturesBut(IReadOnlyList<string> architectures) =>
    [
        .. usable.Select(node => node.Metadata.Label(ArchitectureAffinity.Label) ?? "of unknown architecture").Where(architecture => !architectures.Contains(architecture, StringComparer.Ordinal))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether seats of a shape may be placed on a node at all.</summary>
    public bool Admits(int node, SeatShape shape) => shape.Nodes?[node] != false && (keptFor[node] is { Count: 0 } || keptFor[node].All(key => shape.Needs.Any(need => need.Resource == key)));

    /// <summary>The nodes in the order in which seats of a shape fill them: one that needs no device leaves nodes with devices to those that do.</summary>
    public int[] OrderFor(SeatShape shape) => shape.NeedsDevice ? byName : withoutDevicesFirst;

    private SeatShape Measure((SeatResources Seat, IReadOnlyList<string>? Architectures) wanted)
    {
        var (seat, architectures) = wanted;
        IEnumerable<(string Name, decimal Amount)> needs =
        [
            ("cpu", seat.Cpu.Value), ("memory", seat.Memory.Value), ("pods", 1),
            .. (seat.Devices ?? new Dictionary<string, Quantity>()).OrderBy(device => device.Key, StringComparer.Ordinal).Select(device => (device.Key, device.Value.Value)),
        ];
        return new([.. needs.Where(need => need.Amount > 0)
            .Select(need => new SeatNeed(need.Name, indices.GetValueOrDefault(need.Name, -1), Thousandths(Math.Ceiling, need.Amount)))])
        {
            Nodes = architectures is null ? null : [.. usable.Select(node => ArchitectureAffinity.Allows(architectures, node))],
        };
    }

    private static IEnumerable<string> Devices(Node node) =>
        (node.Status?.Allocatable ?? new Dictionary<string, Quantity>()).Where(pair => ExtendedResources.IsName(pair.Key) && pair.Value.Value > 0)
        .Select(pair => pair.Key).Order(StringComparer.Ordinal);

    // Lists are the same only where they are one and the same.
    private sealed class SameObjects : IEqualityComparer<(SeatResources Seat, IReadOnlyList<string>? Architectures)>
    {
        public static SameObjects Instance { get; } = new();

        public bool Equals((SeatResources Seat, IReadOnlyList<string>? Architectures) x, (SeatResources Seat, IReadOnlyList<string>? Architectures) y) =>
            ReferenceEquals(x.Seat, y.Seat) && ReferenceEquals(x.Architectures, y.Architectures);

        public int GetHashCode((SeatResources Seat, IReadOnlyList<string>? Architectures) obj) =>
            HashCode.Combine(RuntimeHelpers.GetHashCode(obj.Seat), RuntimeHelpers.GetHashCode(obj.Architectures));
    }

    private static long Thousandths(Func<decimal, decimal> round, decimal amount) => amount >= Most / 1000 ? Most : (long)round(Math.Max(amount, 0) * 1000);
}

/// <summary>What a seat takes of one resource.</summary>
/// <param name="Resource">Its name.</param>
/// <param name="Index">Its place among the nodes' resources; -1 where no node has any.</param>
/// <param name="Amount">How much, in thousandths; more than none.</param>
internal readonly record struct SeatNeed(string Resource, int Index, long Amount);

/// <summary>What a seat takes.</summary>
internal sealed record SeatShape(IReadOnlyList<SeatNeed> Needs)
{
    /// <summary>Which nodes its image runs on, in their order; null for all.</summary>
    public IReadOnlyList<bool>? Nodes { get; init; }

    public bool NeedsDevice { get; } = Needs.Any(need => ExtendedResources.IsName(need.Resource));
}
