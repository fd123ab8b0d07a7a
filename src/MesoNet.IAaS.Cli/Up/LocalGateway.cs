using System.Net;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Gateway;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Up;

/// <summary>The portal and nginx of a local cluster. Browsers take every name below .localhost for this machine (RFC 6761), so nothing need be set up for them.</summary>
internal static class LocalGateway
{
    /// <summary>The portal's host.</summary>
    public const string PortalHost = "portal.localhost";

    private const string SeatsDomain = "localhost";

    /// <summary>The portal's process, which runs as a user of its own with the rights that its manifest grants and no others.</summary>
    public static ProcessSpec Portal(RunningCluster cluster, string kubeconfig, string logPath) => new(
        "mesonet-portal", OperatorProgram.Dotnet,
        [
            Path.Combine(AppContext.BaseDirectory, "MesoNet.IAaS.Portal.dll"), "--kubeconfig", kubeconfig, "--listen", $"127.0.0.1:{cluster.Ports.Portal}",
            "--public-url", $"http://{PortalHost}:{cluster.Ports.Gateway}", "--seats-domain", $"{SeatsDomain}:{cluster.Ports.Gateway}",
            "--local-images",
            // All that can come here comes from this machine.
            "--network", "teaching=127.0.0.0/8", "--network", "research=127.0.0.0/8",
        ], logPath);

    /// <summary>nginx.</summary>
    public static GatewayProgram Program(LocalSite site, RunningCluster cluster) => new(
        new()
        {
            Listen = new(IPAddress.Loopback, cluster.Ports.Gateway), Portal = new(IPAddress.Loopback, cluster.Ports.Portal),
            PortalHost = PortalHost, SeatsDomain = SeatsDomain,
            RunFolder = Path.Combine(site.RunFolder, "gateway"), AccessLog = Path.Combine(site.StateFolder, "logs", "gateway-access.log"),
        },
        Path.Combine(LocalSite.RepositoryRoot, "images", "gateway", "nginx.conf"));
}
