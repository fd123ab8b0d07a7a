using System.Runtime.InteropServices;
using MesoNet.IAaS.Cli.Site;

namespace MesoNet.IAaS.Cli.Up;

/// <summary>What a local cluster needs of the machine, checked before anything is started.</summary>
internal static class Preconditions
{
    /// <summary>The image's archive, its unpacked copy in containerd, and room to build both.</summary>
    private const long BytesToBuild = 14L << 30;

    /// <summary>Homes, logs and etcd, once everything is built.</summary>
    private const long BytesToRun = 2L << 30;

    /// <summary>Three notebooks that train a small model, and the cluster itself.</summary>
    private const long MemoryToRun = 4L << 30;

    /// <exception cref="UserMistakeException">Something is missing.</exception>
    public static void Check(LocalSite site)
    {
        var problems = Problems(site).ToList();
        if (problems.Count > 0) throw new UserMistakeException("A local cluster cannot run here:\n" + string.Join('\n', problems.Select(problem => $"- {problem}")));
    }

    private static IEnumerable<string> Problems(LocalSite site)
    {
        if (!Environment.IsPrivilegedProcess) yield return "It needs root, for containers and their network. Run it as root, or with sudo.";
        if (RuntimeInformation.OSArchitecture is not (Architecture.X64 or Architecture.Arm64))
            yield return $"The processor is {RuntimeInformation.OSArchitecture}; x86-64 and Arm64 are supported.";
        if (!File.Exists("/etc/debian_version")) yield return "It needs Debian 12: Kubernetes and the notebook image are built from its packages.";

        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (memory < MemoryToRun) yield return $"There is {Gibibytes(memory)} of memory; {Gibibytes(MemoryToRun)} are needed.";
        var built = File.Exists(Path.Combine(LocalSite.CacheFolder, "images", "pytorch.tar"));
        var needed = built ? BytesToRun : BytesToBuild;
        foreach (var folder in new[] { LocalSite.CacheFolder, site.StateFolder })
        {
            var free = new DriveInfo(NearestExisting(folder)).AvailableFreeSpace;
            if (free < needed) yield return $"There is {Gibibytes(free)} free for {folder}; {Gibibytes(needed)} are needed. Free some, or set XDG_CACHE_HOME and XDG_STATE_HOME to folders elsewhere.";
        }
    }

    private static string NearestExisting(string folder)
    {
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    private static string Gibibytes(long bytes) => $"{bytes / (double)(1L << 30):0.0} GiB";
}
