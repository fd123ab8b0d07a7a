using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Node;

/// <summary>
/// What a node leaves on the machine when it is not ended in order (its supervisor was killed, say): containers still running, their
/// network, control group. What they have mounted goes with the last of them (<see cref="MountNamespace"/>). All of it is known by the cluster's name, so nothing else is touched.
/// </summary>
public static class Remains
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The control group of a cluster's pods.</summary>
    internal static string ControlGroupOf(string name) => $"mesonet-{name}";

    /// <summary>Ends and removes everything; does nothing where there is nothing.</summary>
    /// <param name="options">The cluster, which must not be running.</param>
    /// <param name="cancellationToken">Stops half-way; calling again goes on.</param>
    public static Task RemoveAsync(LocalClusterOptions options, CancellationToken cancellationToken) =>
        RemoveAsync(options.Name, options.StateFolder, options.RunFolder, options.Network, options.Time, cancellationToken);

    /// <summary>The same, for a cluster known only by its folders.</summary>
    public static async Task RemoveAsync(
        string name, string stateFolder, string runFolder, PodNetwork network, TimeProvider time, CancellationToken cancellationToken)
    {
        // Shims first: they would report their containers' end, and stay.
        var socket = Path.Combine(runFolder, "containerd.sock");
        await EndAsync(
            arguments => arguments[0].EndsWith("containerd-shim-runc-v2", StringComparison.Ordinal) && arguments.Contains(socket), time, cancellationToken);
        await EndServersOfAsync(network, time, cancellationToken);
        var started = time.GetTimestamp();
        while (ControlGroups.ProcessesIn(ControlGroupOf(name)) is { Count: > 0 } processes && time.GetElapsedTime(started) < Patience)
        {
            foreach (var id in processes) Signals.Send(id, Signals.Kill);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }

        await Mounts.UnmountBelowAsync(runFolder, cancellationToken);
        await Mounts.UnmountBelowAsync(Path.Combine(stateFolder, Kubelet.FolderName), cancellationToken);
        ControlGroups.Remove(ControlGroupOf(name));
        await network.RemoveAsync(cancellationToken);
        if (Directory.Exists(runFolder)) Directory.Delete(runFolder, recursive: true);
        // Leases of the addresses of pods that are gone.
        var addresses = Path.Combine(stateFolder, "addresses");
        if (Directory.Exists(addresses)) Directory.Delete(addresses, recursive: true);
    }

    /// <summary>
    /// Ends the DNS and git servers of a network whose supervisor was killed: a program that changes its own credentials, as dnsmasq does,
    /// is not told when its parent dies.
    /// </summary>
    internal static Task EndServersOfAsync(PodNetwork network, TimeProvider time, CancellationToken cancellationToken) => EndAsync(
        arguments => Path.GetFileName(arguments[0]) is "dnsmasq" or "git-daemon"
            && (arguments.Contains($"--listen-address={network.Gateway}") || arguments.Contains($"--listen={network.Gateway}")),
        time, cancellationToken);

    /// <summary>Kills the processes that are meant, by their arguments, and waits until they are gone and their ports free.</summary>
    private static async Task EndAsync(Func<string[], bool> isMeant, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (Processes(isMeant) is { Count: > 0 } processes && time.GetElapsedTime(started) < Patience)
        {
            foreach (var id in processes) Signals.Send(id, Signals.Kill);
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }

    private static List<int> Processes(Func<string[], bool> isMeant)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            try
            {
                // A process that has ended and waits for its parent has no arguments any more.
                if (isMeant(File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0'))) found.Add(id);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }
}
