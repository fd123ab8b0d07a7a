using System.Diagnostics;
using MesoNet.IAaS.Cli.Site;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary><c>mesonet bench planning</c>: builds and runs the benchmarks of tests/MesoNet.IAaS.Benchmarks; no cluster is needed.</summary>
internal static class PlanningBench
{
    private const string Project = "MesoNet.IAaS.Benchmarks";

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var source = Path.Combine(LocalSite.RepositoryRoot, "tests", Project);
        await LocalCluster.Processes.Command.RunAsync("dotnet", ["build", source, "-c", "Release", "-v", "quiet", "--nologo"], cancellationToken);
        var results = Path.Combine(LocalSite.RepositoryRoot, "artifacts", "benchmarks");
        Directory.CreateDirectory(results);
        var program = Path.Combine(LocalSite.RepositoryRoot, "artifacts", "bin", Project, "release", $"{Project}.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program]) { WorkingDirectory = results })!;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}
