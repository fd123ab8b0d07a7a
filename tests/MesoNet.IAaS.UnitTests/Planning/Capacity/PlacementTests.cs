using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.UnitTests.Planning.Capacity;

public sealed class PlacementTests
{
    [Fact]
    public void A_slice_a_card_and_a_card_of_another_make_do_not_stand_in_for_each_other()
    {
        var placement = new Placement([Site.Node("a", ("nvidia.com/gpu", "4")), Site.Node("b", ("nvidia.com/mig-1g.10gb", "7")), Site.Node("c", ("amd.com/gpu", "2"))]);
        Assert.Equal(4, placement.Room(Seat("nvidia.com/gpu")));
        Assert.Equal(7, placement.Place(Seat("nvidia.com/mig-1g.10gb"), 30));
        Assert.Equal(4, placement.Room(Seat("nvidia.com/gpu")));
        Assert.Equal(2, placement.Room(Seat("amd.com/gpu")));
        Assert.Equal(0, placement.Room(Seat("nvidia.com/mig-2g.20gb")));
    }

    [Fact]
    public void Seats_without_a_device_leave_the_nodes_with_devices_to_others_as_long_as_they_can()
    {
        var placement = new Placement([Site.Node("a-gpu", ("nvidia.com/gpu", "8")), Site.Node("b-cpu")]);
        Assert.Equal(32, placement.Place(Seat(), 32));
        Assert.Equal(8, placement.Room(Seat("nvidia.com/gpu")));
        Assert.Equal(30, placement.Place(Seat(), 30));
        Assert.Equal(2, placement.Room(Seat("nvidia.com/gpu")));
    }

    [Fact]
    public void One_by_one_they_prefer_the_same_nodes_and_spread_over_them()
    {
        var placement = new Placement([Site.Node("a-gpu", ("nvidia.com/gpu", "8")), Site.Node("b-cpu"), Site.Node("c-cpu")]);
        Assert.Equal(["b-cpu", "c-cpu", "b-cpu", "c-cpu"], Enumerable.Range(0, 4).Select(_ => placement.PlaceWhereMostIsFree(Seat())));
        Assert.Equal("a-gpu", placement.PlaceWhereMostIsFree(Seat("nvidia.com/gpu")));
        Assert.Null(placement.PlaceWhereMostIsFree(Seat("amd.com/gpu")));
    }

    [Fact]
    public void Nodes_that_are_closed_or_go_hold_nothing()
    {
        var closed = Site.Node("a") with { Spec = new() { Unschedulable = true } };
        var going = Site.Node("b");
        going = going with { Metadata = going.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };
        Assert.Equal(0, new Placement([closed, going]).Room(Seat()));
    }

    [Fact]
    public void A_node_that_is_kept_for_devices_holds_seats_that_ask_for_them_only_and_one_with_another_taint_none()
    {
        var kept = Tainted(Site.Node("a", ("nvidia.com/gpu", "4")), new Taint { Key = "nvidia.com/gpu", Effect = "NoSchedule" });
        Assert.Equal((0, 4), (new Placement([kept]).Room(Seat()), new Placement([kept]).Room(Seat("nvidia.com/gpu"))));
        Assert.Equal(0, new Placement([Tainted(kept, new Taint { Key = "team", Value = "physics", Effect = "NoSchedule" })]).Room(Seat("nvidia.com/gpu")));
        Assert.Equal(0, new Placement([Tainted(kept, new Taint { Key = "nvidia.com/gpu", Effect = "NoExecute" })]).Room(Seat("nvidia.com/gpu")));
        // What Kubernetes would rather not, and what it sets while a node's condition lasts.
        var passing = Tainted(Site.Node("b"), new Taint { Key = "team", Effect = "PreferNoSchedule" }, new Taint { Key = "node.kubernetes.io/not-ready", Effect = "NoExecute" });
        Assert.Equal(32, new Placement([passing]).Room(Seat()));
        Assert.Equal("b-plain", new Placement([kept, Site.Node("b-plain")]).PlaceWhereMostIsFree(Seat()));
    }

    private static Node Tainted(Node node, params Taint[] taints) => node with { Spec = new() { Taints = taints } };

    [Fact]
    public void Five_thousand_seats_on_many_nodes_are_counted_not_tried()
    {
        var placement = new Placement(Enumerable.Range(0, 170).Select(number => Site.Node($"node{number:000}")));
        Assert.Equal(5000, placement.Place(Seat(), 5000));
        Assert.Equal(170 * 32 - 5000, placement.Room(Seat()));
    }

    private static SeatResources Seat(string? device = null) => new()
    {
        Cpu = "2", Memory = "4Gi", Devices = device is null ? null : new Dictionary<string, Quantity> { [device] = "1" },
    };
}
