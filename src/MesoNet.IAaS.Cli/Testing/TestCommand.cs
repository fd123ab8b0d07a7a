using System.Globalization;
using System.Xml.Linq;
using MesoNet.IAaS.Cli.Progress;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Up;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Testing;

/// <summary><c>mesonet test</c>: builds and runs all tests, and ends with one line that counts them.</summary>
internal sealed class TestCommand(TimeProvider time)
{
    private static readonly string[] Projects = ["MesoNet.IAaS.UnitTests", "MesoNet.IAaS.ClusterTests", "MesoNet.IAaS.EndToEndTests"];

    public async Task<int> RunAsync(string? filter, CancellationToken cancellationToken)
    {
        Preconditions.Check(new LocalSite("local"));
        var steps = Steps.OnConsole(time);
        await steps.RunAsync("Kubernetes and images", async progress =>
        {
            await ClusterParts.PrepareAsync(progress, time, cancellationToken);
            foreach (var platform in ClusterParts.Platforms) await ClusterParts.PreparePlatformAsync(platform, progress, time, cancellationToken);
            return "";
        });
        await steps.RunAsync("build", async _ =>
        {
            await Command.RunAsync("dotnet", ["build", Path.Combine(LocalSite.RepositoryRoot, "MesoNet.IAaS.sln"), "-c", "Release", "-v", "quiet", "--nologo"], cancellationToken);
            return "";
        });

        var total = new TestCounts(0, 0, 0);
        var broken = new List<string>();
        foreach (var project in Projects)
        {
            var counts = await RunProjectAsync(project, filter, cancellationToken);
            if (counts is null) broken.Add(project);
            else total = total.Plus(counts);
        }

        foreach (var project in broken) Console.WriteLine($"{project} ended without results; its output is above.");
        Console.WriteLine($"tests: {total.Passed} passed, {total.Failed + broken.Count} failed, {total.Skipped} skipped");
        return total.Failed + broken.Count == 0 && (total.Passed > 0 || filter is not null) ? 0 : 1;
    }

    private static async Task<TestCounts?> RunProjectAsync(string project, string? filter, CancellationToken cancellationToken)
    {
        Console.WriteLine($"--- {project}");
        var results = Path.Combine(LocalSite.RepositoryRoot, "artifacts", "test-results", $"{project}.xml");
        Directory.CreateDirectory(Path.GetDirectoryName(results)!);
        File.Delete(results);
        var assembly = Path.Combine(LocalSite.RepositoryRoot, "artifacts", "bin", project, "release", $"{project}.dll");
        var result = await Command.TryRunAsync(
            "dotnet", [assembly, "-noLogo", "-noColor", "-xml", results, .. filter is null ? (string[])[] : ["-method", $"*{filter}*"]],
            cancellationToken, onLine: Console.WriteLine);
        if (!File.Exists(results)) return null;
        var assemblies = XDocument.Load(results).Descendants("assembly").ToList();
        var counts = new TestCounts(Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped") + Sum("not-run"));
        // A runner that failed without a failed test (a crash while cleaning up, say) has failed all the same.
        return result.ExitCode != 0 && counts.Failed == 0 && filter is null ? counts with { Failed = 1 } : counts;

        int Sum(string attribute) => assemblies.Sum(element => int.Parse((string?)element.Attribute(attribute) ?? "0", CultureInfo.InvariantCulture));
    }

    private sealed record TestCounts(int Passed, int Failed, int Skipped)
    {
        public TestCounts Plus(TestCounts other) => new(Passed + other.Passed, Failed + other.Failed, Skipped + other.Skipped);
    }
}
