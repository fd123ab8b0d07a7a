using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Node;

/// <summary>What containers and volumes leave mounted below our folders.</summary>
internal static class Mounts
{
    /// <summary>Unmounts everything below a folder, deepest first, and the folder itself (a kubelet binds its own folder onto itself).</summary>
    public static async Task UnmountBelowAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var point in Below(folder)) await Command.TryRunAsync("umount", ["--lazy", point], cancellationToken);
    }

    /// <summary>The mount points at and below a folder, deepest first.</summary>
    public static IReadOnlyList<string> Below(string folder) =>
    [
        .. File.ReadLines("/proc/self/mounts")
            .Select(line => Unescape(line.Split(' ')[1]))
            .Where(point => point == folder || point.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal))
            .OrderByDescending(point => point.Length),
    ];

    // Spaces, tabs, newlines and backslashes are octal in /proc/mounts.
    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
