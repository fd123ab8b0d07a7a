using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.LocalCluster.Certificates;
using MesoNet.IAaS.LocalCluster.Node;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.LocalCluster.Volumes;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.LocalCluster;

/// <summary>
/// A real Kubernetes on this machine: etcd, API server, controller manager and scheduler, and with <see cref="LocalClusterOptions.Node"/>
/// a node as well (containerd, kubelet, DNS, git). Several run side by side under different names. Its processes end with this object, or
/// with this process; its data stays in the state folder, and a cluster started there again goes on with it.
/// </summary>
public sealed class RunningCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(30);
    private readonly LocalClusterOptions options;
    private readonly List<SupervisedProcess> parts = [];
    private readonly HashSet<string> companionNames = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private Containerd? containerd;
    private Kubelet? kubelet;
    private Task provisioning = Task.CompletedTask;

    private RunningCluster(LocalClusterOptions options, ClusterCertificates certificates, Ports ports)
    {
        this.options = options;
        (Certificates, Ports) = (certificates, ports);
    }

    /// <summary>The cluster's certificates and kubeconfigs.</summary>
    public ClusterCertificates Certificates { get; }

    /// <summary>The administrator's kubeconfig.</summary>
    public string KubeconfigPath => Certificates.KubeconfigOf("admin");

    /// <summary>Where an operator of this cluster may tell its metrics, such as 127.0.0.1:9464.</summary>
    public string MetricsAddress => $"127.0.0.1:{Ports.OperatorMetrics}";

    /// <summary>The ports of its parts and of what runs beside it.</summary>
    public Ports Ports { get; }

    /// <summary>The requests of <see cref="LocalClusterOptions.AuditedUsers"/>.</summary>
    public AuditLog AuditLog => options.AuditLog;

    /// <summary>Starts a cluster and returns once its API server answers and, with a node, that node takes pods.</summary>
    /// <param name="options">Which cluster.</param>
    /// <param name="progress">Told what is being started.</param>
    /// <param name="cancellationToken">Stops what was started.</param>
    /// <exception cref="PartFailedException">A part did not come up; the message holds the end of its log.</exception>
    public static async Task<RunningCluster> StartAsync(LocalClusterOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.StateFolder);
        var ports = Ports.LoadOrChoose(Path.Combine(options.StateFolder, "ports.json"));
        var certificates = new ClusterCertificates(
            Path.Combine(options.StateFolder, "pki"), new Uri($"https://{options.ApiServerAddress}:{ports.ApiServer}"), [options.Network.Gateway], options.Time);
        var cluster = new RunningCluster(options, certificates, ports);
        try
        {
            if (options.Node is not null)
            {
                // Of one whose supervisor was killed: its containers live on in a mount namespace that the new node is not in.
                await Remains.RemoveAsync(options, cancellationToken);
                await options.Network.CreateBridgeAsync(cancellationToken);
            }

            await cluster.StartControlPlaneAsync(new(options, ports, certificates), progress, cancellationToken);
            if (options.Node is { } node) await cluster.StartNodeAsync(node, ports, progress, cancellationToken);
            foreach (var companion in options.Companions)
            {
                var spec = companion(cluster);
                cluster.companionNames.Add(spec.Name);
                progress.Report($"starting {spec.Name}");
                await cluster.StartPartAsync(spec, _ => Task.FromResult(true), cancellationToken);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client with the administrator's rights.</summary>
    public async Task<KubernetesClient> CreateAdminClientAsync(CancellationToken cancellationToken = default) =>
        new(await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(KubeconfigPath), cancellationToken: cancellationToken), options.Time);

    /// <summary>
    /// Stops the cluster as a careful administrator would: companions and scheduler first, so that nothing new is started; then the pods,
    /// each told to end and given its time; then the rest in reverse order. What is left over after that, or after an earlier crash, is
    /// ended, unmounted and removed by force. Data stays.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await provisioning;
        }
        catch (OperationCanceledException)
        {
        }

        if (options.Node is not null)
        {
            await StopPartsAsync(part => part.Status.Name == "kube-scheduler" || companionNames.Contains(part.Status.Name));
            if (parts.Any(part => part.Status.Name == "kubelet")) await TryDrainAsync();
            await StopPartsAsync(part => part.Status.Name == "kubelet");
            if (parts.Any(part => part.Status.Name == "containerd")) await containerd!.StopContainersAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        }

        await StopPartsAsync(_ => true);
        if (options.Node is not null) await Remains.RemoveAsync(options, CancellationToken.None);
        stopping.Dispose();
    }

    private async Task StopPartsAsync(Func<SupervisedProcess, bool> isMeant)
    {
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            if (!isMeant(parts[i])) continue;
            await parts[i].DisposeAsync();
            parts.RemoveAt(i);
        }
    }

    // By way of the API server, so that the kubelet ends each pod in order: SIGTERM and time to save, volumes, network. The Jobs and
    // seats the pods belong to stay, and the pods come back from them.
    private async Task TryDrainAsync()
    {
        using var deadline = new CancellationTokenSource(DrainPatience, options.Time);
        try
        {
            using var client = await CreateAdminClientAsync(deadline.Token);
            foreach (var pod in await AtWorkAsync()) await client.DeleteAsync<Pod>(pod.Key, deadline.Token, pod.Metadata.Uid);
            while ((await AtWorkAsync()).Any()) await Task.Delay(TimeSpan.FromMilliseconds(200), options.Time, deadline.Token);

            // Pods of finished Jobs hold nothing any more, and their last word is still of use.
            async Task<IEnumerable<Pod>> AtWorkAsync() => (await client.ListAsync<Pod>(ListQuery.All, deadline.Token))
                .Where(pod => pod.Spec?.NodeName is not null && pod.Status?.Phase is not ("Succeeded" or "Failed"));
        }
        catch (Exception exception) when (exception is OperationCanceledException or KubernetesApiException or HttpRequestException or TimeoutException)
        {
            options.Logger.LogWarning("Not all pods ended in order ({Message}); they are ended by force.", exception.Message);
        }
    }

    private async Task StartControlPlaneAsync(ControlPlane plane, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("starting etcd and the API server");
        await StartPartAsync(plane.Etcd(), plane.IsEtcdReadyAsync, cancellationToken);
        await StartPartAsync(plane.ApiServer(), plane.IsApiServerReadyAsync, cancellationToken);
        progress.Report("starting the controller manager and the scheduler");
        await Task.WhenAll(
            StartPartAsync(plane.ControllerManager(), plane.IsControllerManagerReadyAsync, cancellationToken),
            StartPartAsync(plane.Scheduler(), plane.IsSchedulerReadyAsync, cancellationToken));
    }

    private async Task StartNodeAsync(NodeOptions node, Ports ports, IProgress<string> progress, CancellationToken cancellationToken)
    {
        containerd = new(options);
        kubelet = new(options, ports, Certificates, containerd);
        progress.Report("starting containerd");
        await StartPartAsync(await containerd.PrepareAsync(cancellationToken), containerd.IsReadyAsync, cancellationToken);
        foreach (var image in (IEnumerable<Prerequisites.ContainerImage>)[node.Pause, .. node.Images])
        {
            progress.Report($"importing {image.Name}");
            await containerd.Images.ImportAsync(image, cancellationToken);
        }

        await Remains.EndServersOfAsync(options.Network, options.Time, cancellationToken);
        await StartPartAsync(options.Network.Dns(options), token => ControlPlane.ListensAsync(53, token, options.Network.Gateway), cancellationToken);
        if (node.RepositoryFolder is { } repositories)
        {
            Directory.CreateDirectory(repositories);
            await StartPartAsync(options.Network.Git(options), token => ControlPlane.ListensAsync(9418, token, options.Network.Gateway), cancellationToken);
        }

        progress.Report("starting the kubelet");
        await StartPartAsync(kubelet.Prepare(), kubelet.IsReadyAsync, cancellationToken);

        var client = await CreateAdminClientAsync(cancellationToken);
        progress.Report("waiting for the node");
        var started = options.Time.GetTimestamp();
        while (!await Kubelet.IsNodeReadyAsync(client, cancellationToken))
        {
            if (options.Time.GetElapsedTime(started) > Patience)
                throw new PartFailedException($"The node did not become ready. The end of the kubelet's log:\n{LogFile.Tail(options.LogPath("kubelet"), 20)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), options.Time, cancellationToken);
        }

        await Kubelet.AddFakeResourcesAsync(client, node.FakeResources, cancellationToken);
        var provisioner = new LocalVolumeProvisioner(client, Path.Combine(options.StateFolder, "volumes"), options.Time, options.Logger);
        await provisioner.CreateClassAsync(cancellationToken);
        provisioning = ProvisionAsync(provisioner, client);
    }

    private async Task ProvisionAsync(LocalVolumeProvisioner provisioner, KubernetesClient client)
    {
        using (client) await provisioner.RunAsync(stopping.Token);
    }

    private async Task StartPartAsync(ProcessSpec spec, Func<CancellationToken, Task<bool>> isReady, CancellationToken cancellationToken)
    {
        var part = await SupervisedProcess.StartAsync(spec, isReady, Patience, options.OnPart, options.Time, options.Logger, cancellationToken);
        lock (parts) parts.Add(part);
    }
}
