using System.Net;
using System.Text;

namespace MesoNet.IAaS.Portal.Activity;

/// <summary>
/// Asks the Jupyter server of a pod something. Whoever works in it may have put anything in its place: it gets its own token and nothing else, is
/// followed nowhere, is waited for briefly, and of what it answers no more than expected is read.
/// </summary>
internal sealed class PodQuestion(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = Patience,
        // In kilobytes.
        MaxResponseHeadersLength = 8,
        MaxResponseDrainSize = 0,
        // The next question is far away, and its pod may be another by then.
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>What it answers; null where it does not, or says more than expected.</summary>
    /// <param name="address">The pod's address and port.</param>
    /// <param name="path">What is asked for.</param>
    /// <param name="token">The pod's token.</param>
    /// <param name="longest">The most bytes that an answer may have.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<string?> AskAsync(string address, string path, string token, int longest, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}{path}") { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.TryAddWithoutValidation("Authorization", $"token {token}");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.StatusCode == HttpStatusCode.OK ? await ReadAsync(response.Content, longest, either.Token) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<string?> ReadAsync(HttpContent content, int longest, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[longest + 1];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read > longest ? null : Encoding.UTF8.GetString(buffer, 0, read);
    }
}
