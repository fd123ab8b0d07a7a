using System.Text.Json.Nodes;
using Deque.AxeCore.Playwright;
using MesoNet.IAaS.Cli.Site;
using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>Debian's Chromium. Each person has a context of their own: cookies of nobody else.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync() => await LaunchAsync();

    /// <summary>One that is told more than usual.</summary>
    /// <param name="arguments">Chromium's own.</param>
    public static async Task<Browser> StartAsync(params string[] arguments)
    {
        var started = new Browser();
        await started.LaunchAsync(arguments);
        return started;
    }

    private async Task LaunchAsync(params string[] arguments)
    {
        // A kernel on a busy machine takes its time; what is waited for comes, or the test fails.
        Assertions.SetDefaultExpectTimeout(600_000);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-dev-shm-usage", .. arguments] });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>A new person's browser.</summary>
    /// <param name="language">What it asks pages for.</param>
    /// <param name="phone">Whether its window is as small as a phone's.</param>
    public async Task<IPage> OpenAsync(string language = "fr-FR", bool phone = false)
    {
        var context = await browser!.NewContextAsync(new() { Locale = language, ViewportSize = phone ? new() { Width = 390, Height = 800 } : new() { Width = 1200, Height = 800 } });
        context.SetDefaultTimeout(600_000);
        return await context.NewPageAsync();
    }

    /// <summary>The invitation link of a student.</summary>
    public static async Task<string> LinkOfAsync(string course, string student)
    {
        string? link = null;
        JsonNode? status = null;
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                status = await LocalClassroom.StatusAsync();
                link = status["seats"]!.AsArray().FirstOrDefault(seat => seat!["course"]!.GetValue<string>() == course && seat["student"]!.GetValue<string>() == student)?["url"]?.GetValue<string>();
                return link is not null;
            },
            () => Task.FromResult(status!.ToJsonString()));
        return link!;
    }

    /// <summary>A link of somebody who is no student: teacher or administrator.</summary>
    public static async Task<string> LinkOfAsync(string person) => (await LocalClassroom.StatusAsync())["links"]![person]!.GetValue<string>();

    /// <summary>Nothing that axe finds, by WCAG 2.2 AA; and the page is small.</summary>
    public static async Task IsAccessibleAsync(IPage page)
    {
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(await page.ContentAsync()), 1, 150_000);
        var found = await page.RunAxe(new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
        Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.Select(violation => $"{page.Url}: {violation.Id}: {violation.Help}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}")));
    }

    /// <summary>Nothing that axe finds, in either language, and a picture of each. The page is loaded anew for it, and is in the browser's own language after it.</summary>
    public static async Task LooksRightAsync(IPage page, string name)
    {
        foreach (var code in new[] { "fr", "en" })
        {
            await page.Context.AddCookiesAsync([new() { Name = "mesonet-language", Value = code, Url = page.Url }]);
            await page.ReloadAsync();
            Assert.Equal(code, await page.Locator("html").GetAttributeAsync("lang"));
            await IsAccessibleAsync(page);
            await PictureAsync(page, $"{name}-{code}");
        }

        await page.Context.ClearCookiesAsync(new() { Name = "mesonet-language" });
        await page.ReloadAsync();
    }

    /// <summary>Keeps a picture of the page, to be looked at.</summary>
    public static Task PictureAsync(IPage page, string name)
    {
        var folder = Path.Combine(LocalSite.RepositoryRoot, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        return page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
