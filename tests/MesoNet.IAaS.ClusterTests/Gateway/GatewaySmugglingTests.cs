namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>
/// Requests that two programs could read differently. The seat of student01 is the one the cookie opens; whatever is hidden in a request is
/// for a path that must not be seen at any server.
/// </summary>
public sealed class GatewaySmugglingTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Host = $"Host: {GatewayFixture.SeatHost}\r\nCookie: {GatewayFixture.Cookie}\r\n";
    private const string Hidden = $"GET /s/intro/hidden/x HTTP/1.1\r\nHost: {GatewayFixture.SeatHost}\r\n\r\n";

    public static TheoryData<string, string> Ambiguous => new()
    {
        { "length and encoding", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}" },
        { "encoding and length", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nContent-Length: {Hidden.Length + 5}\r\n\r\n0\r\n\r\n{Hidden}" },
        { "two lengths", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Content-Length: 0\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}" },
        { "two lengths in one", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Content-Length: 0, {Hidden.Length}\r\n\r\n{Hidden}" },
        { "a signed length", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Content-Length: +0\r\n\r\n{Hidden}" },
        { "a negative length", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Content-Length: -1\r\n\r\n{Hidden}" },
        { "two encodings", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{Hidden}" },
        { "an unknown encoding", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Hidden}" },
        { "encodings in a list", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n{Hidden}" },
        { "an encoding in HTTP/1.0", $"POST {GatewayFixture.Seat}/a HTTP/1.0\r\n{Host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}" },
        { "a bad chunk", $"POST {GatewayFixture.Seat}/a HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{Hidden}" },
        { "another host in the line", $"GET http://{GatewayFixture.PortalHost}/x HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
        { "a seat's host in the line", $"GET http://ffff.localhost{GatewayFixture.Seat}/x HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
        { "two hosts", $"GET {GatewayFixture.Seat}/x HTTP/1.1\r\nHost: {GatewayFixture.PortalHost}\r\n{Host}Connection: close\r\n\r\n" },
        { "a host with a dot at its end", $"GET {GatewayFixture.Seat}/x HTTP/1.1\r\nHost: {GatewayFixture.SeatHost}.\r\nCookie: {GatewayFixture.Cookie}\r\nConnection: close\r\n\r\n" },
        { "a user in the host", $"GET {GatewayFixture.Seat}/x HTTP/1.1\r\nHost: a@{GatewayFixture.SeatHost}\r\nCookie: {GatewayFixture.Cookie}\r\nConnection: close\r\n\r\n" },
        { "no host", $"GET {GatewayFixture.Seat}/x HTTP/1.1\r\nCookie: {GatewayFixture.Cookie}\r\nConnection: close\r\n\r\n" },
        { "a space in the path", $"GET {GatewayFixture.Seat}/x y HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
        { "a tab in the path", $"GET {GatewayFixture.Seat}/x\ty HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
        { "a null in the path", $"GET {GatewayFixture.Seat}/x\0y HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
        { "an encoded null", $"GET {GatewayFixture.Seat}/x%00y HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
        { "a null in a header", $"GET {GatewayFixture.Seat}/x HTTP/1.1\r\n{Host}X-A: a\0b\r\nConnection: close\r\n\r\n" },
        { "a path out of the root", $"GET {GatewayFixture.Seat}/../../../../x HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
        { "a method of another kind", $"CONNECT {GatewayFixture.SeatHost}:443 HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
        { "a trace", $"TRACE {GatewayFixture.Seat}/x HTTP/1.1\r\n{Host}Connection: close\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task What_is_ambiguous_is_refused_and_reaches_nobody(string what, string request)
    {
        var (atPod, atPortal) = (gateway.PodOfSeat.Seen.Count, gateway.Portal.Seen.Count);
        var answer = await gateway.SendRawAsync(request);
        var statuses = Statuses(answer).ToList();
        Assert.True(statuses is [400 or 403 or 405 or 421 or 501], $"{what}: {answer}");
        Assert.Equal(atPod, gateway.PodOfSeat.Seen.Count);
        // A bad body is noticed only when it is sent on, after the decision about its own request. Of nothing else the portal hears.
        Assert.All(gateway.Portal.Seen.Skip(atPortal), seen => Assert.True(seen.Target == "/gateway/answer" || seen.Header("X-Original-Uri") == $"{GatewayFixture.Seat}/a"));
    }

    public static TheoryData<string, string> Odd => new()
    {
        { "lines that end with a line feed alone", $"GET {GatewayFixture.Seat}/odd HTTP/1.1\nHost: {GatewayFixture.SeatHost}\nCookie: {GatewayFixture.Cookie}\nContent-Length: 0\nConnection: close\n\n" },
        { "a space before the colon", $"POST {GatewayFixture.Seat}/odd HTTP/1.1\r\n{Host}Transfer-Encoding : chunked\r\nContent-Length: {Hidden.Length}\r\nConnection: close\r\n\r\n{Hidden}" },
        { "a folded header", $"POST {GatewayFixture.Seat}/odd HTTP/1.1\r\n{Host}X-A: 1\r\n Transfer-Encoding: chunked\r\nContent-Length: {Hidden.Length}\r\nConnection: close\r\n\r\n{Hidden}" },
        { "a header with an underscore", $"POST {GatewayFixture.Seat}/odd HTTP/1.1\r\n{Host}Transfer_Encoding: chunked\r\nContent-Length: {Hidden.Length}\r\nConnection: close\r\n\r\n{Hidden}" },
        { "a carriage return in a header", $"POST {GatewayFixture.Seat}/odd HTTP/1.1\r\n{Host}X-A: 1\rTransfer-Encoding: chunked\r\nContent-Length: {Hidden.Length}\r\nConnection: close\r\n\r\n{Hidden}" },
        { "an extension of a chunk", $"POST {GatewayFixture.Seat}/odd HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{Hidden.Length:x};\nx=y\r\n{Hidden}\r\n0\r\n\r\n" },
        { "the encoding among the connection's own headers", $"POST {GatewayFixture.Seat}/odd HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\nConnection: close, transfer-encoding, authorization\r\n\r\n{Hidden.Length:x}\r\n{Hidden}\r\n0\r\n\r\n" },
        { "a body with a GET", $"GET {GatewayFixture.Seat}/odd HTTP/1.1\r\n{Host}Content-Length: {Hidden.Length}\r\nConnection: close\r\n\r\n{Hidden}" },
    };

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task What_is_odd_is_refused_or_read_by_the_pod_as_nginx_read_it(string what, string request)
    {
        var answer = await gateway.SendRawAsync(request);
        var statuses = Statuses(answer).ToList();
        Assert.True(statuses is [200 or 400], $"{what}: {answer}");
        Assert.DoesNotContain(gateway.PodOfSeat.Seen, seen => !seen.Target.EndsWith("/odd", StringComparison.Ordinal));
        Assert.All(gateway.PodOfSeat.Seen, seen => Assert.Equal($"token {PlayedPortal.Token}", seen.Header("Authorization")));
    }

    [Fact]
    public async Task Two_requests_on_one_connection_are_decided_each_for_itself()
    {
        var answer = await gateway.SendRawAsync(
            $"GET {GatewayFixture.Seat}/odd HTTP/1.1\r\n{Host}\r\nGET /s/intro/student02/x HTTP/1.1\r\n{Host}\r\nGET /x HTTP/1.1\r\nHost: unknown.example\r\n\r\nGET {GatewayFixture.Seat}/odd HTTP/1.1\r\nHost: {GatewayFixture.SeatHost}\r\nConnection: close\r\n\r\n");
        Assert.Equal([200, 403, 421, 401], Statuses(answer));
    }

    private static IEnumerable<int> Statuses(string answers) => answers.Split("HTTP/1.1 ")[1..].Select(answer => int.Parse(answer[..3]));
}
