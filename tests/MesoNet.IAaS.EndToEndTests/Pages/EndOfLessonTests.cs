using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>The end of a lesson as a student sees it whose notebook is open: a message, and nothing lost. Beside others, unlike the other pages: it waits for minutes.</summary>
[Collection("the end of a lesson")]
public sealed class EndOfLessonTests(Browser browser) : IClassFixture<Browser>
{
    private const string Written = "pas_encore_enregistre = 42";

    [Fact]
    public async Task An_open_notebook_warns_of_the_end_and_what_was_not_saved_is_saved_before_the_seat_goes()
    {
        var course = new OwnCourse("ending");
        await LocalClassroom.ApplyAsync(Manifest(EndingIn(minutes: 60)));
        try
        {
            await LocalClassroom.EventuallyAsync(
                async () => (await course.PodsAsync()).Count == 1 && (await LocalClassroom.StatusAsync())["seats"]!.AsArray().Any(seat => seat!["course"]!.GetValue<string>() == "ending" && seat["state"]!.GetValue<string>() == "Ready"),
                async () => await LocalClassroom.MesonetAsync("status"));
            // Without JupyterLab's own saving every few seconds, what is saved was saved for the end.
            await course.InPodAsync("student01", "d=~/.jupyter/lab/user-settings/@jupyterlab/docmanager-extension; mkdir -p $d; echo '{\"autosave\": false}' > $d/plugin.jupyterlab-settings");

            var page = await browser.OpenAsync();
            await page.GotoAsync(await Browser.LinkOfAsync("ending", "student01"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir mon environnement" }).ClickAsync();
            await page.WaitForURLAsync("**/lab**");
            await page.Locator(".jp-LauncherCard[data-category=Notebook]").First.ClickAsync();
            var cell = page.Locator(".jp-Notebook:visible .jp-CodeCell .cm-content").First;
            await cell.ClickAsync();
            await page.Keyboard.TypeAsync(Written);
            await Assertions.Expect(cell).ToContainTextAsync(Written);

            // The lesson is made to end soon: the open notebook learns of it, and counts down.
            await LocalClassroom.ApplyAsync(Manifest(EndingIn(minutes: 6)));
            await Assertions.Expect(page.GetByText("Votre poste s’arrête à").First).ToBeVisibleAsync();
            Assert.DoesNotContain(Written, await course.InPodAsync("student01", "find ~ -name '*.ipynb' -newer ~/.jupyter/lab/user-settings -exec cat {} +"), StringComparison.Ordinal);
            await Browser.PictureAsync(page, "end-of-lesson-fr");

            await LocalClassroom.EventuallyAsync(async () => (await course.PodsAsync()).Count == 0, async () => await LocalClassroom.MesonetAsync("status"));
            await course.StartAsync("student01");
            Assert.Contains(Written, await course.InPodAsync("student01", "find ~ -name '*.ipynb' -newer ~/.jupyter/lab/user-settings -exec cat {} +"), StringComparison.Ordinal);
        }
        finally
        {
            await course.DeleteAsync();
        }
    }

    private static DateTime EndingIn(int minutes) => DateTime.UtcNow.AddMinutes(minutes);

    private static string Manifest(DateTime end) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata:
          name: course-ending
          labels: {pod-security.kubernetes.io/enforce: restricted}
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata:
          name: ending
          namespace: course-ending
        spec:
          template: {name: intro-pytorch}
          students: [{login: student01}]
          timeZone: UTC
          lessons:
          - {name: tp1, start: "{{end.AddHours(-3):yyyy-MM-ddTHH:mm}}", end: "{{end:yyyy-MM-ddTHH:mm}}", handInUntil: "{{end.AddDays(3):yyyy-MM-ddTHH:mm}}"}
          storage: {size: 1Gi}
          retention: {deleteData: true}
        """;
}
