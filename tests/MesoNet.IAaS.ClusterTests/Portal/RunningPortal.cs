using System.Net;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>The portal as it runs on a site: its own server, with the rights that its manifest grants, on the real API server.</summary>
internal sealed class RunningPortal : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private readonly IPEndPoint address;
    private readonly Links links;

    private RunningPortal(IPEndPoint address, PortalOptions options, KubernetesConnection connection, Links links)
    {
        (this.address, this.links, Options) = (address, links, options);
        running = PortalServer.RunAsync(options, connection, WatcherTimes.Default, TimeProvider.System, stopping.Token);
    }

    public PortalOptions Options { get; }

    public static async Task<RunningPortal> StartAsync(ClusterFixture cluster)
    {
        var address = FreePorts.NextAddress();
        var options = new PortalOptions
        {
            PublicUrl = new($"http://portal.localhost:{address.Port}"), SeatsDomain = $"localhost:{address.Port}", Listen = address.ToString(),
            Networks = new(new Dictionary<string, IReadOnlyList<System.Net.IPNetwork>> { ["teaching"] = [System.Net.IPNetwork.Parse("127.0.0.0/8")] }),
        };
        var connection = await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(cluster.Cluster.Certificates.WriteKubeconfig("mesonet-portal", "mesonet-portal")), cancellationToken: CancellationToken.None);
        var keys = await SiteKeys.LoadAsync(cluster.Admin, options.Namespace, CancellationToken.None);
        var portal = new RunningPortal(address, options, connection, new(keys.ForLinks));
        using var anybody = portal.Browser();
        var last = "nothing";
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                if (portal.running.IsCompleted) await portal.running;
                try
                {
                    var answer = await anybody.GetAsync("/");
                    last = $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}";
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException exception)
                {
                    last = exception.Message;
                    return false;
                }
            },
            () => Task.FromResult($"the portal answers {last}"));
        return portal;
    }

    /// <summary>A browser with cookies of its own, as nobody known.</summary>
    public HttpClient Browser(string language = "fr")
    {
        var browser = new HttpClient(new HttpClientHandler { CookieContainer = new(), AllowAutoRedirect = false }, disposeHandler: true) { BaseAddress = new($"http://{address}") };
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return browser;
    }

    /// <summary>A browser of somebody who was identified.</summary>
    public async Task<HttpClient> SignInAsync(string login, SiteRole? role = null, string language = "fr")
    {
        var browser = Browser(language);
        var answer = await browser.GetAsync(links.PathFor(login, role is { } one ? new HashSet<SiteRole> { one } : [], DateTimeOffset.UtcNow.AddHours(1)));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return browser;
    }

    /// <summary>Opens a student's link in a browser.</summary>
    public async Task EnterAsync(HttpClient browser, Seat seat, ClassroomEnvironment course) =>
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync(links.PathTo(seat, course))).StatusCode);

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
}
