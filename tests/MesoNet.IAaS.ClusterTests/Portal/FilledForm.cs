using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>A form of a page as a browser holds it: each field with what would be sent of it. It is filled in and sent as a browser would.</summary>
internal sealed class FilledForm
{
    private readonly HttpClient browser;

    private FilledForm(HttpClient browser, IHtmlDocument page) => (this.browser, Page, Fields) = (browser, page, FieldsOf(page));

    public IHtmlDocument Page { get; }

    /// <summary>The fields in the order of the page; some names occur more than once.</summary>
    public List<KeyValuePair<string, string>> Fields { get; }

    public List<(string Name, string FileName, byte[] Content)> Files { get; } = [];

    public string Title => Page.QuerySelector("h1")!.TextContent;

    public static async Task<FilledForm> OpenAsync(HttpClient browser, string path)
    {
        var answer = await browser.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        return new(browser, Parse(await answer.Content.ReadAsStringAsync()));
    }

    public static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    /// <summary>The sentences at a field.</summary>
    public IReadOnlyList<string> ProblemsAt(string field) => Problems(Page, field);

    public static IReadOnlyList<string> Problems(IParentNode page, string field) =>
        [.. page.QuerySelectorAll($"#problem-{field} .problem").Select(problem => string.Join(' ', problem.TextContent.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)))];

    /// <summary>Writes into a field; of several of one name, into the one with that number.</summary>
    public FilledForm Fill(string name, string value, int number = 0)
    {
        var places = Fields.Select((field, index) => (field, index)).Where(item => item.field.Key == name).ToList();
        if (number < places.Count) Fields[places[number].index] = new(name, value);
        else Fields.Add(new(name, value));
        return this;
    }

    public FilledForm Without(string name)
    {
        Fields.RemoveAll(field => field.Key == name);
        return this;
    }

    public FilledForm Choose(string name, string fileName, byte[] content)
    {
        Files.Add((name, fileName, content));
        return this;
    }

    /// <summary>Sends it.</summary>
    public async Task<HttpResponseMessage> SendAsync(string handler = "", bool byScript = false)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in Fields) content.Add(new StringContent(value), name);
        foreach (var (name, fileName, bytes) in Files) content.Add(new ByteArrayContent(bytes), name, fileName);
        using var request = new HttpRequestMessage(HttpMethod.Post, handler.Length == 0 ? "/courses/new" : $"/courses/new?handler={handler}") { Content = content };
        if (byScript) request.Headers.Add("HX-Request", "true");
        return await browser.SendAsync(request);
    }

    /// <summary>Sends it, and holds the page that comes back.</summary>
    public async Task<FilledForm> SendForPageAsync(string handler = "")
    {
        var answer = await SendAsync(handler);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.OK, $"{answer.StatusCode} {answer.Headers.Location} {text}");
        return new(browser, Parse(text));
    }

    private static List<KeyValuePair<string, string>> FieldsOf(IHtmlDocument page)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var element in page.QuerySelectorAll("#new-course input, #new-course select, #new-course textarea"))
        {
            switch (element)
            {
                case IHtmlInputElement { Type: "file" or "submit" }: break;
                case IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false }: break;
                case IHtmlInputElement input: fields.Add(new(input.Name!, Kept(input))); break;
                case IHtmlSelectElement select: fields.Add(new(select.Name!, select.Value ?? "")); break;
                case IHtmlTextAreaElement text: fields.Add(new(text.Name!, text.Value)); break;
            }
        }

        return fields;
    }

    // A browser drops what its fields for dates and times cannot hold.
    private static string Kept(IHtmlInputElement input)
    {
        var (value, form) = (input.GetAttribute("value") ?? "", input.GetAttribute("type"));
        var pattern = form switch { "date" => "yyyy-MM-dd", "time" => "HH:mm", "datetime-local" => "yyyy-MM-ddTHH:mm", _ => null };
        return pattern is null || DateTime.TryParseExact(value, pattern, null, System.Globalization.DateTimeStyles.None, out _) ? value : "";
    }
}
