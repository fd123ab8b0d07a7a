using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Bench;
using MesoNet.IAaS.Cli.Progress;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Its processes must have the machine to themselves.</summary>
[CollectionDefinition("the bench", DisableParallelization = true)]
public sealed class BenchCollection;

/// <summary>The benchmark of docs/benchmarks.md, small. What it counts must hold on any machine; how fast it is, no test says.</summary>
[Collection("the bench")]
public sealed class BellBenchTests
{
    [Fact]
    public async Task A_bell_costs_two_writes_a_seat_and_rest_and_restart_cost_none()
    {
        var options = new BellOptions(Seats: 60, Nodes: 2, Courses: 2, Rest: TimeSpan.FromSeconds(3));
        var report = await new BellBench(options, TimeProvider.System).RunAsync(
            new Steps(TextWriter.Null, isTerminal: false, TimeProvider.System), TestContext.Current.CancellationToken);

        // A seat that takes ten seconds and more to start is rightly written once in between.
        Assert.InRange(report.WritesPerSeatToReady, 2, report.AllReadySeconds < 5 ? 2 : 3);
        Assert.Equal(2, report.WritesPerSeatToGone);
        Assert.Equal(0, report.RestWrites);
        Assert.Equal(0, report.RestLists);
        Assert.Equal(0, report.RestartWrites);
        Assert.True(report is { CreatesPerSecond: > 0, CeilingCreatesPerSecond: > 0, AllReadySeconds: > 0, CeilingAllReadySeconds: > 0 });
        Assert.True(report is { OperatorCpuSeconds: > 0, RestCpuFraction: >= 0, PeakMemoryBytes: > 0, RestartSeconds: > 0 });
        Assert.Equal(
            [
                "seats", "ceilingCreatesPerSecond", "createsPerSecond", "ceilingAllReadySeconds", "allReadySeconds", "operatorCpuSeconds", "writesPerSeatToReady",
                "writesPerSeatToGone", "restSeconds", "restWrites", "restLists", "restCpuFraction", "peakMemoryBytes", "restartSeconds", "restartWrites",
            ],
            JsonNode.Parse(report.ToJson())!.AsObject().Select(member => member.Key));
    }
}
