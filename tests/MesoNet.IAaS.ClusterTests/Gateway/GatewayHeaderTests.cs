using System.Net;

namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>What of a request reaches the portal and the pod, and what of the pod's answer reaches the browser.</summary>
public sealed class GatewayHeaderTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static readonly string[] Ours =
    [
        "X-Seat-Address", "X-Seat-Token", "X-Client-Address", "X-Original-Uri", "X-Original-Method", "X-Original-Host", "X-Original-Origin",
        "X-Original-Upgrade", "X-Original-Fetch-Site", "X-Original-Fetch-Mode", "X-Original-Fetch-Dest", "X-Gateway-Status",
    ];

    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "Forwarded", "X-Real-IP", "X-Scheme"];

    [Fact]
    public async Task Headers_that_only_nginx_may_set_are_taken_from_nobody_else()
    {
        using var browser = gateway.Browser();
        var request = gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/headers", cookie: $"{GatewayFixture.Cookie}; of=headers");
        foreach (var name in (IEnumerable<string>)[.. Ours, .. ProxyHeaders, "Authorization"]) request.Headers.TryAddWithoutValidation(name, "forged");
        foreach (var name in Ours) request.Headers.TryAddWithoutValidation(name.Replace('-', '_'), "forged");
        var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var atPod = gateway.PodOfSeat.Seen.Single(seen => seen.Target.EndsWith("/headers", StringComparison.Ordinal));
        Assert.DoesNotContain(atPod.Headers, header => header.Value.Contains("forged", StringComparison.Ordinal));
        Assert.Equal($"token {PlayedPortal.Token}", atPod.Header("Authorization"));
        Assert.Equal("127.0.0.1", atPod.Header("X-Forwarded-For"));
        Assert.Equal("http", atPod.Header("X-Forwarded-Proto"));
        Assert.Equal($"{GatewayFixture.SeatHost}:{gateway.Address.Port}", atPod.Header("Host"));
        Assert.All(Ours, name => Assert.Null(atPod.Header(name)));

        var atPortal = gateway.Portal.Decisions.Single(seen => seen.Header("X-Original-Uri") == $"{GatewayFixture.Seat}/headers");
        Assert.DoesNotContain(atPortal.Headers, header => header.Value.Contains("forged", StringComparison.Ordinal));
        Assert.Equal("127.0.0.1", atPortal.Header("X-Client-Address"));
        Assert.Equal("GET", atPortal.Header("X-Original-Method"));
        Assert.Equal($"{GatewayFixture.SeatHost}:{gateway.Address.Port}", atPortal.Header("X-Original-Host"));
    }

    [Theory]
    [InlineData(GatewayFixture.PortalHost, "/cours")]
    [InlineData(GatewayFixture.SeatHost, "/gateway/enter")]
    [InlineData(GatewayFixture.SeatHost, "/gateway/leave")]
    public async Task The_portal_s_own_pages_are_asked_for_without_them_too(string host, string path)
    {
        using var browser = gateway.Browser();
        var request = gateway.Request(HttpMethod.Post, $"{path}?forged", host, "mesonet=session");
        request.Content = new StringContent("a form");
        foreach (var name in (IEnumerable<string>)[.. Ours, .. ProxyHeaders.Except(["X-Scheme"])]) request.Headers.TryAddWithoutValidation(name, "forged");
        Assert.Equal("the portal", await (await browser.SendAsync(request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var seen = gateway.Portal.Seen.Last(seen => seen.Target == $"{path}?forged");
        Assert.DoesNotContain(seen.Headers, header => header.Value == "forged");
        Assert.Equal("127.0.0.1", seen.Header("X-Client-Address"));
        Assert.Equal("mesonet=session", seen.Header("Cookie"));
        Assert.Equal("6", seen.Header("Content-Length"));
    }

    [Theory]
    [InlineData("mesonet-seat=student01; _xsrf=2|a; theme=dark", "_xsrf=2|a; theme=dark")]
    [InlineData("_xsrf=2|a; mesonet-seat=student01", "_xsrf=2|a")]
    [InlineData("a=1; mesonet=x; b=2; __Host-mesonet-seat=y; mesonet-seat=student01; c=3; __Host-mesonet=z", "a=1; b=2; c=3")]
    [InlineData("mesonet-seat=student01;MESONET-SEAT=student01;  mesonet-seat =student01", null)]
    [InlineData("mesonet-seat=student01", null)]
    [InlineData("a=\"; mesonet-seat=student01; \"", "a=\"; \"")]
    [InlineData("a=1; mesonet-seat=1; mesonet-seat=2; mesonet-seat=3; mesonet-seat=4; mesonet-seat=student01", null)]
    public async Task Our_cookies_stay_with_us_and_others_go_on(string sent, string? expected)
    {
        using var browser = gateway.Browser();
        var path = $"{GatewayFixture.Seat}/cookies/{Guid.NewGuid():N}";
        await browser.SendAsync(gateway.Request(HttpMethod.Get, path, cookie: sent), TestContext.Current.CancellationToken);
        Assert.Equal(expected, gateway.PodOfSeat.Seen.Single(seen => seen.Target == path).Header("Cookie"));
        Assert.Contains(gateway.Portal.Decisions, seen => seen.Header("Cookie") == sent);
    }

    [Theory]
    [InlineData("/api/contents/dossier%2Ffichier%20un.ipynb?a=%2F&b=c%20d")]
    [InlineData("/files/%C3%A9t%C3%A9/donn%C3%A9es.csv")]
    [InlineData("/files/a+b;c=d/@x:y/~z")]
    [InlineData("//doubled///slashes")]
    [InlineData("/%25252e/%5C/%e2%82%ac")]
    [InlineData("?only=a&query=1")]
    public async Task The_address_goes_to_the_pod_and_to_the_portal_byte_for_byte(string rest)
    {
        using var browser = gateway.Browser();
        var target = $"{GatewayFixture.Seat}{rest}";
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(gateway.Request(HttpMethod.Get, target, cookie: $"{GatewayFixture.Cookie}; of={Guid.NewGuid()}"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Contains(gateway.PodOfSeat.Seen, seen => seen.Target == target);
        Assert.Contains(gateway.Portal.Decisions, seen => seen.Header("X-Original-Uri") == target);
    }

    [Fact]
    public async Task A_pod_cannot_steer_nginx_by_what_it_answers()
    {
        using var browser = gateway.Browser();
        gateway.PodOfSeat.AnswerHeaders["X-Accel-Redirect"] = "/gateway/decision";
        gateway.PodOfSeat.AnswerHeaders["Service-Worker-Allowed"] = "/";
        try
        {
            var answer = await browser.SendAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/steer"), TestContext.Current.CancellationToken);
            Assert.StartsWith("the seat", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("X-Accel-Redirect"));
            Assert.False(answer.Headers.Contains("X-Seat-Token"));
            Assert.False(answer.Headers.Contains("Service-Worker-Allowed"));
        }
        finally
        {
            gateway.PodOfSeat.AnswerHeaders.Clear();
        }
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(502)]
    public async Task What_the_pod_itself_refuses_is_the_pod_s_to_say(int status)
    {
        using var browser = gateway.Browser();
        gateway.PodOfSeat.Status = status;
        try
        {
            var answer = await browser.SendAsync(gateway.Request(HttpMethod.Get, $"{GatewayFixture.Seat}/refuses"), TestContext.Current.CancellationToken);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.StartsWith("the seat", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            gateway.PodOfSeat.Status = 200;
        }
    }

    [Fact]
    public async Task A_renewed_cookie_reaches_the_browser_and_is_nobody_else_s()
    {
        using var browser = gateway.Browser();
        gateway.Portal.Renewal = "mesonet-seat=student01-renewed; Path=/; HttpOnly";
        var path = $"{GatewayFixture.Seat}/renewal";
        var cookie = $"{GatewayFixture.Cookie}; of=renewal";
        var first = await browser.SendAsync(gateway.Request(HttpMethod.Get, path, cookie: cookie), TestContext.Current.CancellationToken);
        gateway.Portal.Renewal = "";
        var second = await browser.SendAsync(gateway.Request(HttpMethod.Get, path, cookie: cookie), TestContext.Current.CancellationToken);
        Assert.Equal("mesonet-seat=student01-renewed; Path=/; HttpOnly", Assert.Single(first.Headers.GetValues("Set-Cookie")));
        Assert.False(second.Headers.Contains("Set-Cookie"));
        Assert.Equal(2, gateway.Portal.Decisions.Count(seen => seen.Header("Cookie") == cookie));
    }
}
