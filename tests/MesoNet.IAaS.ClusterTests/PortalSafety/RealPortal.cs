using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>The real portal in this process, on a free port of loopback, with the rights that its manifest grants at the real API server.</summary>
internal sealed class RealPortal : IAsyncDisposable
{
    private const string User = "mesonet-portal";
    private static readonly SemaphoreSlim Preparing = new(1);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;

    private RealPortal(PortalOptions options, KubernetesConnection connection, IPEndPoint address, TimeProvider time)
    {
        (Options, Address) = (options, address);
        running = PortalServer.RunAsync(options, connection, WatcherTimes.Default, time, stopping.Token);
    }

    public PortalOptions Options { get; }

    public IPEndPoint Address { get; }

    /// <summary>The keys that it signs links and passes with.</summary>
    public byte[] Keys { get; private set; } = [];

    public Links Links => new(Keys);

    public static async Task<RealPortal> StartAsync(ClusterFixture cluster, Func<PortalOptions, PortalOptions>? change = null, IPEndPoint? address = null, TimeProvider? time = null, KubernetesConnection? connection = null)
    {
        address ??= FreePorts.NextAddress();
        var options = new PortalOptions { PublicUrl = new($"http://portal.localhost:{address.Port}"), SeatsDomain = $"localhost:{address.Port}", Listen = address.ToString() };
        var portal = new RealPortal(change?.Invoke(options) ?? options, connection ?? await ConnectAsync(cluster), address, time ?? TimeProvider.System);
        try
        {
            await portal.UntilAnswersAsync();
            portal.Keys = (await cluster.Admin.GetAsync<Secret>(new(options.Namespace, SiteKeys.SecretName), CancellationToken.None)).Data![SiteKeys.LinkKey];
            return portal;
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    public PortalBrowser Browser(string client = PortalBrowser.Teaching) => new(this, client);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
        }

        stopping.Dispose();
    }

    private static async Task<KubernetesConnection> ConnectAsync(ClusterFixture cluster)
    {
        await Preparing.WaitAsync();
        try
        {
            if (await cluster.Admin.FindAsync<Namespace>(ObjectKey.Cluster("mesonet-system"), CancellationToken.None) is null)
                await cluster.Admin.CreateAsync(new Namespace { Metadata = new() { Name = "mesonet-system" } }, CancellationToken.None);
            return await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(cluster.Cluster.Certificates.WriteKubeconfig(User, User)));
        }
        finally
        {
            Preparing.Release();
        }
    }

    private async Task UntilAnswersAsync() => await ClusterFixture.EventuallyAsync(
        async () =>
        {
            if (running.IsCompleted) await running;
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(Address);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        () => Task.FromResult("The portal does not listen."));
}
