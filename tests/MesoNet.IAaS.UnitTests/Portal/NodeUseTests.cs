using MesoNet.IAaS.Portal.Admin;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>What an administrator reads of a node.</summary>
public sealed class NodeUseTests
{
    [Theory]
    [InlineData("True", false, "")]
    [InlineData("True", true, "fermée")]
    [InlineData("False", false, "pas prête")]
    [InlineData("Unknown", true, "injoignable, fermée")]
    [InlineData(null, false, "injoignable")]
    public void A_node_that_takes_no_pods_says_so(string? ready, bool isCordoned, string french)
    {
        NodeUse use = new(
            new()
            {
                Metadata = new() { Name = "node1" }, Spec = new() { Unschedulable = isCordoned },
                Status = new() { Conditions = ready is null ? null : [new() { Type = "MemoryPressure", Status = "False" }, new() { Type = "Ready", Status = ready }] },
            },
            [], []);
        Assert.Equal(french, string.Join(", ", use.States(Language.French)));
    }

    [Fact]
    public void Research_counts_as_seats_do() =>
        Assert.Equal(3, new NodeUse(new() { Metadata = new() { Name = "node1" } }, [("Cours", ["student01", "student02"])], [("Thèse", "adele")]).Count);
}
