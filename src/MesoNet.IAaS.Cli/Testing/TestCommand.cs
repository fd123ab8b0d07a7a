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
    private const string ClusterVariable = "MESONET_TEST_CLUSTER";

    // The cluster tests mostly wait, for the API server and for clocks: the unit tests, which mostly compute, run meanwhile, and give way to them. The end-to-end tests
    // wait as well, for bells and deadlines: those in which the cluster stops have one of their own, and run beside the others.
    private static readonly TestSuite[][] Turns =
    [
        [new("MesoNet.IAaS.UnitTests", GivesWay: true), new("MesoNet.IAaS.ClusterTests")],
        [new("MesoNet.IAaS.EndToEndTests", "no crashes", ["-trait-", "cluster=crashes"]), new("MesoNet.IAaS.EndToEndTests", "crashes", ["-trait", "cluster=crashes"], "b")],
    ];

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
        foreach (var suites in Turns)
        {
            foreach (var (suite, counts) in suites.Zip(await Task.WhenAll(suites.Select(suite => RunAsync(suite, filter, cancellationToken)))))
            {
                if (counts is null) broken.Add(suite.Title);
                else total = total.Plus(counts);
            }
        }

        foreach (var suite in broken) Console.WriteLine($"{suite} ended without results; its output is above.");
        Console.WriteLine($"tests: {total.Passed} passed, {total.Failed + broken.Count} failed, {total.Skipped} skipped");
        return total.Failed + broken.Count == 0 && (total.Passed > 0 || filter is not null) ? 0 : 1;
    }

    private static async Task<TestCounts?> RunAsync(TestSuite suite, string? filter, CancellationToken cancellationToken)
    {
        Console.WriteLine($"--- {suite.Title}");
        var results = Path.Combine(LocalSite.RepositoryRoot, "artifacts", "test-results", $"{suite.Title.Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-')}.xml");
        Directory.CreateDirectory(Path.GetDirectoryName(results)!);
        File.Delete(results);
        var assembly = Path.Combine(LocalSite.RepositoryRoot, "artifacts", "bin", suite.Project, "release", $"{suite.Project}.dll");
        // Two run at once: each line says whose it is.
        var mark = $"{suite.Part ?? suite.Project["MesoNet.IAaS.".Length..]} | ";
        string[] program = suite.GivesWay ? ["nice", "-n", "10", "dotnet"] : ["dotnet"];
        var result = await Command.TryRunAsync(
            program[0], [.. program[1..], assembly, "-noLogo", "-noColor", "-xml", results, .. suite.Arguments ?? [], .. filter is null ? (string[])[] : ["-method", $"*{filter}*"]],
            cancellationToken, environment: new Dictionary<string, string> { [ClusterVariable] = (Environment.GetEnvironmentVariable(ClusterVariable) ?? "e2e") + suite.ClusterSuffix },
            onLine: line => Console.WriteLine(mark + line));
        if (!File.Exists(results)) return null;
        var assemblies = XDocument.Load(results).Descendants("assembly").ToList();
        var counts = new TestCounts(Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped") + Sum("not-run"));
        // A runner that failed without a failed test (a crash while cleaning up, say) has failed all the same.
        return result.ExitCode != 0 && counts.Failed == 0 && filter is null ? counts with { Failed = 1 } : counts;

        int Sum(string attribute) => assemblies.Sum(element => int.Parse((string?)element.Attribute(attribute) ?? "0", CultureInfo.InvariantCulture));
    }

    /// <summary>A test project, or a part of one.</summary>
    /// <param name="Project">The project.</param>
    /// <param name="Part">The part of it; null for the whole.</param>
    /// <param name="Arguments">What chooses that part.</param>
    /// <param name="ClusterSuffix">Added to the name of the local cluster that the part runs on.</param>
    /// <param name="GivesWay">Whether it has the processor when the other one does not want it.</param>
    private sealed record TestSuite(string Project, string? Part = null, IReadOnlyList<string>? Arguments = null, string ClusterSuffix = "", bool GivesWay = false)
    {
        public string Title => Part is null ? Project : $"{Project}, {Part}";
    }

    private sealed record TestCounts(int Passed, int Failed, int Skipped)
    {
        public TestCounts Plus(TestCounts other) => new(Passed + other.Passed, Failed + other.Failed, Skipped + other.Skipped);
    }
}
