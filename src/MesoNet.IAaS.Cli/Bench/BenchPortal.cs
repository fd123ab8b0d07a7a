using System.Net;
using System.Net.Sockets;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>The portal as a process of its own, as a site runs it.</summary>
internal sealed class BenchPortal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ChildProcess child;

    private BenchPortal(ChildProcess child) => this.child = child;

    /// <summary>Starts it and waits until it answers, which is once it knows the cluster.</summary>
    /// <param name="kubeconfig">The cluster, and as whom.</param>
    /// <param name="listen">Where it listens.</param>
    /// <param name="gateway">Where browsers find it: the gateway's address.</param>
    /// <param name="core">The one core it may use, or null for all.</param>
    /// <param name="logPath">Its log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<BenchPortal> StartAsync(
        string kubeconfig, IPEndPoint listen, IPEndPoint gateway, int? core, string logPath, TimeProvider time, CancellationToken cancellationToken)
    {
        string[] program =
        [
            OperatorProgram.Dotnet, Path.Combine(AppContext.BaseDirectory, "MesoNet.IAaS.Portal.dll"), "--kubeconfig", kubeconfig, "--listen", listen.ToString(),
            "--public-url", $"http://{GatewayWorld.PortalHost}:{gateway.Port}", "--seats-domain", $"{GatewayWorld.SeatsDomain}:{gateway.Port}",
        ];
        var specification = core is { } number
            ? new ProcessSpec("mesonet-portal", "taskset", ["--cpu-list", $"{number}", .. program], logPath)
            : new ProcessSpec("mesonet-portal", program[0], program[1..], logPath);
        var child = await ChildProcess.StartAsync(specification, time);
        try
        {
            var started = time.GetTimestamp();
            while (!await ListensAsync(listen, cancellationToken))
            {
                if (child.HasExited || time.GetElapsedTime(started) > Patience) throw new PartFailedException($"The portal does not answer:\n{child.LogTail()}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
            }

            return new(child);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();

    private static async Task<bool> ListensAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
