using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MesoNet.IAaS.ClusterTests.FetchProgram;

/// <summary>A web server of one file that answers as badly as one likes.</summary>
internal sealed class DataServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task serving;

    public DataServer()
    {
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>What is served, whatever the path.</summary>
    public byte[] Content { get; set; } = [];

    /// <summary>The status that is answered instead of the content, where not 200.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Whether parts are given.</summary>
    public bool GivesParts { get; set; } = true;

    /// <summary>After how many bytes of a body the connection is cut, for each request in turn; none where it is empty.</summary>
    public Queue<int> Cuts { get; } = new();

    /// <summary>A pause in the middle of each body.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>The headers Range of the requests, in order; empty where a request had none.</summary>
    public ConcurrentQueue<string> Ranges { get; } = new();

    public string Url(string path) => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{path}";

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await serving;
        stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stopping.Token);
                await AnswerAsync(client.GetStream());
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var range = "";
        while (await reader.ReadLineAsync(stopping.Token) is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase)) range = line["Range: ".Length..];
        }

        Ranges.Enqueue(range);
        var from = GivesParts && range.Length > 0 ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        if (Status != 200) await WriteAsync(stream, $"HTTP/1.1 {Status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        else if (from > 0 && from >= Content.Length) await WriteAsync(stream, "HTTP/1.1 416 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        else await SendAsync(stream, from);
    }

    private async Task SendAsync(NetworkStream stream, int from)
    {
        var body = Content.AsMemory(from);
        var status = from > 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{Content.Length - 1}/{Content.Length}" : "200 OK";
        await WriteAsync(stream, $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        var until = Cuts.TryDequeue(out var cut) ? Math.Min(cut, body.Length) : body.Length;
        await stream.WriteAsync(body[..(until / 2)], stopping.Token);
        await stream.FlushAsync(stopping.Token);
        if (Pause > TimeSpan.Zero) await Task.Delay(Pause, stopping.Token);
        await stream.WriteAsync(body[(until / 2)..until], stopping.Token);
    }

    private async Task WriteAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stopping.Token);
}
