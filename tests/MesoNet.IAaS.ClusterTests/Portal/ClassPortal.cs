using System.Net;
using System.Text.RegularExpressions;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>The real portal's server, on a port of its own.</summary>
internal sealed class ClassPortal : IAsyncDisposable
{
    private readonly CancellationTokenSource ending = new();
    private Task running = Task.CompletedTask;

    private ClassPortal(PortalOptions options) => Options = options;

    public PortalOptions Options { get; }

    /// <summary>What signs links, with the site's own key.</summary>
    public Links Links { get; private set; } = null!;

    public static async Task<ClassPortal> StartAsync(ClusterFixture cluster, string @namespace)
    {
        var address = FreePorts.NextAddress().ToString();
        var portal = new ClassPortal(new() { PublicUrl = new($"http://{address}"), SeatsDomain = $"localhost:{address.Split(':')[1]}", Listen = address, Namespace = @namespace });
        portal.Links = new((await SiteKeys.LoadAsync(cluster.Admin, @namespace, CancellationToken.None)).ForLinks);
        portal.running = PortalServer.RunAsync(portal.Options, cluster.AdminConnection, WatcherTimes.Default, TimeProvider.System, portal.ending.Token);
        using var http = new HttpClient();
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                if (portal.running.IsFaulted) await portal.running;
                try
                {
                    return (await http.GetAsync(portal.Options.PublicUrl)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            () => Task.FromResult("the portal does not answer"));
        return portal;
    }

    /// <summary>A browser of nobody yet.</summary>
    public ClassBrowser NewBrowser() => new(Options.PublicUrl);

    /// <summary>A browser of somebody.</summary>
    public async Task<ClassBrowser> SignInAsync(string login, params SiteRole[] roles)
    {
        var browser = NewBrowser();
        using var answer = await browser.GetAsync(Links.PathFor(login, roles.ToHashSet(), DateTimeOffset.UtcNow.AddHours(1)));
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
        }

        ending.Dispose();
    }
}

/// <summary>A browser: it keeps cookies and sends forms as their pages have them, but goes nowhere by itself.</summary>
internal sealed class ClassBrowser(Uri portal) : IDisposable
{
    private static readonly Regex Token = new("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    public HttpClient Http { get; } = new(new HttpClientHandler { CookieContainer = new(), AllowAutoRedirect = false }) { BaseAddress = portal };

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative));

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>A page that is there.</summary>
    public async Task<string> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Where a page leads instead of showing itself.</summary>
    public async Task<string> WhereAsync(string path)
    {
        using var answer = await GetAsync(path);
        return answer.Headers.Location?.OriginalString ?? $"{(int)answer.StatusCode}";
    }

    /// <summary>Sends a form to a handler of a page, with the token that the page at <paramref name="formOn"/> gives.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string? handler, string formOn, params (string Name, string Value)[] fields)
    {
        var token = Token.Match(await Http.GetStringAsync(new Uri(formOn, UriKind.Relative))).Groups["token"].Value;
        Assert.NotEqual("", token);
        using var form = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]);
        return await Http.PostAsync(new Uri(handler is null ? path : $"{path}?handler={handler}", UriKind.Relative), form);
    }

    /// <summary>Sends a form and reads the page that says what happened.</summary>
    public async Task<string> DoAsync(string path, string handler, params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync(path, handler, path, fields);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return await ReadAsync(answer.Headers.Location!.OriginalString);
    }

    public void Dispose() => Http.Dispose();
}
