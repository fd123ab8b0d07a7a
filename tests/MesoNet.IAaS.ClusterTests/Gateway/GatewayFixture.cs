using System.Net;
using System.Net.Sockets;
using System.Text;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Gateway;
using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>
/// A real nginx with the configuration that everybody gets, before two servers: one plays the portal, one a seat's JupyterLab. What the
/// portal really decides is tested elsewhere; here it is what nginx does with a decision.
/// </summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    public const string PortalHost = "portal.localhost";
    public const string SeatHost = "a1b2c3d4.localhost";

    /// <summary>The way to the seat that the cookie of student01 opens.</summary>
    public const string Seat = "/s/intro/student01";

    public const string Cookie = "mesonet-seat=student01";

    /// <summary>Of the addresses of this machine the one whose X-Forwarded-For is believed.</summary>
    public static readonly IPAddress TrustedProxy = IPAddress.Parse("127.0.0.9");

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"mesonet-gateway-tests-{Guid.NewGuid():N}");
    private SupervisedProcess? nginx;

    internal PlayedPortal Portal { get; private set; } = null!;

    internal PlayedSeat PodOfSeat { get; private set; } = null!;

    /// <summary>nginx's address.</summary>
    public IPEndPoint Address { get; } = FreePorts.NextAddress();

    public string RunFolder => Path.Combine(folder, "run");

    public string AccessLog => Path.Combine(folder, "logs", "access.log");

    public string ErrorLog => Path.Combine(folder, "logs", "gateway.log");

    public async ValueTask InitializeAsync()
    {
        PodOfSeat = await PlayedSeat.StartAsync();
        Portal = new(PodOfSeat.Address);
        await Portal.StartAsync();
        var program = new GatewayProgram(
            new()
            {
                Listen = Address, Portal = Portal.Address, PortalHost = PortalHost, SeatsDomain = "localhost",
                TrustedProxies = [new(TrustedProxy, 32)], RunFolder = RunFolder, AccessLog = AccessLog,
            },
            Path.Combine(LocalSite.RepositoryRoot, "images", "gateway", "nginx.conf"));
        nginx = await SupervisedProcess.StartAsync(
            program.Prepare(Path.Combine(folder, "nginx.conf"), ErrorLog), program.IsReadyAsync, TimeSpan.FromSeconds(60), _ => { }, TimeProvider.System,
            NullLogger.Instance, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (nginx is not null) await nginx.DisposeAsync();
        await Portal.DisposeAsync();
        await PodOfSeat.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A client whose every connection goes to nginx, whatever the host, as a browser's would by DNS.</summary>
    public HttpClient Browser(IPAddress? from = null) => new(Handler(from)) { Timeout = TimeSpan.FromMinutes(30) };

    public SocketsHttpHandler Handler(IPAddress? from = null) => new()
    {
        UseCookies = false, AllowAutoRedirect = false,
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (from is not null) socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(Address, token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    /// <summary>A request with the cookie that opens the seat; the target goes out as it is written.</summary>
    public HttpRequestMessage Request(HttpMethod method, string target, string host = SeatHost, string? cookie = Cookie)
    {
        var uri = new Uri($"http://{host}:{Address.Port}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(method, uri);
        if (cookie is not null) request.Headers.TryAddWithoutValidation("Cookie", cookie);
        return request;
    }

    /// <summary>Sends bytes as they are and returns all that comes until nginx closes; it must close, since silence may be its end or a busy machine.</summary>
    public async Task<string> SendRawAsync(string bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
        var answer = new StringBuilder();
        var buffer = new byte[16 * 1024];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            while (await stream.ReadAsync(buffer, patience.Token) is var read and > 0) answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // Closed while something of ours was still unread there.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The connection is still open after 60 s. What came: {answer}");
        }

        return answer.ToString();
    }
}
