using System.Collections.Concurrent;
using System.Net;
using MesoNet.IAaS.Planning.Seats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>What answers at a seat's address when its Jupyter server is asked what goes on in it: that, or whatever a student put there.</summary>
internal sealed class PlayedJupyter : IAsyncDisposable
{
    private static int addresses;
    private readonly WebApplication application;

    private PlayedJupyter(WebApplication application, IPAddress address) => (this.application, Address) = (application, address);

    /// <summary>An address of this machine that is nobody else's.</summary>
    public IPAddress Address { get; }

    /// <summary>Path and Authorization of all requests.</summary>
    public ConcurrentQueue<(string Path, string Authorization)> Seen { get; } = new();

    /// <summary>How it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("{}");

    public static async Task<PlayedJupyter> StartAsync()
    {
        var address = new IPAddress([127, 77, (byte)(Environment.ProcessId % 250), (byte)Interlocked.Increment(ref addresses)]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{address}:{SeatPod.Port}");
        var application = builder.Build();
        var played = new PlayedJupyter(application, address);
        application.Run(context =>
        {
            played.Seen.Enqueue((context.Request.Path, context.Request.Headers.Authorization.ToString()));
            return played.Answer(context);
        });
        await application.StartAsync();
        return played;
    }

    /// <summary>An answer as the seat's server gives it.</summary>
    public static Func<HttpContext, Task> Saying(bool isBusy, string? lastWorkAt, bool isOpened) => context => context.Response.WriteAsJsonAsync(
        new { pid = 1, home = "/home/student", busyKernels = isBusy ? 1 : 0, lastActivity = 1.5, busy = isBusy, lastWorkAt, opened = isOpened }, context.RequestAborted);

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
