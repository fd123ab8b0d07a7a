using System.Collections.Concurrent;
using System.Net;
using MesoNet.IAaS.LocalCluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>What a server behind nginx was asked.</summary>
internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    public static SeenRequest Of(HttpContext context) => new(
        context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget,
        context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>
/// A server that speaks as the portal does to nginx. The cookie <c>mesonet-seat=student01</c> lets into the seat of that name, and nobody
/// else's; without a cookie nobody is known. It can go away and come back at the same address.
/// </summary>
internal sealed class PlayedPortal(string seatAddress) : IAsyncDisposable
{
    public const string Token = "the-seats-token";

    private WebApplication? application;

    /// <summary>Where it listens; the same for all its life.</summary>
    public IPEndPoint Address { get; } = FreePorts.NextAddress();

    /// <summary>All that it was asked.</summary>
    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>For how long nginx may go on using a consent.</summary>
    public string CacheControl { get; set; } = "max-age=1, stale-if-error=300";

    /// <summary>The cookie that the next decisions renew; empty for none.</summary>
    public string Renewal { get; set; } = "";

    /// <summary>Answered to each decision instead of what it would be, where not 0.</summary>
    public int Instead { get; set; }

    /// <summary>What decisions wait for before they are answered.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>Where seats are said to be.</summary>
    public string SeatAddress { get; set; } = seatAddress;

    public IEnumerable<SeenRequest> Decisions => Seen.Where(request => request.Target == "/gateway/decision");

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{Address}");
        application = builder.Build();
        application.Run(AnswerAsync);
        await application.StartAsync();
    }

    public async Task StopAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await application!.StopAsync(atOnce.Token);
        await application.DisposeAsync();
        application = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (application is not null) await StopAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = SeenRequest.Of(context);
        Seen.Enqueue(request);
        if (request.Target == "/gateway/decision")
        {
            await Held.WaitAsync(context.RequestAborted);
            Decide(context, request);
        }
        else if (request.Target == "/gateway/answer")
        {
            context.Response.StatusCode = int.Parse(request.Header("X-Gateway-Status")!);
            await context.Response.WriteAsync($"the portal's page for {request.Header("X-Gateway-Status")}");
        }
        else
        {
            await context.Response.WriteAsync("the portal");
        }
    }

    private void Decide(HttpContext context, SeenRequest request)
    {
        var status = Instead != 0 ? Instead
            : request.Header("Cookie") is not { Length: > 0 } cookie ? 401
            : request.Header("X-Original-Uri")!.Split('/', '?') is ["", "s", _, var seat, ..] && cookie.Contains($"mesonet-seat={seat}", StringComparison.Ordinal)
                && !request.Header("X-Original-Uri")!.Contains("..", StringComparison.Ordinal) ? 200
            : 403;
        context.Response.StatusCode = status;
        if (status != 200) return;
        context.Response.Headers["X-Seat-Address"] = SeatAddress;
        context.Response.Headers["X-Seat-Token"] = Token;
        context.Response.Headers.CacheControl = CacheControl;
        if (Renewal.Length > 0) context.Response.Headers.SetCookie = Renewal;
    }
}
