using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>Decisions that nginx remembers: for whom, for how long, and what happens while the portal is away.</summary>
public sealed class GatewayMemoryTests : IAsyncLifetime
{
    // One for each test: in each the portal goes away.
    private readonly GatewayFixture gateway = new();
    private HttpClient browser = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await gateway.InitializeAsync();
        browser = gateway.Browser();
    }

    public ValueTask DisposeAsync()
    {
        browser.Dispose();
        return gateway.DisposeAsync();
    }

    [Fact]
    public async Task One_decision_serves_the_next_requests_of_the_same_kind()
    {
        gateway.Portal.CacheControl = "max-age=60";
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/api/contents/été-{i}?{i}".Replace("é", "%C3%A9", StringComparison.Ordinal)));
        Assert.Single(gateway.Portal.Decisions);
    }

    [Fact]
    public async Task Whatever_the_decision_depends_on_is_decided_anew()
    {
        gateway.Portal.CacheControl = "max-age=60";
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync($"{GatewayFixture.Seat}/x", cookie: null));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync($"{GatewayFixture.Seat}/x", cookie: "mesonet-seat=student02"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("/s/intro/student02/x"));
        var before = gateway.Portal.Decisions.Count();
        var asked = 0;
        foreach (var (name, value) in new[] { ("Origin", "http://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "script"), ("Upgrade", "websocket") })
        {
            await AskAsync($"{GatewayFixture.Seat}/x", set: request => request.Headers.TryAddWithoutValidation(name, value));
            Assert.Equal(before + ++asked, gateway.Portal.Decisions.Count());
        }

        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch, HttpMethod.Options })
        {
            await AskAsync($"{GatewayFixture.Seat}/x", set: request => request.Method = method);
            Assert.Equal(before + ++asked, gateway.Portal.Decisions.Count());
        }

        await AskAsync($"{GatewayFixture.Seat}/x", host: "e5f6.localhost");
        Assert.Equal(before + ++asked, gateway.Portal.Decisions.Count());
        using var elsewhere = gateway.Browser(IPAddress.Parse("127.0.0.7"));
        await elsewhere.SendAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/x"), Cancelled);
        Assert.Equal(before + ++asked, gateway.Portal.Decisions.Count());
        await AskAsync($"{GatewayFixture.Seat}/y");
        Assert.Equal(before + asked, gateway.Portal.Decisions.Count());
    }

    [Theory]
    [InlineData("/../student02/x")]
    [InlineData("/%2e%2e/student02/x")]
    [InlineData("/a/%2E./x")]
    [InlineData("/..%2Fstudent02/x")]
    [InlineData("/..%5Cstudent02/x")]
    [InlineData("/a/..")]
    [InlineData("/./x")]
    [InlineData("//x")]
    [InlineData("/%252e%252e/x")]
    [InlineData("/%c0%ae%c0%ae/x")]
    [InlineData("/..;/x")]
    [InlineData("/x\\..\\y")]
    [InlineData("/%0d%0aX-A:b")]
    [InlineData("/x?a=\\b")]
    public async Task A_path_that_can_be_read_two_ways_is_judged_each_time(string rest)
    {
        gateway.Portal.CacheControl = "max-age=60";
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/plain"));
        await AskAsync($"{GatewayFixture.Seat}{rest}");
        await AskAsync($"{GatewayFixture.Seat}{rest}");
        Assert.Equal(2, gateway.Portal.Decisions.Count(decision => decision.Header("X-Original-Uri") == $"{GatewayFixture.Seat}{rest}"));
        Assert.Equal(3, gateway.Portal.Decisions.Count());
    }

    [Fact]
    public async Task What_is_remembered_of_one_port_of_a_workspace_is_used_for_no_other()
    {
        gateway.Portal.CacheControl = "max-age=60";
        // Each line is a place of its own, whose decision names an address of its own.
        string[][] places =
        [
            ["/lab", "/port", "/port/", "/port/6006/x", "/port/Tensorboard/x", "/port/a-name-of-sixteen/x", "/lab/port/tensorboard/x", "/lab?to=/port/tensorboard/"],
            ["/port/tensorboard/", "/port/tensorboard", "/port/tensorboard?x=1", "/port/tensorboard/data/a.b?x=/port/other/"],
            ["/port/tensorboard-2/", "/port/tensorboard-2/x"],
            ["/port/other/x", "/port/other/port/tensorboard/"],
        ];
        for (var round = 0; round < 2; round++)
        {
            foreach (var path in places.SelectMany(paths => paths)) Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}{path}"));
        }

        Assert.Equal(places.Select(paths => GatewayFixture.Seat + paths[0]), gateway.Portal.Decisions.Select(decision => decision.Header("X-Original-Uri")));
        // A name that can be read two ways is the portal's to judge.
        await AskAsync($"{GatewayFixture.Seat}/port/%74ensorboard/");
        await AskAsync($"{GatewayFixture.Seat}/port/%74ensorboard/");
        Assert.Equal(places.Length + 2, gateway.Portal.Decisions.Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_portal_is_away_who_is_in_goes_on_and_nobody_else_comes_in(bool listens)
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(gateway.Handler());
        socket.Options.SetRequestHeader("Cookie", GatewayFixture.Cookie);
        await socket.ConnectAsync(new Uri($"ws://{GatewayFixture.SeatHost}:{gateway.Address.Port}{GatewayFixture.Seat}/channels"), invoker, Cancelled);
        if (listens) gateway.Portal.Instead = 503;
        else await gateway.Portal.StopAsync();

        await UntilLoggedAsync("decision:", ",STALE", () => AskAsync($"{GatewayFixture.Seat}/x"), HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/y?new=1"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync("/s/intro/student02/x", cookie: "mesonet-seat=student02"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync($"{GatewayFixture.Seat}/x", cookie: null));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync($"{GatewayFixture.Seat}/../student02/x"));
        await socket.SendAsync("still"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        var buffer = new byte[10];
        Assert.Equal("still", Encoding.UTF8.GetString(buffer, 0, (await socket.ReceiveAsync(buffer, Cancelled)).Count));

        if (listens) gateway.Portal.Instead = 0;
        else await gateway.Portal.StartAsync();
        // Back at once: nginx does not hold it for dead.
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/s/intro/student02/x", cookie: "mesonet-seat=student02"));
    }

    [Fact]
    public async Task Nobody_waits_while_a_decision_is_asked_for_again()
    {
        gateway.Portal.CacheControl = "max-age=1, stale-while-revalidate=600";
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
        var held = new TaskCompletionSource();
        gateway.Portal.Held = held.Task;
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
                return gateway.Portal.Decisions.Count() == 2;
            },
            () => Task.FromResult("it was not asked for again"));
        using var another = gateway.Browser();
        Assert.Equal(HttpStatusCode.OK, (await another.SendAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/x"), Cancelled)).StatusCode);
        Assert.False(held.Task.IsCompleted);
        Assert.Equal(2, gateway.Portal.Decisions.Count());
        held.SetResult();
    }

    [Fact]
    public async Task A_renewed_cookie_reaches_the_browser_though_what_is_remembered_is_used_meanwhile()
    {
        gateway.Portal.CacheControl = "max-age=1, stale-while-revalidate=1";
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
        gateway.Portal.Renewal = $"{GatewayFixture.Cookie}; renewed=1";
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                using var request = gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/x");
                using var answer = await browser.SendAsync(request, Cancelled);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return answer.Headers.Contains("Set-Cookie");
            },
            () => Task.FromResult("no answer had the cookie"));
    }

    [Fact]
    public async Task A_seat_that_was_closed_is_shut_once_it_was_asked_for_again()
    {
        gateway.Portal.CacheControl = "max-age=1, stale-while-revalidate=600";
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
        gateway.Portal.Instead = 403;
        // Whoever asks first still comes in, by what is remembered; the answer to that one's request shuts the seat for all.
        await ClusterFixture.EventuallyAsync(
            async () => await AskAsync($"{GatewayFixture.Seat}/x") == HttpStatusCode.Forbidden, () => Task.FromResult("the seat was still open"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync($"{GatewayFixture.Seat}/x"));
    }

    [Fact]
    public async Task What_is_remembered_is_good_for_a_bounded_time()
    {
        gateway.Portal.CacheControl = "max-age=1, stale-if-error=1";
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
        await gateway.Portal.StopAsync();
        await ClusterFixture.EventuallyAsync(
            async () => await AskAsync($"{GatewayFixture.Seat}/x") == HttpStatusCode.ServiceUnavailable, () => Task.FromResult("the seat was still open"));
    }

    [Fact]
    public async Task A_refusal_is_not_forgotten_when_the_portal_goes_away()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
        gateway.Portal.Instead = 403;
        await ClusterFixture.EventuallyAsync(
            async () => await AskAsync($"{GatewayFixture.Seat}/x") == HttpStatusCode.Forbidden, () => Task.FromResult("the seat was still open"));
        await gateway.Portal.StopAsync();
        HttpStatusCode status;
        // A refusal that is remembered has no page while the portal is away; once it is old, nothing is known any more. It is never a consent.
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                status = await AskAsync($"{GatewayFixture.Seat}/x");
                Assert.True(status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.Forbidden, $"{status}");
                return (await File.ReadAllTextAsync(gateway.AccessLog, Cancelled)).Contains("decision:502", StringComparison.Ordinal)
                    || (await File.ReadAllTextAsync(gateway.AccessLog, Cancelled)).Contains("EXPIRED", StringComparison.Ordinal);
            },
            () => File.ReadAllTextAsync(gateway.AccessLog));
        Assert.NotEqual(HttpStatusCode.OK, await AskAsync($"{GatewayFixture.Seat}/x"));
    }

    private async Task UntilLoggedAsync(string what, string and, Func<Task<HttpStatusCode>> askAsync, HttpStatusCode expected) => await ClusterFixture.EventuallyAsync(
        async () =>
        {
            Assert.Equal(expected, await askAsync());
            return (await File.ReadAllLinesAsync(gateway.AccessLog, Cancelled)).Any(line => line.Contains(what, StringComparison.Ordinal) && line.Contains(and, StringComparison.Ordinal));
        },
        () => File.ReadAllTextAsync(gateway.AccessLog));

    private async Task<HttpStatusCode> AskAsync(
        string target, string host = GatewayFixture.SeatHost, string? cookie = GatewayFixture.Cookie, Action<HttpRequestMessage>? set = null)
    {
        using var request = gateway.Request(HttpMethod.Get, target, host, cookie);
        set?.Invoke(request);
        using var answer = await browser.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }
}
