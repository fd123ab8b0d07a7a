using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace MesoNet.IAaS.ClusterTests.Reading;

/// <summary>What the reader answers, to whom, and what it does not.</summary>
public sealed class ReaderProgramTests : IAsyncLifetime
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private const string Seat = "student01-172848";
    private readonly HttpClient http = new();
    private ReaderProgram reader = null!;

    public async ValueTask InitializeAsync() => reader = await ReaderProgram.StartAsync(Token);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await reader.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer 0123456789abcdef0123456789abcde")]
    [InlineData("Bearer 0123456789abcdef0123456789abcdef0")]
    [InlineData("Basic 0123456789abcdef0123456789abcdef")]
    [InlineData("Bearer é")]
    public async Task Nobody_is_answered_without_the_token(string? said)
    {
        reader.Write("volume/.mesonet/report.json", """{"commit":"","homes":{}}""");
        foreach (var path in new[] { "/report", "/homes", "/collect/tp1", "/nothing" })
        {
            var answer = await RawAsync($"GET {path} HTTP/1.1\r\nHost: reader\r\n{(said is null ? "" : $"Authorization: {said}\r\n")}\r\n");
            Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("homes", answer, StringComparison.Ordinal);
        }

        // Two of them are none.
        Assert.StartsWith("HTTP/1.1 401 ", await RawAsync($"GET /report HTTP/1.1\r\nHost: reader\r\nAuthorization: Bearer {Token}\r\nAuthorization: Bearer x\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/collect/../../etc/passwd")]
    [InlineData("/collect/..")]
    [InlineData("/collect/%2e%2e")]
    [InlineData("/collect/..%2f..%2fetc")]
    [InlineData("/collect/tp1/../tp2")]
    [InlineData("/collect/tp1/")]
    [InlineData("/collect/")]
    [InlineData("/collect/tp1?x=/etc")]
    [InlineData("/collect/-tp1")]
    [InlineData("/collect/TP1")]
    [InlineData("/../report")]
    [InlineData("/report/../homes")]
    [InlineData("/volume/.mesonet/report.json")]
    [InlineData("http://elsewhere/report")]
    public async Task No_path_leads_anywhere_else(string path) =>
        Assert.StartsWith("HTTP/1.1 404 ", await RawAsync($"GET {path} HTTP/1.1\r\nHost: reader\r\nAuthorization: Bearer {Token}\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task It_only_reads_and_answers_one_request_each_connection()
    {
        foreach (var method in new[] { "POST", "PUT", "DELETE", "PATCH", "HEAD" })
            Assert.StartsWith("HTTP/1.1 501 ", await RawAsync($"{method} /report HTTP/1.1\r\nHost: reader\r\nAuthorization: Bearer {Token}\r\nContent-Length: 0\r\n\r\n"), StringComparison.Ordinal);
        var answer = await RawAsync($"GET /ready HTTP/1.1\r\nHost: reader\r\nContent-Length: 60\r\n\r\nGET /report HTTP/1.1\r\nAuthorization: Bearer {Token}\r\n\r\n");
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
    }

    [Fact]
    public async Task The_report_tells_the_commit_that_each_home_has_and_a_link_is_not_followed()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("report")).StatusCode);
        var commit = new string('a', 40);
        reader.Write("volume/.mesonet/report.json", $$"""{"commit":"{{commit}}","directory":"tp","homes":{"{{Seat}}":{"updated":["tp1.py"]},"student02-ba061f":{"error":"the home is full"},"../x":{} } }""");
        reader.Write($"volume/.mesonet/homes/{Seat}/given.json", $$"""{"version":"{{commit}}-01234567"}""");
        reader.Write("volume/.mesonet/homes/student02-ba061f/given.json", """{"version":["x"]}""");
        var report = JsonNode.Parse(await (await GetAsync("report")).Content.ReadAsStringAsync())!;
        Assert.Equal((commit, null), (report["homes"]![Seat]!["has"]?.GetValue<string>(), report["homes"]!["student02-ba061f"]!["has"]?.GetValue<string>()));
        Assert.Null(report["homes"]!["../x"]!["has"]);

        reader.Write("secret", "secret");
        File.CreateSymbolicLink(reader.Folder("volume/.mesonet/use.json"), reader.Folder("secret"));
        using var refused = await TryGetAsync("homes");
        Assert.True(refused is null or { IsSuccessStatusCode: false }, "A link was followed.");
    }

    [Fact]
    public async Task Work_is_streamed_and_what_fails_half_way_is_seen_to_be_no_whole()
    {
        await reader.HandInAsync(Seat, "student01", "the answer");
        await reader.HandInAsync("student02-ba061f", "student02", "mine");
        using (var answer = await GetAsync("collect/tp1"))
        {
            Assert.Equal(true, answer.Headers.TransferEncodingChunked);
            await using var tar = new TarReader(await answer.Content.ReadAsStreamAsync());
            List<string> names = [];
            while (await tar.GetNextEntryAsync() is { } entry) names.Add(entry.Name);
            Assert.Equal(new[] { Seat, "student02-ba061f" }.SelectMany(seat => new[] { "manifest.json", "work.tar.gz", "changes.diff" }.Select(file => $"submissions/{seat}/{file}")), names);
        }

        // A manifest that is none, after a student whose work is fine.
        reader.Write("submissions/submissions/tp1/student03-000000/20261127T225900Z-deadline.json", "{");
        using var cut = await GetAsync("collect/tp1");
        Assert.Equal(HttpStatusCode.OK, cut.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => cut.Content.ReadAsByteArrayAsync());
    }

    private Task<HttpResponseMessage> GetAsync(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(reader.Uri, path)) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<HttpResponseMessage?> TryGetAsync(string path)
    {
        try
        {
            return await GetAsync(path);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    // As no client would ask.
    private async Task<string> RawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(reader.Address, reader.Uri.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer);
        }
        catch (IOException)
        {
            // It closes the connection with a part of the request unread.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
