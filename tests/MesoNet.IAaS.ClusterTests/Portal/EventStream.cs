using System.Text.RegularExpressions;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>The server-sent events of a page that is open.</summary>
internal sealed class EventStream : IDisposable
{
    private static readonly Regex Connect = new("sse-connect=\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);
    private readonly HttpResponseMessage answer;
    private readonly StreamReader lines;
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));

    private EventStream(HttpResponseMessage answer, StreamReader lines) => (this.answer, this.lines) = (answer, lines);

    /// <summary>Opens the stream that a page names.</summary>
    /// <param name="browser">Who looks at the page.</param>
    /// <param name="page">The page, decoded.</param>
    public static async Task<EventStream> OpenAsync(HttpClient browser, string page)
    {
        var answer = await browser.GetAsync(new Uri(Connect.Match(page).Groups["path"].Value, UriKind.RelativeOrAbsolute), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next line, be it one that says nothing.</summary>
    public async Task<string> NextLineAsync() => await lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();

    /// <summary>The next piece of news that has this text in it.</summary>
    public async Task<string> UntilAsync(string text)
    {
        var told = new List<string>();
        try
        {
            while (true)
            {
                var line = System.Net.WebUtility.HtmlDecode(await NextLineAsync());
                if (line.StartsWith("data: ", StringComparison.Ordinal)) told.Add(line);
                if (line.Contains(text, StringComparison.Ordinal)) return line;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Not told of \"{text}\". Told was:\n{string.Join('\n', told)}");
            throw;
        }
    }

    public void Dispose()
    {
        answer.Dispose();
        lines.Dispose();
        patience.Dispose();
    }
}
