using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.ClusterTests.GitServers;

/// <summary>A program taken out of a Debian package that is not installed: nobody gets an SSH server by running tests.</summary>
internal static class DebianProgram
{
    /// <summary>The program's path; fetched once.</summary>
    /// <param name="package">The package.</param>
    /// <param name="path">The program's path in it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<string> GetAsync(string package, string path, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(LocalSite.CacheFolder, package);
        var program = Path.Combine(folder, path);
        if (File.Exists(program)) return program;
        var beside = Directory.CreateTempSubdirectory($"mesonet-{package}-").FullName;
        var script = $"cd '{beside}' && (apt-get -o Acquire::Retries=3 download -q {package} || (apt-get -o Acquire::Retries=3 update -q && apt-get -o Acquire::Retries=3 download -q {package})) && dpkg-deb -x {package}_*.deb x && mkdir -p '{Path.GetDirectoryName(folder)}' && rm -rf '{folder}' && mv x '{folder}'";
        await Command.RunAsync("sh", ["-c", script], cancellationToken);
        Directory.Delete(beside, recursive: true);
        return program;
    }
}
