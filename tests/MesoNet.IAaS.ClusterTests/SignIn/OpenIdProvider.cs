using System.Net;
using System.Net.Sockets;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.ClusterTests.SignIn;

/// <summary>
/// A real OpenID provider, npm's oidc-provider, and somebody on the way to it who can hold up and change what it answers. It bears the address of
/// that somebody, so that the portal and browsers know no other.
/// </summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    private static readonly SemaphoreSlim Installing = new(1);
    private readonly IPEndPoint behind = FreePorts.NextAddress();
    private readonly string folder = Directory.CreateTempSubdirectory("mesonet-oidc-").FullName;
    private readonly string redirectUri;
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private WebApplication? front;
    private ChildProcess? provider;

    private OpenIdProvider(string redirectUri) => this.redirectUri = redirectUri;

    public IPEndPoint Address { get; } = FreePorts.NextAddress();

    public Uri Issuer => new($"http://{Address}");

    /// <summary>Changes what it answers, by the path that was asked for; null for nothing.</summary>
    public Func<string, string, string>? Change { get; set; }

    /// <summary>The paths it was asked for.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Asked { get; } = new();

    private static string ProgramFolder => Path.Combine(LocalSite.RepositoryRoot, "tests", "MesoNet.IAaS.ClusterTests", "SignIn", "oidc-provider");

    /// <summary>A provider that does not answer yet.</summary>
    public static async Task<OpenIdProvider> PrepareAsync(string redirectUri)
    {
        await Installing.WaitAsync();
        try
        {
            var stamp = Path.Combine(ProgramFolder, "node_modules", ".package-lock.json");
            var wanted = File.GetLastWriteTimeUtc(Path.Combine(ProgramFolder, "package-lock.json"));
            if (!File.Exists(stamp) || File.GetLastWriteTimeUtc(stamp) < wanted)
            {
                await Command.RunAsync("npm", ["ci", "--prefix", ProgramFolder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], CancellationToken.None);
                File.SetLastWriteTimeUtc(stamp, DateTime.UtcNow);
            }
        }
        finally
        {
            Installing.Release();
        }

        return new(redirectUri);
    }

    public async Task StartAsync()
    {
        await StartProviderAsync();
        await OpenAsync();
    }

    /// <summary>Starts it anew, with other keys and without memory of anybody.</summary>
    public async Task RestartAsync()
    {
        await provider!.DisposeAsync();
        await StartProviderAsync();
    }

    /// <summary>Can be reached.</summary>
    public async Task OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Issuer.ToString());
        front = builder.Build();
        front.Run(PassOnAsync);
        await front.StartAsync();
    }

    /// <summary>Cannot be reached any more.</summary>
    public async Task CloseAsync()
    {
        if (front is null) return;
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await front.StopAsync(atOnce.Token);
        await front.DisposeAsync();
        front = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (provider is not null) await provider.DisposeAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartProviderAsync()
    {
        var log = Path.Combine(folder, "provider.log");
        provider = await ChildProcess.StartAsync(
            new("oidc-provider", "node", [Path.Combine(ProgramFolder, "provider.mjs"), $"{behind.Port}", Issuer.GetLeftPart(UriPartial.Authority), redirectUri], log), TimeProvider.System);
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(behind);
                    return true;
                }
                catch (SocketException) when (!provider.HasExited)
                {
                    return false;
                }
            },
            () => File.ReadAllTextAsync(log));
    }

    private async Task PassOnAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Asked.Enqueue(context.Request.Path);
        using var request = new HttpRequestMessage(new(context.Request.Method), $"http://{behind}{target}");
        if (context.Request.ContentLength > 0) request.Content = new StreamContent(context.Request.Body);
        foreach (var header in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable())) request.Content?.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        }

        using var answer = await http.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Content-Length" or "Connection" or "Keep-Alive")))
            context.Response.Headers[header.Key] = header.Value.ToArray();
        var body = await answer.Content.ReadAsStringAsync();
        await context.Response.WriteAsync(Change?.Invoke(context.Request.Path, body) ?? body);
    }
}
