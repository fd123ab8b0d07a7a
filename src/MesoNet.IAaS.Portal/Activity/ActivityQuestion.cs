using System.Net;
using System.Text;
using MesoNet.IAaS.Planning.Seats;
using NodaTime;

namespace MesoNet.IAaS.Portal.Activity;

/// <summary>
/// Asks the Jupyter server of a seat what goes on in it. A student may have put anything in its place: it gets the seat's own token and nothing else, is
/// followed nowhere, is waited for briefly, and of what it answers a few lines are read.
/// </summary>
internal sealed class ActivityQuestion(TimeProvider time) : IDisposable
{
    private const int LongestAnswer = 4096;
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

    /// <summary>What a seat answers; null where it does not, or nothing that can be read.</summary>
    /// <param name="address">The pod's address and port.</param>
    /// <param name="basePath">The path of the seat.</param>
    /// <param name="token">The seat's token.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SeatActivity?> AskAsync(string address, string basePath, string token, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}{basePath}mesonet/activity") { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.TryAddWithoutValidation("Authorization", $"token {token}");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != HttpStatusCode.OK) return null;
            var answer = await ReadAsync(response.Content, either.Token);
            return SeatActivity.TryParse(answer, Instant.FromDateTimeOffset(time.GetUtcNow()), out var activity) ? activity : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<string?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestAnswer + 1];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read > LongestAnswer ? null : Encoding.UTF8.GetString(buffer, 0, read);
    }
}
