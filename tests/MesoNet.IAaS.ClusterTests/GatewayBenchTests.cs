using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Bench;
using MesoNet.IAaS.Cli.Progress;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>The benchmark of docs/benchmarks.md, small. What it counts must hold on any machine; how fast it is, no test says.</summary>
[Collection("the bench")]
public sealed class GatewayBenchTests
{
    [Fact]
    public async Task Decisions_are_made_and_sockets_held_and_the_API_server_hears_nothing()
    {
        var options = new GatewayOptions
        {
            Seats = 10, Load = TimeSpan.FromSeconds(1), Rounds = 1, Rate = 100, Sockets = 30, AtOnce = 20, Hold = TimeSpan.FromSeconds(3), Silence = TimeSpan.FromSeconds(1),
        };
        var report = await new GatewayBench(options, TimeProvider.System).RunAsync(
            new Steps(TextWriter.Null, isTerminal: false, TimeProvider.System), TestContext.Current.CancellationToken);

        Assert.Equal(0, report.Wrong);
        Assert.Equal(0, report.ApiServerRequests);
        Assert.Equal((30, 30, 0), (report.Held.Opened, report.Held.Lived, report.Held.Lost));
        // At least one by each; how many more is the machine's.
        Assert.True(report.Held.Sent >= 30, $"{report.Held.Sent} messages");
        Assert.True(report is { DecisionsPerSecond: > 0, Direct.P50: > 0, Nginx.P50: > 0, Gateway.P50: > 0 });
        Assert.Equal(
            [
                "seats", "decisionsPerSecond", "addedLatencyP50Ms", "addedLatencyP99Ms", "ceilingAddedLatencyP50Ms", "ceilingAddedLatencyP99Ms", "directLatencyP50Ms",
                "directLatencyP99Ms", "leftOutFraction", "wrongAnswers", "webSockets", "apiServerRequests",
            ],
            JsonNode.Parse(report.ToJson())!.AsObject().Select(member => member.Key));
    }
}
