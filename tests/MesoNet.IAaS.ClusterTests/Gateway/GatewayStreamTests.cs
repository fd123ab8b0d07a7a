using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;

namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>What notebooks do with connections: sockets, large files, parts of files, events.</summary>
public sealed class GatewayStreamTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const int Megabyte = 1 << 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_web_socket_goes_through_with_the_token_and_without_the_cookie()
    {
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(gateway.Handler());
        var origin = $"http://{GatewayFixture.SeatHost}:{gateway.Address.Port}";
        socket.Options.SetRequestHeader("Cookie", GatewayFixture.Cookie);
        socket.Options.SetRequestHeader("Origin", origin);
        await socket.ConnectAsync(new Uri($"ws://{GatewayFixture.SeatHost}:{gateway.Address.Port}{GatewayFixture.Seat}/api/kernels/1/channels?session_id=2"), invoker, Cancelled);
        var long60000 = new string('é', 30_000);
        foreach (var text in (string[])["bonjour", long60000, ""])
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
            Assert.Equal(text, await ReceiveAsync(socket));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        var seen = gateway.PodOfSeat.Seen.Single(seen => seen.Target.Contains("/channels", StringComparison.Ordinal));
        Assert.Equal($"token {PlayedPortal.Token}", seen.Header("Authorization"));
        Assert.Equal(origin, seen.Header("Origin"));
        Assert.Null(seen.Header("Cookie"));
        var decision = gateway.Portal.Decisions.Single(seen => seen.Header("X-Original-Uri")!.Contains("/channels", StringComparison.Ordinal));
        Assert.Equal("websocket", decision.Header("X-Original-Upgrade"), ignoreCase: true);
        Assert.Equal(origin, decision.Header("X-Original-Origin"));
    }

    [Fact]
    public async Task No_other_upgrade_goes_through()
    {
        const string who = $"Host: {GatewayFixture.SeatHost}\r\nCookie: {GatewayFixture.Cookie}\r\n";
        // The second would be the upgraded protocol's, were there one.
        var answer = await gateway.SendRawAsync(
            $"GET {GatewayFixture.Seat}/h2c HTTP/1.1\r\n{who}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
            + $"GET {GatewayFixture.Seat}/after HTTP/1.1\r\n{who}Connection: close\r\n\r\n");
        Assert.Equal(2, answer.Split("HTTP/1.1 200").Length - 1);
        var seen = gateway.PodOfSeat.Seen.Single(seen => seen.Target.EndsWith("/h2c", StringComparison.Ordinal));
        Assert.Null(seen.Header("Upgrade"));
        Assert.Equal("close", seen.Header("Connection"));
    }

    // The larger is what JupyterLab makes of a file of 2 GB, in base64.
    [Theory]
    [InlineData(300, true)]
    [InlineData(2731, false)]
    public async Task A_large_upload_passes_through_and_is_laid_down_nowhere(int megabytes, bool chunked)
    {
        using var browser = gateway.Browser();
        var before = gateway.PodOfSeat.Received;
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = gateway.Request(HttpMethod.Put, $"{GatewayFixture.Seat}/files/large-{chunked}.bin");
        request.Content = new Upload(megabytes, half.Task);
        if (chunked) request.Headers.TransferEncodingChunked = true;
        else request.Content.Headers.ContentLength = (long)megabytes * Megabyte;
        var sending = browser.SendAsync(request, Cancelled);
        // Half of it is at the pod while the browser still has the other half.
        for (var seen = before; gateway.PodOfSeat.Received - before <= (megabytes / 2 - 10L) * Megabyte; seen = gateway.PodOfSeat.Received)
            await ClusterFixture.EventuallyAsync(() => Task.FromResult(gateway.PodOfSeat.Received > seen), () => Task.FromResult($"No more than {gateway.PodOfSeat.Received - before} bytes came."));
        Assert.Equal(0, BytesIn("body") + BytesIn("proxy"));
        half.SetResult();
        var answer = await sending;
        Assert.Equal($"the seat took {(long)megabytes * Megabyte} bytes", await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(0, BytesIn("body") + BytesIn("proxy"));
        Assert.All(gateway.Portal.Decisions, decision => Assert.Null(decision.Header("Transfer-Encoding")));
    }

    [Fact]
    public async Task A_part_of_a_file_can_be_asked_for()
    {
        using var browser = gateway.Browser();
        var request = gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/data");
        request.Headers.Range = new RangeHeaderValue(2, 5);
        var answer = await browser.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("2345", await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal("bytes 2-5/10", answer.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task An_event_arrives_before_the_next_one_is_sent()
    {
        using var browser = gateway.Browser();
        using var answer = await browser.SendAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/events"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        Assert.Equal("data: first", await reader.ReadLineAsync(Cancelled));
        gateway.PodOfSeat.SecondEvent.SetResult();
        Assert.Equal("", await reader.ReadLineAsync(Cancelled));
        Assert.Equal("data: second", await reader.ReadLineAsync(Cancelled));
    }

    private long BytesIn(string part) =>
        new DirectoryInfo(Path.Combine(gateway.RunFolder, part)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var text = new List<byte>();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), Cancelled);
            text.AddRange(buffer[..part.Count]);
        }
        while (!part.EndOfMessage);
        return Encoding.UTF8.GetString([.. text]);
    }

    /// <summary>So many megabytes, of which the second half waits.</summary>
    private sealed class Upload(int megabytes, Task half) : HttpContent
    {
        private static readonly byte[] Block = new byte[Megabyte];

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var i = 0; i < megabytes; i++)
            {
                if (i == megabytes / 2) await half;
                await stream.WriteAsync(Block);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
