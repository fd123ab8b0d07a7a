using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Node;

/// <summary>containerd with a configuration, a socket and a store of the cluster's own; the machine's containerd is left alone.</summary>
internal sealed class Containerd(LocalClusterOptions options)
{
    private const string KubernetesNamespace = "k8s.io";

    public string Socket => ImageStore.SocketIn(options.RunFolder);

    private string Root => options.Node!.ImageStoreFolder;

    private string CniFolder => Path.Combine(options.StateFolder, "cni");

    public async Task<ProcessSpec> PrepareAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(options.RunFolder);
        options.Network.WriteCniConfiguration(CniFolder, options.StateFolder, await PodNetwork.CanMasqueradeAsync(cancellationToken));
        var configuration = Path.Combine(options.StateFolder, "containerd.toml");
        await File.WriteAllTextAsync(configuration, Configuration(), cancellationToken);
        return new("containerd", "containerd", ["--config", configuration, "--log-level", "warn"], options.LogPath("containerd"));
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        File.Exists(Socket) && (await Command.TryRunAsync("ctr", ["--address", Socket, "version"], cancellationToken)).ExitCode == 0;

    /// <summary>Its images.</summary>
    public ImageStore Images => new(options.RunFolder, Root);

    /// <summary>Ends every container: asked first, then killed, then removed. The kubelet must be gone, or it starts them again.</summary>
    public async Task StopContainersAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        foreach (var task in await ListAsync("tasks", cancellationToken)) await TryCtrAsync(["tasks", "kill", "--signal", "SIGTERM", task], cancellationToken);
        var started = options.Time.GetTimestamp();
        while (options.Time.GetElapsedTime(started) < patience && await RunningTasksAsync(cancellationToken) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(200), options.Time, cancellationToken);
        foreach (var task in await ListAsync("tasks", cancellationToken)) await TryCtrAsync(["tasks", "delete", "--force", task], cancellationToken);
        foreach (var container in await ListAsync("containers", cancellationToken)) await TryCtrAsync(["containers", "delete", container], cancellationToken);
    }

    private async Task<int> RunningTasksAsync(CancellationToken cancellationToken) =>
        (await TryCtrAsync(["tasks", "ls"], cancellationToken)).Output.Split('\n').Count(line => line.Contains("RUNNING", StringComparison.Ordinal));

    private async Task<string[]> ListAsync(string what, CancellationToken cancellationToken) =>
        (await TryCtrAsync([what, "ls", "--quiet"], cancellationToken)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<CommandResult> TryCtrAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        await Command.TryRunAsync("ctr", ["--address", Socket, "--namespace", KubernetesNamespace, .. arguments], cancellationToken);

    // restrict_oom_score_adj: where the process lacks CAP_SYS_RESOURCE a lower score than its own can't be set.
    private string Configuration() => $"""
        version = 2
        root = "{Root}"
        state = "{Path.Combine(options.RunFolder, "containerd")}"
        disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
        [grpc]
          address = "{Socket}"
        [ttrpc]
          address = "{Socket}.ttrpc"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "{options.Node!.Pause.Name}"
          restrict_oom_score_adj = true
          stream_server_address = "127.0.0.1"
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "{CniFolder}"
          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "runc"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                SystemdCgroup = false
        """;
}
