using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>JupyterLab in a person's browser.</summary>
internal static class NotebookPage
{
    /// <summary>The one large button of a student's page, and then whatever wait there is.</summary>
    public static async Task OpenAsync(IPage page, string button = "Ouvrir mon environnement")
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await page.WaitForURLAsync("**/lab**");
    }

    /// <summary>A new notebook whose kernel is there.</summary>
    public static async Task NewNotebookAsync(IPage page)
    {
        await page.Locator(".jp-LauncherCard[data-category=Notebook]").First.ClickAsync();
        // What is run before there is a kernel is not run at all.
        await Assertions.Expect(page.Locator("#jp-main-statusbar")).ToContainTextAsync("Idle");
    }

    /// <summary>Runs code in the last cell of the notebook on show; its output comes below.</summary>
    public static async Task RunAsync(IPage page, string code)
    {
        var cell = page.Locator(".jp-Notebook:visible .jp-CodeCell .cm-content").Last;
        await cell.ClickAsync();
        await page.Keyboard.TypeAsync(code);
        await Assertions.Expect(cell).ToContainTextAsync(code);
        await page.Keyboard.PressAsync("Shift+Enter");
    }

    /// <summary>What the last cell that ran has printed holds a text.</summary>
    public static Task HasPrintedAsync(IPage page, string text) => Assertions.Expect(page.Locator(".jp-OutputArea-output").Last).ToContainTextAsync(text);
}
