using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Node;
using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Cli.Up;

/// <summary>
/// The process in the background that holds a cluster of <c>mesonet up</c>: starts its parts and the operator, starts again what crashes,
/// writes down how each is doing, and ends everything on SIGTERM.
/// </summary>
/// <param name="site">The local cluster.</param>
/// <param name="isBare">Without operator, portal and gateway: something else installs MesoNet there.</param>
/// <param name="time">The clock.</param>
internal sealed class Supervisor(LocalSite site, bool isBare, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, PartStatus> parts = new(StringComparer.Ordinal);
    private readonly Lock writing = new();
    private string phase = "starting";
    private string message = "";
    private string? kubeconfig;
    private string? metrics;
    private string? portal;

    public async Task<int> RunAsync(IReadOnlyDictionary<string, string> fakeResources, CancellationToken cancellationToken)
    {
        using var logging = LoggerFactory.Create(builder => builder.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            console.UseUtcTimestamp = true;
        }));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stopping.Cancel();
        });
        try
        {
            var built = await ClusterParts.PrepareAsync(new Saying(Say), time, stopping.Token);
            await using var cluster = await RunningCluster.StartAsync(Options(built, await site.ChooseNetworkAsync(time, stopping.Token), fakeResources, logging.CreateLogger("cluster")), new Saying(Say), stopping.Token);
            kubeconfig = cluster.KubeconfigPath;
            if (!isBare)
            {
                metrics = $"http://{cluster.MetricsAddress}/metrics";
                portal = $"http://{LocalGateway.PortalHost}:{cluster.Ports.Gateway}";
            }

            phase = "ready";
            Say("");
            using var stops = stopping.Token.Register(() =>
            {
                // Said before anything is ended: a 'ready' that stood until the end would be taken for one.
                phase = "stopping";
                Say("");
            });
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }
#pragma warning disable CA1031 // Whatever it is, whoever waits for the cluster must hear of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            phase = "failed";
            Say(exception is PartFailedException or CommandFailedException ? exception.Message : exception.ToString());
            return 1;
        }

        return 0;
    }

    private LocalClusterOptions Options(ClusterParts built, PodNetwork network, IReadOnlyDictionary<string, string> fakeResources, ILogger logger) => new()
    {
        Name = site.Name,
        StateFolder = site.StateFolder,
        Binaries = built.Binaries,
        Time = time,
        Logger = logger,
        Network = network,
        Node = new()
        {
            Pause = built.Pause,
            Images = [built.PyTorch],
            ImageStoreFolder = site.ImageStoreFolder,
            FakeResources = fakeResources,
            RepositoryFolder = site.RepositoryFolder,
        },
        Companions = isBare ? [] : [Operator, Portal, Gateway],
        OnPart = status =>
        {
            parts[status.Name] = status;
            Write();
        },
    };

    // The operator runs as a user of its own, with the rights that its manifest grants and no others.
    private ProcessSpec Operator(RunningCluster cluster) => OperatorProgram.Specification(
        "mesonet-operator", cluster.Certificates.WriteKubeconfig("mesonet-operator", "mesonet-operator"),
        Path.Combine(site.StateFolder, "logs", "mesonet-operator.log"), "--metrics-address", cluster.MetricsAddress, "--local-images");

    private ProcessSpec Portal(RunningCluster cluster) => LocalGateway.Portal(
        cluster, cluster.Certificates.WriteKubeconfig("mesonet-portal", "mesonet-portal"), Path.Combine(site.StateFolder, "logs", "mesonet-portal.log"));

    private ProcessSpec Gateway(RunningCluster cluster) => LocalGateway.Program(site, cluster).Prepare(
        Path.Combine(site.StateFolder, "gateway", "nginx.conf"), Path.Combine(site.StateFolder, "logs", "gateway.log"));

    private void Say(string text)
    {
        message = text;
        Write();
    }

    private void Write()
    {
        lock (writing)
        {
            site.WriteSupervisor(new(
                Environment.ProcessId, Signals.StartTicks(Environment.ProcessId) ?? 0, phase, message, kubeconfig, metrics, portal,
                [.. parts.Values.OrderBy(part => part.Name, StringComparer.Ordinal)]));
        }
    }

    private sealed class Saying(Action<string> say) : IProgress<string>
    {
        public void Report(string value) => say(value);
    }
}
