using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>The portal is killed, and the API server is away for a minute, while a student works in a browser: the student notices nothing.</summary>
[Collection(CrashCollection.Name)]
public sealed class PortalOutageTests(Browser browser) : IClassFixture<Browser>
{
    // Twice a second: a minute of them.
    private const int QuestionsInAMinute = 120;

    private string portal = "";

    [Fact]
    public async Task A_running_notebook_outlives_the_portal_and_the_session_does_too()
    {
        var page = await WorkingAsync("student01");
        await KeepsAskingAsync(page);
        await LocalClassroom.KillAndAwaitAsync("mesonet-portal");
        await StillWorksAsync(page, "après le portail");
        await HasASessionAsync(page);
        Assert.Equal("", await RefusedAsync(page));
    }

    [Fact]
    public async Task A_running_notebook_and_the_session_outlive_an_api_server_that_is_away_for_a_minute()
    {
        var page = await WorkingAsync("student03");
        await KeepsAskingAsync(page);
        var server = LocalClassroom.ProcessOf("kube-apiserver")!.Value;
        // Standing still is worse than being gone: connections stay open, and nobody answers.
        Signals.Send(server, Signals.Stop);
        try
        {
            await HasAskedAsync(page, QuestionsInAMinute / 2);
            await StillWorksAsync(page, "pendant la panne");
            await HasASessionAsync(page);
            await HasAskedAsync(page, QuestionsInAMinute);
        }
        finally
        {
            Signals.Send(server, Signals.Continue);
        }

        // The cluster finds its node again, and what it thought of its pods meanwhile is put right.
        await LocalClassroom.EventuallyAsync(
            async () => (await LocalClassroom.KubectlAsync("get", "nodes")).Output.Contains(" Ready ", StringComparison.Ordinal), async () => (await LocalClassroom.KubectlAsync("describe", "nodes")).Output);
        await StillWorksAsync(page, "après la panne");
        await HasASessionAsync(page);
        Assert.Equal("", await RefusedAsync(page));
    }

    private async Task<IPage> WorkingAsync(string student)
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync(await Browser.LinkOfAsync("intro-pytorch", student));
        portal = new Uri(page.Url).GetLeftPart(UriPartial.Authority);
        await NotebookPage.OpenAsync(page);
        await NotebookPage.NewNotebookAsync(page);
        await NotebookPage.RunAsync(page, "kept = 'en mémoire'");
        return page;
    }

    /// <summary>What is in the kernel's memory is there, and the WebSocket has it come.</summary>
    private static async Task StillWorksAsync(IPage page, string when)
    {
        await NotebookPage.RunAsync(page, $"print(kept, '{when}')");
        await NotebookPage.HasPrintedAsync(page, $"en mémoire {when}");
    }

    /// <summary>The portal knows the student, without their link.</summary>
    private async Task HasASessionAsync(IPage page)
    {
        var home = await page.Context.NewPageAsync();
        IResponse? answer = null;
        // One that has just been started again takes a moment, and nginx says so.
        await LocalClassroom.EventuallyAsync(async () => (answer = await home.GotoAsync(portal))!.Ok, () => Task.FromResult($"{answer?.Status}"));
        await Assertions.Expect(home.GetByRole(AriaRole.Button, new() { Name = "Ouvrir mon environnement" })).ToBeVisibleAsync();
        await home.CloseAsync();
    }

    /// <summary>From now on the page asks JupyterLab for its files, twice a second, and notes each answer that is no success.</summary>
    private static async Task KeepsAskingAsync(IPage page) => await page.EvaluateAsync(
        """
        () => {
          const base = JSON.parse(document.getElementById('jupyter-config-data').textContent).baseUrl;
          window.refused = [];
          window.asked = 0;
          window.setInterval(async () => {
            const answer = await fetch(base + 'api/contents?content=0').catch(error => ({ok: false, status: String(error)}));
            window.asked++;
            if (!answer.ok) window.refused.push(answer.status);
          }, 500);
        }
        """);

    private static async Task HasAskedAsync(IPage page, int often) => await page.WaitForFunctionAsync("often => window.asked >= often", often);

    /// <summary>What answers were no success, once some more have come.</summary>
    private static async Task<string> RefusedAsync(IPage page)
    {
        await HasAskedAsync(page, 1 + await page.EvaluateAsync<int>("() => window.asked"));
        return await page.EvaluateAsync<string>("() => window.refused.join()");
    }
}
