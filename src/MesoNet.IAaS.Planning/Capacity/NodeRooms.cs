using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
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
    // The seats of one course share one object: it is measured once.
    private readonly ConcurrentDictionary<SeatResources, SeatShape> shapes = new(ReferenceEqualityComparer.Instance);
    private readonly int[] byName;
    private readonly int[] withoutDevicesFirst;
    private readonly IReadOnlyList<string>[] keptFor;

    /// <param name="nodes">All nodes.</param>
    /// <param name="now">The moment; where null, nodes that are not Ready count.</param>
    public NodeRooms(IEnumerable<Node> nodes, Instant? now = null)
    {
        var usable = SchedulableNodes.Of(nodes, now)
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

    /// <summary>What a seat takes, as numbers. Its pod itself is one of 'pods'.</summary>
    public SeatShape ShapeOf(SeatResources seat) => shapes.GetOrAdd(seat, Measure);

    /// <summary>Whether seats of a shape may be placed on a node at all.</summary>
    public bool Admits(int node, SeatShape shape) => keptFor[node] is { Count: 0 } || keptFor[node].All(key => shape.Needs.Any(need => need.Resource == key));

    /// <summary>The nodes in the order in which seats of a shape fill them: one that needs no device leaves nodes with devices to those that do.</summary>
    public int[] OrderFor(SeatShape shape) => shape.NeedsDevice ? byName : withoutDevicesFirst;

    private SeatShape Measure(SeatResources seat)
    {
        IEnumerable<(string Name, decimal Amount)> needs =
        [
            ("cpu", seat.Cpu.Value), ("memory", seat.Memory.Value), ("pods", 1),
            .. (seat.Devices ?? new Dictionary<string, Quantity>()).OrderBy(device => device.Key, StringComparer.Ordinal).Select(device => (device.Key, device.Value.Value)),
        ];
        return new([.. needs.Where(need => need.Amount > 0)
            .Select(need => new SeatNeed(need.Name, indices.GetValueOrDefault(need.Name, -1), Thousandths(Math.Ceiling, need.Amount)))]);
    }

    private static IEnumerable<string> Devices(Node node) =>
        (node.Status?.Allocatable ?? new Dictionary<string, Quantity>()).Where(pair => pair.Key.Contains('/', StringComparison.Ordinal) && pair.Value.Value > 0)
        .Select(pair => pair.Key).Order(StringComparer.Ordinal);

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
    public bool NeedsDevice { get; } = Needs.Any(need => need.Resource.Contains('/', StringComparison.Ordinal));
}
