using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>
/// Seats on nodes. Identical seats are counted, not tried one by one: a node holds as many as its scarcest resource allows. Nodes are filled
/// one after the other, so that what is left over is left in one piece.
/// </summary>
public sealed class Placement
{
    private readonly NodeRooms rooms;
    private readonly long[] free;

    /// <summary>Empty nodes. Those that are closed to seats or are being deleted hold nothing.</summary>
    public Placement(IEnumerable<Node> nodes) : this(new NodeRooms(nodes))
    {
    }

    internal Placement(NodeRooms rooms)
    {
        this.rooms = rooms;
        free = [.. rooms.Capacity];
    }

    /// <summary>How many more seats fit, on nodes of some architectures only where these are given.</summary>
    public int Room(SeatResources seat, IReadOnlyList<string>? architectures = null) => Room(rooms.ShapeOf(seat, architectures));

    /// <summary>Places seats, as many as fit.</summary>
    /// <returns>How many those were.</returns>
    public int Place(SeatResources seat, int count, IReadOnlyList<string>? architectures = null) => Place(rooms.ShapeOf(seat, architectures), count);

    /// <summary>Places one seat where there is most room for its like, as the scheduler does by default.</summary>
    /// <returns>The node's name; null where none has room.</returns>
    public string? PlaceWhereMostIsFree(SeatResources seat, IReadOnlyList<string>? architectures = null)
    {
        var shape = rooms.ShapeOf(seat, architectures);
        var order = rooms.OrderFor(shape);
        var (best, most) = (-1, 0L);
        foreach (var node in order)
        {
            var here = Fit(node, shape);
            // A node with devices is no rival of those without, where the seat needs none: it comes after all of them.
            if (here <= most || (best >= 0 && !shape.NeedsDevice && HasDevices(node) && !HasDevices(best))) continue;
            (best, most) = (node, here);
        }

        if (best < 0) return null;
        Take(best, shape, 1);
        return rooms.Names[best];
    }

    /// <summary>Takes a seat off a node.</summary>
    public void Release(string node, SeatResources seat)
    {
        for (var index = 0; index < rooms.Names.Count; index++)
        {
            if (rooms.Names[index] == node) Take(index, rooms.ShapeOf(seat), -1);
        }
    }

    /// <summary>What is free of a resource on all nodes together, in its own unit.</summary>
    public decimal Free(string resource) =>
        rooms.Resources.TryGetValue(resource, out var index) ? Enumerable.Range(0, rooms.Names.Count).Sum(node => free[node * rooms.Width + index] / 1000m) : 0;

    internal int Room(SeatShape shape)
    {
        var sum = 0L;
        for (var node = 0; node < rooms.Names.Count; node++) sum += Fit(node, shape);
        return (int)Math.Min(sum, int.MaxValue);
    }

    /// <summary>Places seats, as many as fit.</summary>
    /// <param name="shape">What each takes.</param>
    /// <param name="count">How many.</param>
    /// <param name="nodes">Told of each node that some are placed on.</param>
    internal int Place(SeatShape shape, int count, Action<string>? nodes = null)
    {
        var left = count;
        foreach (var node in rooms.OrderFor(shape))
        {
            if (left == 0) break;
            var here = (int)Math.Min(Fit(node, shape), left);
            if (here == 0) continue;
            Take(node, shape, here);
            nodes?.Invoke(rooms.Names[node]);
            left -= here;
        }

        return count - left;
    }

    /// <summary>The resource that allows the fewest more seats, each resource taken by itself.</summary>
    internal SeatNeed Scarcest(SeatShape shape) =>
        shape.Needs.MinBy(need => need.Index < 0 ? 0m : Enumerable.Range(0, rooms.Names.Count).Where(node => rooms.Admits(node, shape)).Sum(node => (decimal)(free[node * rooms.Width + need.Index] / need.Amount)));

    private bool HasDevices(int node)
    {
        for (var index = node * rooms.Width + 3; index < (node + 1) * rooms.Width; index++)
        {
            if (rooms.Capacity[index] > 0) return true;
        }

        return false;
    }

    private long Fit(int node, SeatShape shape)
    {
        if (!rooms.Admits(node, shape)) return 0;
        var least = (long)int.MaxValue;
        foreach (var need in shape.Needs)
        {
            if (need.Index < 0) return 0;
            least = Math.Min(least, free[node * rooms.Width + need.Index] / need.Amount);
        }

        return least;
    }

    private void Take(int node, SeatShape shape, int count)
    {
        foreach (var need in shape.Needs) free[node * rooms.Width + need.Index] -= need.Amount * count;
    }
}
