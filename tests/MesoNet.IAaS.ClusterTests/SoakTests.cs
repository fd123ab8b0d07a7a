using MesoNet.IAaS.Cli.Bench;
using MesoNet.IAaS.Cli.Progress;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Its operator must get the processor when it needs it: what it does in time is part of what is tried.</summary>
[CollectionDefinition("soak", DisableParallelization = true)]
public sealed class SoakCollection;

/// <summary>A minute of <c>mesonet bench soak</c>. The seed is another each time, and told; MESONET_SOAK_SEED repeats one.</summary>
[Collection("soak")]
public sealed class SoakTests(ITestOutputHelper output)
{
    [Fact]
    public async Task After_a_minute_of_faults_and_changes_the_world_is_as_it_should_be_and_nothing_was_lost()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MESONET_SOAK_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);
        output.WriteLine($"MESONET_SOAK_SEED={seed}");
        var options = new SoakOptions(TimeSpan.FromSeconds(60), seed) { Site = "soaktest" };
        await using var progress = new StringWriter();
        var report = await new SoakBench(options, TimeProvider.System)
            .RunAsync(new Steps(progress, isTerminal: false, TimeProvider.System), TestContext.Current.CancellationToken);
        report.Print(progress);
        output.WriteLine(progress.ToString());
        Assert.True(report.Violations.Count == 0, $"MESONET_SOAK_SEED={seed}, logs in {report.Logs}:\n{string.Join('\n', report.Violations)}");
    }
}
