using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>A server in the place of a pod's JupyterLab: says back what reached it, and does what JupyterLab does with streams.</summary>
internal sealed class PlayedSeat : IAsyncDisposable
{
    private readonly WebApplication application;
    private long received;

    private PlayedSeat(WebApplication application) => this.application = application;

    /// <summary>IP address and port.</summary>
    public string Address => new Uri(application.Urls.First()).Authority;

    /// <summary>All that reached it.</summary>
    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>How many bytes of bodies reached it.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>Lets the second event of /events go.</summary>
    public TaskCompletionSource SecondEvent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Headers put on every answer.</summary>
    public Dictionary<string, string> AnswerHeaders { get; } = [];

    /// <summary>The status of every plain answer.</summary>
    public int Status { get; set; } = 200;

    public static async Task<PlayedSeat> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var application = builder.Build();
        var seat = new PlayedSeat(application);
        application.UseWebSockets();
        application.Run(seat.AnswerAsync);
        await application.StartAsync();
        return seat;
    }

    public async ValueTask DisposeAsync()
    {
        SecondEvent.TrySetResult();
        await application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Seen.Enqueue(SeenRequest.Of(context));
        foreach (var (name, value) in AnswerHeaders) context.Response.Headers[name] = value;
        if (context.WebSockets.IsWebSocketRequest) await EchoAsync(await context.WebSockets.AcceptWebSocketAsync());
        else if (context.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal)) await SendEventsAsync(context);
        else if (context.Request.Path.Value.EndsWith("/data", StringComparison.Ordinal)) await Results.Bytes("0123456789"u8.ToArray(), enableRangeProcessing: true).ExecuteAsync(context);
        else await SwallowAsync(context);
    }

    private async Task SwallowAsync(HttpContext context)
    {
        var buffer = new byte[64 * 1024];
        long length = 0;
        while (await context.Request.Body.ReadAsync(buffer) is var read and > 0)
        {
            length += read;
            Interlocked.Add(ref received, read);
        }

        context.Response.StatusCode = Status;
        await context.Response.WriteAsync($"the seat took {length} bytes");
    }

    private async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("data: first\n\n");
        await context.Response.Body.FlushAsync();
        await SecondEvent.Task;
        await context.Response.WriteAsync("data: second\n\n");
    }

    private static async Task EchoAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } message)
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, CancellationToken.None);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }
}
