using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>An HTTPS server on a free loopback port, with HTTP/2, that counts its connections and can cut them.</summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConnectionContext> open = new(StringComparer.Ordinal);
    private readonly WebApplication application;
    private int accepted;

    /// <summary>Listens only once <see cref="StartAsync"/> is called.</summary>
    /// <param name="certificate">The certificate to show to the next client.</param>
    /// <param name="handle">Answers a request.</param>
    public ProxyServer(Func<X509Certificate2> certificate, RequestDelegate handle)
    {
        // Empty: nothing of the environment or of a settings file that happens to lie about is to have a say.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton<IHostLifetime, LifetimeOfItsOwner>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            // A watch's reader may be slow, and a test's silence long.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.Use(next => connection => KeepAsync(connection, next));
                listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate());
            });
        });
        application = builder.Build();
        application.Run(handle);
    }

    /// <summary>How many TCP connections were accepted so far.</summary>
    public int AcceptedConnections => Volatile.Read(ref accepted);

    /// <summary>Listens; returns the address.</summary>
    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        await application.StartAsync(cancellationToken);
        return new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Ends every TCP connection, with all that goes on on it.</summary>
    public void CutConnections()
    {
        foreach (var connection in open.Values) connection.Abort();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        CutConnections();
        await application.StopAsync(new CancellationToken(canceled: true));
        await application.DisposeAsync();
    }

    private async Task KeepAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        open[connection.ConnectionId] = connection;
        Interlocked.Increment(ref accepted);
        try
        {
            await next(connection);
        }
        finally
        {
            open.TryRemove(connection.ConnectionId, out _);
        }
    }

    /// <summary>The proxy lives in somebody else's process, whose signals are not its to handle.</summary>
    private sealed class LifetimeOfItsOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
