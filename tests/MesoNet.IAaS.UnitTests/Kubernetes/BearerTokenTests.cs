using System.Net;
using MesoNet.IAaS.Kubernetes.Connecting;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

public sealed class BearerTokenTests : IDisposable
{
    private readonly ManualTime time = new(DateTimeOffset.UnixEpoch);
    private readonly Server server = new();
    private BearerToken token = new("first");
    private Exception? failure;
    private int asked;

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task A_token_is_asked_for_again_each_minute_and_not_each_request()
    {
        using var client = Client();
        Assert.Equal("first", await SentByAsync(client));
        token = new("second");
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("first", await SentByAsync(client));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("second", await SentByAsync(client));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_token_that_expires_sooner_than_in_a_minute_is_asked_for_again_then()
    {
        token = new("first", DateTimeOffset.UnixEpoch.AddSeconds(10));
        using var client = Client();
        await SentByAsync(client);
        token = new("second");
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("second", await SentByAsync(client));
    }

    [Fact]
    public async Task A_refused_token_is_asked_for_again_at_once_and_the_request_repeated_with_the_new_one()
    {
        using var client = Client();
        await SentByAsync(client);
        (token, server.Accepts) = (new("second"), "second");
        server.Sent.Clear();
        Assert.Equal("second", await SentByAsync(client));
        Assert.Equal(["first", "second"], server.Sent);
    }

    [Fact]
    public async Task A_refused_token_that_is_still_the_only_one_is_not_sent_again()
    {
        using var client = Client();
        server.Accepts = "another";
        using var answer = await client.GetAsync(new Uri("http://api/"), CancellationToken.None);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(["first"], server.Sent);
    }

    [Fact]
    public async Task A_token_that_cannot_be_renewed_just_now_is_sent_on()
    {
        using var client = Client();
        await SentByAsync(client);
        failure = new KubeconfigException("The credential plugin failed.");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("first", await SentByAsync(client));
        (token, failure) = (new("second"), null);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("second", await SentByAsync(client));
    }

    [Fact]
    public async Task Without_any_token_a_request_fails_as_a_connection_does_and_the_next_asks_again()
    {
        using var client = Client();
        failure = new FileNotFoundException("No token file.");
        await Assert.ThrowsAsync<HttpRequestException>(() => SentByAsync(client));
        Assert.Empty(server.Sent);
        failure = null;
        Assert.Equal("first", await SentByAsync(client));
    }

    private HttpClient Client() => new(new BearerTokenHandler(
        _ =>
        {
            asked++;
            return failure is null ? Task.FromResult(token) : Task.FromException<BearerToken>(failure);
        },
        time, server));

    private async Task<string> SentByAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("http://api/"), CancellationToken.None);
        answer.EnsureSuccessStatusCode();
        return server.Sent[^1];
    }

    /// <summary>Writes down the tokens it is sent, and accepts one or any.</summary>
    private sealed class Server : HttpMessageHandler
    {
        public List<string> Sent { get; } = [];

        public string? Accepts { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent.Add(request.Headers.Authorization!.Parameter!);
            return Task.FromResult(new HttpResponseMessage(Accepts is null || Accepts == Sent[^1] ? HttpStatusCode.OK : HttpStatusCode.Unauthorized));
        }
    }
}
