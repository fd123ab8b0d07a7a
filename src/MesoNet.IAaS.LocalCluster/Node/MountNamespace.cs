namespace MesoNet.IAaS.LocalCluster.Node;

/// <summary>
/// A mount namespace for everything of a cluster with a node. Kubernetes fixes some names on a node, and clusters on one machine would share what is behind them:
/// a kubelet removes each minute what it finds in <c>/var/log/pods</c> that is no pod's of its own, and with it the other clusters' logs. What is mounted in
/// it goes with its last process, also where all of them are killed.
/// </summary>
/// <remarks>What is mounted on the machine later is seen in it only where the machine's own mounts are shared, as systemd makes them.</remarks>
public static class MountNamespace
{
    private const string Script = """
        set -e
        mkdir -p "$0/pods" "$0/containers" /var/log/pods /var/log/containers /run/netns
        mount --bind "$0/pods" /var/log/pods
        mount --bind "$0/containers" /var/log/containers
        mount -t tmpfs -o mode=0755 mesonet-netns /run/netns
        exec "$@"
        """;

    /// <summary>The command that runs another one in a namespace of its own; it becomes that one, with the same process id.</summary>
    /// <param name="stateFolder">The cluster's: its containers' logs are kept in <c>logs</c> there.</param>
    /// <param name="command">The program and its arguments.</param>
    public static IReadOnlyList<string> Within(string stateFolder, IReadOnlyList<string> command) =>
        ["unshare", "--mount", "--propagation", "slave", "sh", "-c", Script, Path.Combine(stateFolder, "logs"), .. command];

    /// <summary>The command that runs another one in the namespace of a process.</summary>
    /// <param name="processId">A process of the cluster.</param>
    /// <param name="command">The program and its arguments.</param>
    public static IReadOnlyList<string> Of(int processId, IReadOnlyList<string> command) =>
        ["nsenter", $"--mount=/proc/{processId}/ns/mnt", .. command];
}
