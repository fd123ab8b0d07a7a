using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Kubernetes.Requests;

/// <content>Commands in containers, over a WebSocket.</content>
public sealed partial class KubernetesClient
{
    // Since Kubernetes 1.4, and still served beside v5, which differs in how input is closed.
    private const string ExecProtocol = "v4.channel.k8s.io";
    private const int MostOfEachStream = 64 * 1024;

    /// <summary>
    /// Runs a command in a container until it ends, without input. What it prints is cut, not refused, where it is too much. A command
    /// whose <paramref name="patience"/> runs out is left alone; whether it ends then is its own affair.
    /// </summary>
    /// <exception cref="KubernetesApiException">The server refuses it, or the command could not be started (there is none of that name, say).</exception>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    public Task<ExecResult> ExecAsync(ObjectKey pod, string container, IReadOnlyList<string> command, TimeSpan patience, CancellationToken cancellationToken) =>
        ExecAsync(pod, container, command, output: null, patience, cancellationToken);

    /// <summary>The same with all that the command prints written to a stream, whatever its length; the result holds none of it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">Its container.</param>
    /// <param name="command">The command.</param>
    /// <param name="output">Where to; it stays open. Null to keep the beginning of it in the result.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <inheritdoc cref="ExecAsync(ObjectKey, string, IReadOnlyList{string}, TimeSpan, CancellationToken)"/>
    public async Task<ExecResult> ExecAsync(
        ObjectKey pod, string container, IReadOnlyList<string> command, Stream? output, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var request = ExecRequest(pod, container, command);
            // Sent as every other call is, so that certificates and tokens are the same ones; what is left after 101 is a plain stream.
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                await ThrowIfRefusedAsync(response, either.Token);
                throw new HttpRequestException($"The API server answered {(int)response.StatusCode} instead of opening a WebSocket to pod {pod}.");
            }

            if (!response.Headers.TryGetValues("Sec-WebSocket-Protocol", out var chosen) || chosen.FirstOrDefault() != ExecProtocol)
                throw new HttpRequestException($"The API server does not speak {ExecProtocol}.");
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { SubProtocol = ExecProtocol });
            return await ReadToEndAsync(socket, pod, output, either.Token);
        }
        catch (Exception exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested
            && exception is OperationCanceledException or WebSocketException or IOException)
        {
            throw new TimeoutException($"{command[0]} in pod {pod} did not end within {patience.TotalSeconds:0} s.", exception);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The connection to pod {pod} failed before {command[0]} ended: {exception.Message}", exception);
        }
    }

    private static HttpRequestMessage ExecRequest(ObjectKey pod, string container, IReadOnlyList<string> command)
    {
        var words = string.Concat(command.Select(word => $"&command={Uri.EscapeDataString(word)}"));
        var path = $"{ResourceType.Of<Pod>().ObjectPath(pod)}/exec?container={Uri.EscapeDataString(container)}&stdout=true&stderr=true{words}";
        // Only HTTP/1.1 has this kind of upgrade.
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        // A stream of bytes: JSON alone, which is asked for elsewhere, would be refused.
        request.Headers.Accept.ParseAdd("*/*");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));
        request.Headers.Add("Sec-WebSocket-Protocol", ExecProtocol);
        return request;
    }

    // Each message begins with the number of its channel: 1 is the output, 2 the errors, 3 how it ended.
    private static async Task<ExecResult> ReadToEndAsync(WebSocket socket, ObjectKey pod, Stream? whole, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        using var end = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var (channel, isNew) = ((byte)0, true);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                return end.Length > 0 ? Ended(end, output, errors) : throw new HttpRequestException($"Pod {pod} ended the connection without saying how the command ended.");
            var bytes = buffer.AsMemory(0, part.Count);
            if (isNew && bytes.Length > 0)
            {
                channel = bytes.Span[0];
                bytes = bytes[1..];
            }

            isNew = part.EndOfMessage;
            if (channel == 1 && whole is not null)
            {
                await whole.WriteAsync(bytes, cancellationToken);
                continue;
            }

            var target = channel switch { 1 => output, 2 => errors, 3 => end, _ => null };
            if (target is null) continue;
            var room = MostOfEachStream - (int)target.Length;
            target.Write(bytes.Span[..Math.Min(room, bytes.Length)]);
            if (channel == 3 && isNew && end.Length > 0) return Ended(end, output, errors);
        }
    }

    private static ExecResult Ended(MemoryStream end, MemoryStream output, MemoryStream errors)
    {
        ApiStatus status;
        try
        {
            status = KubernetesJson.Read<ApiStatus>(end.ToArray());
        }
        catch (JsonException exception)
        {
            throw new HttpRequestException("How the command ended cannot be read.", exception);
        }

        if (status.Status == "Success") return new(0, TextOf(output), TextOf(errors));
        var code = status.Details?.Causes?.FirstOrDefault(cause => cause.Reason == "ExitCode")?.Message;
        if (status.Reason == "NonZeroExitCode" && int.TryParse(code, NumberStyles.Integer, CultureInfo.InvariantCulture, out var exitCode))
            return new(exitCode, TextOf(output), TextOf(errors));
        throw new KubernetesApiException((HttpStatusCode)(status.Code ?? (int)HttpStatusCode.InternalServerError), status, retryAfter: null);
    }

    private static string TextOf(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
}
