using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>Asks courses' readers. They are pods: an answer is looked at as something that may be anything.</summary>
internal sealed class ReaderClient(TimeProvider time) : IDisposable
{
    private const int LargestReport = 64 * 1024 * 1024;
    private static readonly TimeSpan PatienceWithReport = TimeSpan.FromSeconds(15);

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>A file of the course's own as JSON; null where nothing has been written yet.</summary>
    /// <param name="door">The reader.</param>
    /// <param name="path">What: <c>report</c> or <c>homes</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HttpRequestException">It does not answer as it should.</exception>
    public async Task<JsonNode?> ReadAsync(ReaderDoor door, string path, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(PatienceWithReport, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var answer = await SendAsync(door, path, either.Token);
            if (answer.StatusCode == HttpStatusCode.NotFound) return null;
            answer.EnsureSuccessStatusCode();
            await answer.Content.LoadIntoBufferAsync(LargestReport, either.Token);
            await using var content = await answer.Content.ReadAsStreamAsync(either.Token);
            return await JsonNode.ParseAsync(content, cancellationToken: either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("The reader did not answer in time.", exception);
        }
        catch (JsonException exception)
        {
            throw new HttpRequestException("The reader's answer is no JSON.", exception);
        }
    }

    /// <summary>The students' work for a lesson, as it comes. Reading it ends with an exception where it is not whole.</summary>
    /// <exception cref="HttpRequestException">It does not answer as it should.</exception>
    public async Task<HttpResponseMessage> CollectAsync(ReaderDoor door, string lesson, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(door, $"collect/{Uri.EscapeDataString(lesson)}", cancellationToken);
        try
        {
            return answer.EnsureSuccessStatusCode();
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(ReaderDoor door, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(door.Address, path)) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", door.Token) } };
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
