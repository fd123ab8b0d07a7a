using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// One connection over which one request after the other is sent, as bytes that are ready. A load generator of 10,000 requests a second on
/// one core has no time for more: of the answer it reads the status and how long it is.
/// </summary>
internal sealed class KeptConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[64 * 1024];

    /// <summary>Whether the server has said that it closes the connection: nginx does with every thousandth answer.</summary>
    public bool IsOver { get; private set; }

    public static async Task<KeptConnection> OpenAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var connection = new KeptConnection();
        try
        {
            await connection.socket.ConnectAsync(address, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads its answer; returns the status.</summary>
    /// <exception cref="IOException">The server closed the connection, or answered in a way this cannot read.</exception>
    public async ValueTask<int> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await socket.SendAsync(request, cancellationToken);
        var read = 0;
        var length = -1;
        while (length < 0 || read < length)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read), cancellationToken);
            if (more == 0) throw new IOException("The server closed the connection.");
            read += more;
            if (length < 0) length = LengthOf(buffer.AsSpan(0, read));
        }

        IsOver = buffer.AsSpan(0, length).IndexOf("\r\nConnection: close\r\n"u8) >= 0;

        if (read > length) throw new IOException($"The server sent more than one answer: {Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 500))}");
        return (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + (buffer[11] - '0');
    }

    public void Dispose() => socket.Dispose();

    /// <summary>The length of the whole answer, or -1 while its headers are not all there.</summary>
    private static int LengthOf(ReadOnlySpan<byte> answer)
    {
        var headers = answer.IndexOf("\r\n\r\n"u8);
        if (headers < 0) return -1;
        var at = answer[..headers].IndexOf("Content-Length: "u8);
        if (at < 0) throw new IOException($"The server answered without a length: {Encoding.ASCII.GetString(answer[..headers])}");
        var body = 0;
        for (var i = at + "Content-Length: ".Length; i < headers && char.IsAsciiDigit((char)answer[i]); i++) body = body * 10 + (answer[i] - '0');
        return headers + 4 + body;
    }
}
