using System.Net;
using System.Text;
using MesoNet.IAaS.LocalCluster;

namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>Which host and path lead where, and who the client is.</summary>
public sealed class GatewayHostTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("example.org")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("a.b.localhost")]
    [InlineData("a_b.localhost")]
    [InlineData("-a.localhost")]
    [InlineData("aalocalhost")]
    [InlineData("a1.localhost.example.org")]
    public async Task Of_a_host_that_is_not_ours_nobody_hears(string host)
    {
        using var browser = gateway.Browser();
        var seen = gateway.Portal.Seen.Count;
        foreach (var path in (string[])["/", $"{GatewayFixture.Seat}/x", "/gateway/decision", "/gateway/enter", "/gateway/leave"])
        {
            var request = gateway.Request(HttpMethod.Get, path);
            request.Headers.Host = host;
            Assert.Equal(HttpStatusCode.MisdirectedRequest, (await browser.SendAsync(request, Cancelled)).StatusCode);
        }

        Assert.Equal(seen, gateway.Portal.Seen.Count);
    }

    [Fact]
    public async Task What_is_too_big_for_the_portal_is_told_in_a_sentence()
    {
        var seen = gateway.Portal.Seen.Count;
        var answer = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(await gateway.SendRawAsync(
            $"POST /courses/new HTTP/1.1\r\nHost: {GatewayFixture.PortalHost}:{gateway.Address.Port}\r\nContent-Length: 17000000\r\nConnection: close\r\n\r\n")));
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("trop gros pour être envoyé", answer, StringComparison.Ordinal);
        Assert.Contains("too big to be sent", answer, StringComparison.Ordinal);
        Assert.Equal(seen, gateway.Portal.Seen.Count);
    }

    [Theory]
    [InlineData("/gateway/decision")]
    [InlineData("/gateway/answer")]
    [InlineData("/gateway/decision/")]
    [InlineData("/gateway/decision?x=1")]
    [InlineData("/Gateway/DECISION")]
    [InlineData("//gateway//decision")]
    [InlineData("/gateway/%64ecision")]
    [InlineData("/x/../gateway/decision")]
    [InlineData("/x/%2e%2e/gateway/answer")]
    [InlineData("/gateway%2Fdecision")]
    public async Task What_is_for_nginx_alone_is_nowhere_from_outside(string path)
    {
        using var browser = gateway.Browser();
        var seen = gateway.Portal.Seen.Count;
        foreach (var host in (string[])[GatewayFixture.PortalHost, GatewayFixture.SeatHost])
            Assert.Equal(HttpStatusCode.NotFound, (await browser.SendAsync(gateway.Request(HttpMethod.Get, path, host), Cancelled)).StatusCode);
        Assert.Equal(seen, gateway.Portal.Seen.Count);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/cours")]
    [InlineData("/gateway/enter/x")]
    [InlineData("/gateway/leave/x")]
    [InlineData("/gateway/leave%0A")]
    [InlineData("/x/../s/intro/student01/x")]
    [InlineData("/%73/intro/student01/x")]
    [InlineData("//s/intro/student01/x")]
    [InlineData("/s")]
    public async Task A_seat_s_host_has_nothing_but_the_seat(string path)
    {
        using var browser = gateway.Browser();
        var (atPod, atPortal) = (gateway.PodOfSeat.Seen.Count, gateway.Portal.Seen.Count);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.SendAsync(gateway.Request(HttpMethod.Get, path), Cancelled)).StatusCode);
        Assert.Equal((atPod, atPortal), (gateway.PodOfSeat.Seen.Count, gateway.Portal.Seen.Count));
    }

    [Fact]
    public async Task The_portal_s_page_is_shown_for_what_is_refused_or_not_there()
    {
        using var browser = gateway.Browser();
        Assert.Equal("the portal's page for 401", await TextAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/x", cookie: null)));
        var post = gateway.Request(HttpMethod.Post, "/s/intro/student02/lab?x=1");
        post.Content = new StringContent("what was to be sent");
        post.Headers.TryAddWithoutValidation("Accept-Language", "fr");
        Assert.Equal("the portal's page for 403", await TextAsync(post));
        var asked = gateway.Portal.Seen.Last();
        Assert.Equal(("GET", "/gateway/answer"), (asked.Method, asked.Target));
        Assert.Equal(("POST", "/s/intro/student02/lab?x=1", "fr"), (asked.Header("X-Original-Method"), asked.Header("X-Original-Uri"), asked.Header("Accept-Language")));
        Assert.Null(asked.Header("Content-Length"));

        var address = gateway.Portal.SeatAddress;
        gateway.Portal.SeatAddress = FreePorts.NextAddress().ToString();
        try
        {
            Assert.Equal("the portal's page for 502", await TextAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/x", cookie: $"{GatewayFixture.Cookie}; of=nobody")));
        }
        finally
        {
            gateway.Portal.SeatAddress = address;
        }

        async Task<string> TextAsync(HttpRequestMessage request) => await (await browser.SendAsync(request, Cancelled)).Content.ReadAsStringAsync(Cancelled);
    }

    [Fact]
    public async Task Only_a_trusted_proxy_says_who_the_client_is()
    {
        Assert.Equal(("203.0.113.7", "https"), await ClientAsync(GatewayFixture.TrustedProxy, "198.51.100.1, 203.0.113.7", "https"));
        Assert.Equal(("203.0.113.7", "http"), await ClientAsync(GatewayFixture.TrustedProxy, "203.0.113.7, 127.0.0.9", "gopher"));
        Assert.Equal(("127.0.0.8", "http"), await ClientAsync(IPAddress.Parse("127.0.0.8"), "203.0.113.7", "https"));

        async Task<(string?, string?)> ClientAsync(IPAddress from, string forwardedFor, string forwardedProto)
        {
            using var browser = gateway.Browser(from);
            var request = gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/who", cookie: $"{GatewayFixture.Cookie}; of={Guid.NewGuid()}");
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
            request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", forwardedProto);
            await browser.SendAsync(request, Cancelled);
            var atPod = gateway.PodOfSeat.Seen.Last();
            Assert.Equal(gateway.Portal.Decisions.Last().Header("X-Client-Address"), atPod.Header("X-Forwarded-For"));
            return (atPod.Header("X-Forwarded-For"), atPod.Header("X-Forwarded-Proto"));
        }
    }

    [Fact]
    public async Task The_log_tells_neither_cookie_nor_query_nor_file()
    {
        using var browser = gateway.Browser();
        await browser.SendAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/api/contents/secret-file?token=secret-query", cookie: $"{GatewayFixture.Cookie}; secret-cookie=1"), Cancelled);
        await browser.SendAsync(gateway.Request(HttpMethod.Get, "/invitation/secret-link", GatewayFixture.PortalHost), Cancelled);
        // nginx speaks of a pod that does not answer.
        var address = gateway.Portal.SeatAddress;
        gateway.Portal.SeatAddress = FreePorts.NextAddress().ToString();
        await browser.SendAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/nobody/secret-file?token=secret-query", cookie: $"{GatewayFixture.Cookie}; secret-cookie=2"), Cancelled);
        gateway.Portal.SeatAddress = address;
        await ClusterFixture.EventuallyAsync(
            async () => await File.ReadAllTextAsync(gateway.AccessLog) is var text && text.Contains($"GET {GatewayFixture.SeatHost}{GatewayFixture.Seat}/api/\" 200", StringComparison.Ordinal)
                && text.Contains($"GET {GatewayFixture.PortalHost}/invitation/\" 200", StringComparison.Ordinal),
            () => File.ReadAllTextAsync(gateway.AccessLog));
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(gateway.AccessLog, Cancelled) + await File.ReadAllTextAsync(gateway.ErrorLog, Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain(PlayedPortal.Token, await File.ReadAllTextAsync(gateway.AccessLog, Cancelled), StringComparison.Ordinal);
    }
}
