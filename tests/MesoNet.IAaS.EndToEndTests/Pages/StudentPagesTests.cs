using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>A link, a click, a notebook: in a real browser, by nginx and the portal.</summary>
[Collection(PagesCollection.Name)]
public sealed partial class StudentPagesTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task A_student_opens_the_link_and_runs_a_cell_and_nobody_elses_browser_gets_there()
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync(await Browser.LinkOfAsync("intro-pytorch", "student02"));
        Assert.DoesNotContain("/i/", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Introduction à PyTorch");
        await Browser.LooksRightAsync(page, "student");

        await NotebookPage.OpenAsync(page);
        await NotebookPage.NewNotebookAsync(page);
        await NotebookPage.RunAsync(page, "print(6 * 7, 'ok')");
        await NotebookPage.HasPrintedAsync(page, "42 ok");
        await Assertions.Expect(page.Locator("#mesonet-home")).ToHaveTextAsync(HomeUse());
        var notebook = page.Url;
        Assert.DoesNotContain("token", notebook, StringComparison.Ordinal);
        Assert.DoesNotContain("ticket", notebook, StringComparison.Ordinal);

        var other = await browser.OpenAsync("en-GB");
        await other.GotoAsync(await Browser.LinkOfAsync("intro-pytorch", "student03"));
        await Assertions.Expect(other.GetByRole(AriaRole.Button, new() { Name = "Open my environment" })).ToBeVisibleAsync();
        var answer = await other.GotoAsync(notebook);
        Assert.Equal(403, answer!.Status);

        var nobody = await browser.OpenAsync();
        await nobody.GotoAsync(notebook);
        await Assertions.Expect(nobody.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Bienvenue");
        await Browser.LooksRightAsync(nobody, "welcome");
        await nobody.GotoAsync(new Uri(new Uri(nobody.Url), "/rien").ToString());
        await Browser.LooksRightAsync(nobody, "not-found");
    }

    [Fact]
    public async Task A_students_notebook_can_neither_act_on_the_portal_nor_on_a_neighbours_seat()
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync(await Browser.LinkOfAsync("intro-pytorch", "student03"));
        var portal = new Uri(page.Url).GetLeftPart(UriPartial.Authority);
        var seat = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        await NotebookPage.OpenAsync(page);

        // What a script in the notebook can do: read nothing of the portal, and post nothing to it.
        Assert.Equal("refused", await page.EvaluateAsync<string>("portal => fetch(portal + '/', {credentials: 'include'}).then(() => 'read', () => 'refused')", portal));
        var post = await page.RunAndWaitForResponseAsync(
            () => page.EvaluateAsync("address => void fetch(address, {method: 'POST', mode: 'no-cors', credentials: 'include'})", $"{portal}/open/{seat}?handler=Start"),
            response => response.Url.StartsWith(portal, StringComparison.Ordinal));
        Assert.Equal(403, post.Status);
        Assert.Equal("", await page.EvaluateAsync<string>("() => document.cookie.split('; ').filter(cookie => cookie.startsWith('mesonet')).join()"));
    }

    [Fact]
    public async Task A_seat_that_is_stopped_is_started_by_its_link_while_the_student_waits()
    {
        var course = new OwnCourse("waiting");
        await LocalClassroom.ApplyAsync(Manifest());
        try
        {
            var page = await browser.OpenAsync(phone: true);
            await page.GotoAsync(await Browser.LinkOfAsync("waiting", "student01"));
            await Assertions.Expect(page.GetByText("À rendre avant")).ToBeVisibleAsync();
            await Browser.LooksRightAsync(page, "student-phone");
            await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir mon environnement" }).ClickAsync();
            await Assertions.Expect(page.Locator("[data-waiting] h1")).ToBeVisibleAsync();
            await Browser.PictureAsync(page, "waiting-fr");
            await page.WaitForURLAsync("**/lab**");
            await Assertions.Expect(page.Locator(".jp-LauncherCard").First).ToBeAttachedAsync();
        }
        finally
        {
            await course.DeleteAsync();
        }
    }

    [Fact]
    public async Task Before_the_course_the_page_says_when_it_opens()
    {
        var course = new OwnCourse("later");
        await LocalClassroom.ApplyAsync(Manifest("later", starts: DateTime.UtcNow.AddDays(2)));
        try
        {
            var page = await browser.OpenAsync("en-GB");
            await page.GotoAsync(await Browser.LinkOfAsync("later", "student01"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Open my environment" }).ClickAsync();
            await Assertions.Expect(page.Locator("[data-waiting] h1")).ToHaveTextAsync("Your environment is closed for now");
            await Assertions.Expect(page.GetByText("The next lesson is on")).ToBeVisibleAsync();
            await Browser.LooksRightAsync(page, "closed");
        }
        finally
        {
            await course.DeleteAsync();
        }
    }

    private static string Manifest(string name = "waiting", DateTime? starts = null)
    {
        var start = starts ?? DateTime.UtcNow.AddHours(-3);
        return $$"""
            apiVersion: v1
            kind: Namespace
            metadata:
              name: course-{{name}}
              labels: {pod-security.kubernetes.io/enforce: restricted}
            ---
            apiVersion: mesonet.fr/v1alpha1
            kind: ClassroomEnvironment
            metadata:
              name: {{name}}
              namespace: course-{{name}}
            spec:
              title: Réseaux de neurones <i>&amp;</i>
              template: {name: intro-pytorch}
              students: [{login: student01}]
              timeZone: UTC
              lessons:
              - {name: tp1, start: "{{start:yyyy-MM-ddTHH:mm}}", end: "{{start.AddHours(1):yyyy-MM-ddTHH:mm}}", handInUntil: "{{start.AddDays(3):yyyy-MM-ddTHH:mm}}"}
              storage: {size: 1Gi}
              retention: {deleteData: true}
            """;
    }

    // No named groups and no flags: it is the browser that matches.
    [GeneratedRegex(@"^Dossier\s: [0-9]+(?:,[0-9])?\s[kMG]o sur [0-9]+(?:,[0-9])?\s[MG]o$", RegexOptions.None, 1000)]
    private static partial Regex HomeUse();
}
