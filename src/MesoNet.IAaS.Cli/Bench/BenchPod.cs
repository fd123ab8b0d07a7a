using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>A small server at the address that all simulated pods have: answers a request with a few bytes, and sends back what a WebSocket says.</summary>
internal sealed class BenchPod : IAsyncDisposable
{
    private static readonly byte[] Answer = """{"started": "2026-11-20T14:00:00Z", "last_activity": "2026-11-20T14:10:00Z", "connections": 1, "kernels": 1}"""u8.ToArray();
    private readonly WebApplication application;

    private BenchPod(WebApplication application) => this.application = application;

    public static async Task<BenchPod> StartAsync(IPEndPoint address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{address}");
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(AnswerAsync);
        await application.StartAsync();
        return new(application);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await EchoAsync(await context.WebSockets.AcceptWebSocketAsync(), context.RequestAborted);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        await context.Response.Body.WriteAsync(Answer);
    }

    private static async Task EchoAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellationToken) is { MessageType: not WebSocketMessageType.Close } message)
                await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, cancellationToken);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Whoever held it has gone.
        }
    }
}
