using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>What the operator program says of flags that cannot be meant.</summary>
public sealed class OperatorFlagsTests(ClusterFixture cluster)
{
    [Theory]
    [InlineData(2, "mesonet-operator: The renew deadline (10 s) must be longer than the retry period (20 s)", "--retry-period", "20")]
    [InlineData(2, "mesonet-operator: The lease duration (15 s) must be longer than the renew deadline (15 s)", "--renew-deadline", "15")]
    [InlineData(1, "--lease-duration must be a number of seconds above 0, at most 86400, not '0'.", "--lease-duration", "0")]
    [InlineData(1, "--lease-duration must be a number of seconds above 0, at most 86400, not '1e300'.", "--lease-duration", "1e300")]
    [InlineData(1, "--lease-duration must be a number of seconds above 0, at most 86400, not 'long'.", "--lease-duration", "long")]
    [InlineData(1, "--metrics-address takes an address and a port, such as 127.0.0.1:9464, not '9464'.", "--metrics-address", "9464")]
    public async Task Flags_that_cannot_work_are_refused_in_a_sentence(int exitCode, string says, params string[] flags)
    {
        var result = await Command.TryRunAsync(
            OperatorProgram.Dotnet, [OperatorProgram.AssemblyPath, "--kubeconfig", cluster.Cluster.KubeconfigPath, .. flags], CancellationToken.None);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(says, result.Errors, StringComparison.Ordinal);
    }
}
