using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Node;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Site;

/// <summary>Where a local cluster of <c>mesonet up</c> keeps its things, and how the commands find it.</summary>
internal sealed record LocalSite(string Name)
{
    /// <summary>The repository: the script at its root says where that is.</summary>
    public static string RepositoryRoot =>
        Environment.GetEnvironmentVariable("MESONET_ROOT") is { Length: > 0 } root
            ? root
            : throw new UserMistakeException("Run this by the script 'mesonet' at the root of the repository.");

    /// <summary>The cluster meant where none is named: that of MESONET_CLUSTER, else "local".</summary>
    public static string DefaultName => Environment.GetEnvironmentVariable("MESONET_CLUSTER") is { Length: > 0 } named ? named : "local";

    /// <summary>What is built once and used by every local cluster of this user.</summary>
    public static string CacheFolder => Path.Combine(BaseFolder("XDG_CACHE_HOME", ".cache"), "mesonet");

    /// <summary>What this cluster must not lose: etcd, certificates, homes.</summary>
    public string StateFolder => Path.Combine(BaseFolder("XDG_STATE_HOME", ".local/state"), "mesonet", Name);

    /// <summary>This cluster's unpacked images, which can be made anew from the cache's archives.</summary>
    public string ImageStoreFolder => Path.Combine(CacheFolder, "containerd", Name);

    public string RepositoryFolder => Path.Combine(StateFolder, "repositories");

    public string SupervisorLog => Path.Combine(StateFolder, "logs", "supervisor.log");

    private string SupervisorFile => Path.Combine(StateFolder, "supervisor.json");

    private string NetworkFile => Path.Combine(StateFolder, "network.json");

    /// <summary>Whether other local clusters keep something on this machine.</summary>
    public bool HasSiblings => Directory.EnumerateDirectories(Path.GetDirectoryName(StateFolder)!).Any(folder => Path.GetFileName(folder) != Name);

    /// <summary>Keeps a second 'up' or 'down' of the same cluster out until it is disposed.</summary>
    /// <exception cref="UserMistakeException">One is at work.</exception>
    public IDisposable TakeTurn()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StateFolder)!);
        return FileTurn.TryTake(StateFolder + ".lock")
            ?? throw new UserMistakeException($"Another 'mesonet up' or 'mesonet down' is at work on the cluster \"{Name}\". Wait for it to end.");
    }

    /// <summary>What the supervisor last wrote, or null where there is none or its process is gone.</summary>
    public SupervisorState? ReadSupervisor() =>
        ReadLastWords() is { } state && Signals.StartTicks(state.ProcessId) == state.StartTicks ? state : null;

    /// <summary>What the supervisor last wrote, whether it still lives or not.</summary>
    public SupervisorState? ReadLastWords() =>
        File.Exists(SupervisorFile) ? JsonSerializer.Deserialize<SupervisorState>(File.ReadAllText(SupervisorFile)) : null;

    /// <summary>Where sockets of this boot are.</summary>
    public string RunFolder => LocalClusterOptions.RunFolderOf(Name);

    /// <summary>Replaces the supervisor's state at once, so that a reader never sees half of it.</summary>
    public void WriteSupervisor(SupervisorState state)
    {
        var temporary = SupervisorFile + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(state));
        File.Move(temporary, SupervisorFile, overwrite: true);
    }

    /// <summary>The pods' network of this cluster: the one it had, else the first that no other cluster on this machine uses.</summary>
    public async Task<PodNetwork> ChooseNetworkAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (File.Exists(NetworkFile)) return new(JsonSerializer.Deserialize<int>(await File.ReadAllTextAsync(NetworkFile, cancellationToken)));
        Directory.CreateDirectory(StateFolder);
        // Two that are started at once must not choose the same.
        await using var turn = await FileTurn.TakeAsync(
            Path.Combine(Path.GetDirectoryName(StateFolder)!, "networks.lock"), TimeSpan.FromMilliseconds(10), time, () => { }, cancellationToken);
        // Also a cluster that is down keeps its network: both may be up tomorrow.
        var taken = Directory.EnumerateDirectories(Path.GetDirectoryName(StateFolder)!)
            .Select(sibling => Path.Combine(sibling, Path.GetFileName(NetworkFile))).Where(File.Exists)
            .Select(file => JsonSerializer.Deserialize<int>(File.ReadAllText(file))).ToHashSet();
        var free = Enumerable.Range(0, 254).Select(index => new PodNetwork(index))
            .First(network => !taken.Contains(network.Index) && !Directory.Exists($"/sys/class/net/{network.Bridge}"));
        await File.WriteAllTextAsync(NetworkFile, JsonSerializer.Serialize(free.Index), cancellationToken);
        return free;
    }

    /// <summary>A client with the administrator's rights on the running cluster.</summary>
    public static async Task<KubernetesClient> ConnectAsync(string kubeconfig, CancellationToken cancellationToken) =>
        new(await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(kubeconfig), cancellationToken: cancellationToken), TimeProvider.System);

    private static string BaseFolder(string variable, string fallback) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), fallback);
}

/// <summary>What the supervisor of a cluster says of itself.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="StartTicks">When that process was started, to tell it from a later one of the same id.</param>
/// <param name="Phase">starting, ready or failed.</param>
/// <param name="Message">What it is starting, or why it failed.</param>
/// <param name="Kubeconfig">The administrator's kubeconfig, once there is one.</param>
/// <param name="Metrics">Where the operator tells its metrics, once it runs.</param>
/// <param name="Portal">The portal's address for browsers on this machine, once it runs.</param>
/// <param name="Parts">The parts of the cluster.</param>
internal sealed record SupervisorState(
    int ProcessId, long StartTicks, string Phase, string Message, string? Kubeconfig, string? Metrics, string? Portal, IReadOnlyList<PartStatus> Parts);

/// <summary>The user can put it right; the message says how. No stack is shown.</summary>
internal sealed class UserMistakeException(string message) : Exception(message);
