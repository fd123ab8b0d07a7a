using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>A research workspace in a browser: its owner's day, a collaborator's way in, and that there is none for others.</summary>
[Collection(PagesCollection.Name)]
public sealed class WorkspacePagesTests(LocalClassroom classroom, Browser browser) : IClassFixture<Browser>
{
    private const string Project = "essai-portail";
    private readonly OwnWorkspace workspace = new(Project, "corpus");

    [Fact]
    public async Task An_owner_works_in_a_workspace_stops_it_and_starts_it_again_and_others_are_let_in_or_not()
    {
        try
        {
            await LocalClassroom.ApplyAsync(Manifest);
            var owner = await browser.OpenAsync();
            await owner.GotoAsync(await LinkOfAsync("researcher1"));
            await owner.GetByRole(AriaRole.Link, new() { Name = "Corpus de presse" }).ClickAsync();
            await Assertions.Expect(owner.GetByText("L’espace est en marche")).ToBeVisibleAsync();
            var page = owner.Url;
            await LogIsShownAsync(owner, page);
            await owner.GotoAsync(page);
            await owner.GetByRole(AriaRole.Button, new() { Name = "Ouvrir JupyterLab" }).First.ClickAsync();
            await owner.WaitForURLAsync("**/lab**");
            var notebook = owner.Url;
            await NotebookPage.NewNotebookAsync(owner);
            await NotebookPage.RunAsync(owner, "print(6 * 7, 'ok')");
            await NotebookPage.HasPrintedAsync(owner, "42 ok");
            await PortAnswersAsync(owner, page);
            await owner.GotoAsync(page);
            await Assertions.Expect(owner.Locator("[data-usage]")).ToContainTextAsync("Gio, sur 1 demandé");
            await Browser.LooksRightAsync(owner, "workspace");
            await OthersAsync(page, notebook);
            await StopAndStartAsync(owner, page);
        }
        finally
        {
            await LocalClassroom.KubectlAsync("delete", "namespace", workspace.Namespace, "--wait=false");
        }
    }

    // A program beside JupyterLab, on the port that the workspace declares.
    private async Task PortAnswersAsync(IPage owner, string page)
    {
        var notebook = await workspace.NotebookAsync(classroom.Http);
        await notebook.WriteFileAsync("serveur.py", """
            import http.server

            class Answer(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(f"{self.path} {self.headers.get('Authorization')}".encode())

            http.server.HTTPServer(("", 6006), Answer).serve_forever()
            """);
        var (started, shown) = await notebook.TypeAsync("(nohup python3 serveur.py > serveur.log 2>&1 &)");
        Assert.True(started == 0, shown);
        await owner.GotoAsync(page);
        var address = await owner.GetByRole(AriaRole.Button, new() { Name = "Ouvrir tableau" }).GetAttributeAsync("href");
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                await owner.GotoAsync(new Uri(new Uri(page), address).ToString());
                return (await owner.ContentAsync()).Contains("/port/tableau/", StringComparison.Ordinal);
            },
            () => owner.ContentAsync());
        // JupyterLab's token is nothing to it.
        Assert.Matches(@"/port/tableau/ (None|token )<", await owner.ContentAsync());
    }

    private static async Task LogIsShownAsync(IPage owner, string page)
    {
        await owner.GotoAsync(page + "/log");
        await Assertions.Expect(owner.Locator("pre.log")).ToContainTextAsync("Jupyter Server");
        await Browser.LooksRightAsync(owner, "workspace-log");
    }

    private async Task OthersAsync(string page, string notebook)
    {
        var collaborator = await browser.OpenAsync("en-GB");
        await collaborator.GotoAsync(await LinkOfAsync("researcher2"));
        await collaborator.GetByRole(AriaRole.Button, new() { Name = "Open JupyterLab" }).First.ClickAsync();
        await collaborator.WaitForURLAsync("**/lab**");
        await collaborator.GotoAsync(page);
        await Assertions.Expect(collaborator.GetByText("The workspace is running")).ToBeVisibleAsync();
        await Assertions.Expect(collaborator.GetByText("Stop now")).ToHaveCountAsync(0);

        var stranger = await browser.OpenAsync();
        await stranger.GotoAsync(await LinkOfAsync("researcher3"));
        await Assertions.Expect(stranger.GetByText("Corpus de presse")).ToHaveCountAsync(0);
        foreach (var address in new[] { page, page + "/open", page + "/log" }) Assert.InRange((await stranger.GotoAsync(address))!.Status, 403, 404);
        Assert.NotEqual(200, (await stranger.GotoAsync(notebook))!.Status);
    }

    private static async Task StopAndStartAsync(IPage owner, string page)
    {
        await owner.GotoAsync(page);
        await owner.GetByText("Arrêter…").ClickAsync();
        await owner.GetByRole(AriaRole.Button, new() { Name = "Arrêter maintenant" }).ClickAsync();
        await Assertions.Expect(owner.GetByText("L’espace est arrêté")).ToBeVisibleAsync();
        await owner.GotoAsync(page + "/open");
        await Browser.LooksRightAsync(owner, "workspace-stopped");
        await owner.GetByRole(AriaRole.Button, new() { Name = "Démarrer" }).ClickAsync();
        // It goes on by itself once JupyterLab answers.
        await owner.WaitForURLAsync("**/lab**");
    }

    private static async Task<string> LinkOfAsync(string login) =>
        (await LocalClassroom.MesonetAsync("link", login)).Split('\n').Select(line => line.Trim()).Last(line => line.StartsWith("http", StringComparison.Ordinal));

    private static string Manifest => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: project-{{Project}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ResearchWorkspace
        metadata: {name: corpus, namespace: project-{{Project}} }
        spec:
          title: Corpus de presse
          owner: researcher1
          collaborators: [{login: researcher2}]
          platform: pytorch
          resources: {cpu: 100m, memory: 1Gi}
          storage: {size: 1Gi}
          timeZone: Europe/Paris
          until: "{{DateTime.UtcNow.AddYears(1):yyyy-MM-dd}}"
          ports: [{name: tableau, port: 6006}]
        """;
}
