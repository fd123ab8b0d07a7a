using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>A browser as far as the portal can tell: it keeps cookies by host, and every host is on loopback. It follows nothing by itself.</summary>
internal sealed partial class PortalBrowser : IDisposable
{
    private readonly RealPortal portal;

    /// <summary>An address of the network that courses are open to, where one is named.</summary>
    public const string Teaching = "192.0.2.7";

    /// <param name="portal">The portal.</param>
    /// <param name="client">The address that it comes from, as nginx would say.</param>
    public PortalBrowser(RealPortal portal, string client = Teaching)
    {
        this.portal = portal;
        Http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, CookieContainer = Cookies,
            // A certificate of a test's own: who answers is not what these tests are about.
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == TlsFront.Subject },
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        Http.DefaultRequestHeaders.Add("X-Client-Address", client);
    }

    public HttpClient Http { get; }

    public CookieContainer Cookies { get; } = new();

    public Uri Url(string path) => new(portal.Options.Origin + path);

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(Url(path));

    public async Task<string> ReadAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Where a path leads.</summary>
    public async Task<string> RedirectOfAsync(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    /// <summary>Opens a link, and fails where it binds this browser to nobody.</summary>
    public async Task OpenAsync(string link) => Assert.DoesNotContain("link=bad", await RedirectOfAsync(link), StringComparison.Ordinal);

    /// <summary>The forms' token of a page.</summary>
    public async Task<string> FormTokenAsync(string path) =>
        FormToken().Match(await ReadAsync(path)) is { Success: true } match ? match.Groups["token"].Value : throw new InvalidOperationException($"{path} has no form.");

    public Task<HttpResponseMessage> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> form, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = new FormUrlEncodedContent(form) };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return Http.SendAsync(request);
    }

    public void Dispose() => Http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormToken();
}
