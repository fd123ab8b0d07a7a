using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What became of WebSockets that were held.</summary>
/// <param name="Opened">How many were opened.</param>
/// <param name="Lived">How many were open at the end.</param>
/// <param name="AtOnceSeconds">How long it took until those that were opened at once were all open.</param>
/// <param name="Sent">Messages sent.</param>
/// <param name="Lost">Messages that did not come back.</param>
internal sealed record HeldResult(int Opened, int Lived, double AtOnceSeconds, long Sent, long Lost);

/// <summary>
/// WebSockets as of notebooks that are open: each sends a message now and then, which the pod sends back. Most of the time each is silent.
/// </summary>
/// <param name="open">Opens the socket of that number.</param>
/// <param name="time">The clock.</param>
internal sealed class HeldSockets(Func<int, CancellationToken, Task<WebSocket>> open, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private long sent;
    private long returned;

    /// <summary>Opens some one after the other, the rest at once, and holds them all.</summary>
    /// <param name="count">How many in all.</param>
    /// <param name="atOnce">How many of them at once.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="between">How long each is silent between two messages.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HeldResult> HoldAsync(int count, int atOnce, TimeSpan duration, TimeSpan between, CancellationToken cancellationToken)
    {
        var sockets = new List<WebSocket>();
        for (var i = 0; i < count - atOnce; i++)
            if (await TryOpenAsync(i, cancellationToken) is { } socket) sockets.Add(socket);
        var began = time.GetTimestamp();
        var together = await Task.WhenAll(Enumerable.Range(count - atOnce, atOnce).Select(i => TryOpenAsync(i, cancellationToken)));
        var atOnceSeconds = time.GetElapsedTime(began).TotalSeconds;
        sockets.AddRange(together.OfType<WebSocket>());
        var held = time.GetTimestamp();
        await Task.WhenAll(sockets.Select((socket, index) => TalkAsync(socket, held, duration, between, between * index / sockets.Count, cancellationToken)));
        var lived = sockets.Count(socket => socket.State == WebSocketState.Open);
        foreach (var socket in sockets) socket.Dispose();
        return new(sockets.Count, lived, atOnceSeconds, sent, sent - returned);
    }

    private async Task<WebSocket?> TryOpenAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            return await open(index, cancellationToken);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    // Not all at the same moment: each begins a little later than the one before.
    private async Task TalkAsync(WebSocket socket, long held, TimeSpan duration, TimeSpan between, TimeSpan later, CancellationToken cancellationToken)
    {
        var buffer = new byte[256];
        try
        {
            await Task.Delay(later, time, cancellationToken);
            for (var number = 0; ; number++)
            {
                Interlocked.Increment(ref sent);
                var text = $"message {number}";
                await socket.SendAsync(Encoding.ASCII.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
                using var patience = new CancellationTokenSource(Patience, time);
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
                var back = await socket.ReceiveAsync(buffer, deadline.Token);
                if (Encoding.ASCII.GetString(buffer, 0, back.Count) == text) Interlocked.Increment(ref returned);
                if (time.GetElapsedTime(held) + between >= duration) return;
                await Task.Delay(between, time, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It is counted: its message did not come back, and it is not open any more.
        }
    }
}
