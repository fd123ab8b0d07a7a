using MesoNet.IAaS.Cli.Up;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.LocalCluster.Prerequisites;
using MesoNet.IAaS.LocalCluster.Simulation;
using MesoNet.IAaS.LocalCluster.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What a simulated site has.</summary>
internal sealed record SimulatedSiteOptions
{
    /// <summary>Tells sites on one machine apart.</summary>
    public required string Name { get; init; }

    /// <summary>Where everything is kept while the site stands; removed with it.</summary>
    public required string Folder { get; init; }

    /// <summary>How many nodes, and what each can hold.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>What each node has.</summary>
    public required IReadOnlyDictionary<string, Quantity> Allocatable { get; init; }

    /// <inheritdoc cref="LocalClusterOptions.AuditedUsers"/>
    public IReadOnlyList<string> AuditedUsers { get; init; } = [];

    /// <inheritdoc cref="LocalClusterOptions.SchedulerRequestsPerSecond"/>
    public int? SchedulerRequestsPerSecond { get; init; }

    /// <summary>The commit that materials Jobs report.</summary>
    public string Commit { get; init; } = "0123456789abcdef0123456789abcdef01234567";

    /// <summary>What Jobs other than materials report: the pod's last word and its exit code; null for what materials Jobs report.</summary>
    public Func<Pod, (string Message, int ExitCode)?> Ends { get; init; } = _ => null;

    /// <inheritdoc cref="SimulatedNodes.PodAddress"/>
    public string PodAddress { get; init; } = "192.0.2.1";

    /// <inheritdoc cref="SimulatedNodes.Starts"/>
    public Func<Pod, bool> Starts { get; init; } = _ => true;
}

/// <summary>
/// A real control plane with MesoNet's resources installed, simulated nodes that run any pod at once, and volumes. No operator. Tests and
/// benchmarks stand on it; it and its data end with this object.
/// </summary>
internal sealed class SimulatedSite : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> running = [];
    private readonly SimulatedSiteOptions options;

    private SimulatedSite(SimulatedSiteOptions options, RunningCluster cluster, KubernetesConnection connection, TimeProvider time)
    {
        this.options = options;
        (Cluster, AdminConnection, Admin) = (cluster, connection, new(connection, time));
    }

    public RunningCluster Cluster { get; }

    /// <summary>What the audited users asked for.</summary>
    public AuditLog AuditLog => Cluster.AuditLog;

    public KubernetesConnection AdminConnection { get; }

    public KubernetesClient Admin { get; }

    public static async Task<SimulatedSite> StartAsync(
        SimulatedSiteOptions options, IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var binaries = await KubernetesBinaries.PrepareAsync(ClusterParts.Recipes(progress, time), cancellationToken);
        var cluster = await RunningCluster.StartAsync(
            new()
            {
                Name = options.Name, StateFolder = options.Folder, Binaries = binaries, Time = time, Logger = NullLogger.Instance, Ephemeral = true,
                AuditedUsers = options.AuditedUsers, SchedulerRequestsPerSecond = options.SchedulerRequestsPerSecond,
            },
            progress, cancellationToken);
        var connection = await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(cluster.KubeconfigPath), cancellationToken: cancellationToken);
        var site = new SimulatedSite(options, cluster, connection, time);
        try
        {
            await Installation.ApplyAsync(site.Admin, time, cancellationToken);
            var volumes = new LocalVolumeProvisioner(site.Admin, Path.Combine(options.Folder, "volumes"), time, NullLogger.Instance);
            await volumes.CreateClassAsync(cancellationToken);
            site.running.Add(volumes.RunAsync(site.stopping.Token));
            var names = options.Nodes == 1 ? ["simulated"] : Enumerable.Range(1, options.Nodes).Select(i => $"simulated{i:000}").ToList();
            var nodes = new SimulatedNodes(site.Admin, names, options.Allocatable, time, NullLogger.Instance)
            {
                TerminationMessage = pod => options.Ends(pod)?.Message ?? $$"""{"commit":"{{options.Commit}}"}""",
                ExitCode = pod => options.Ends(pod)?.ExitCode ?? 0,
                Starts = options.Starts,
                PodAddress = options.PodAddress,
            };
            site.running.Add(nodes.RunAsync(site.stopping.Token));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of a user of this cluster.</summary>
    public async Task<KubernetesClient> ConnectAsAsync(string userName, TimeProvider time, CancellationToken cancellationToken) =>
        new(await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(Cluster.Certificates.WriteKubeconfig(userName, userName)), cancellationToken: cancellationToken), time);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (var task in running)
        {
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
            }
        }

        Admin.Dispose();
        await Cluster.DisposeAsync();
        stopping.Dispose();
        if (Directory.Exists(options.Folder)) Directory.Delete(options.Folder, recursive: true);
    }
}
