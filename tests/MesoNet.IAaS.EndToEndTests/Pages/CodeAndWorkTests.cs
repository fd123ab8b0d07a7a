using System.IO.Compression;
using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>A teacher moves the code of a running course, reads what became of it, and downloads what a student handed in, in a real browser.</summary>
[Collection(PagesCollection.Name)]
public sealed class CodeAndWorkTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Name = "travaux";
    private readonly OwnCourse course = new(Name);
    private readonly DirectoryInfo work = Directory.CreateTempSubdirectory("mesonet-travaux-");

    public void Dispose() => work.Delete(recursive: true);

    [Fact]
    public async Task A_teacher_moves_the_code_reads_the_report_and_downloads_a_students_work()
    {
        var first = await PublishAsync("print(1)\n");
        await LocalClassroom.ApplyAsync(Manifest());
        try
        {
            await course.UntilAsync(course => course.Status?.Materials?.Commit == first && OwnCourse.Condition(course, "MaterialsReady")?.Status == "True");
            await course.StartAsync("student01");
            await course.InPodAsync("student01", "cd cours-travaux && echo 'à moi' > tp1.py");
            await LocalClassroom.MesonetAsync("seat", "hand-in", Name, "student01");
            var second = await PublishAsync("print(2)\n");

            var page = await browser.OpenAsync();
            await page.GotoAsync(await Browser.LinkOfAsync("teacher"));
            await page.GotoAsync(new Uri(new Uri(page.Url), $"/courses/{course.Namespace}/{Name}").ToString());
            await MoveCodeAsync(page, first, second);
            await ReadReportAsync(page, second);
            await DownloadAsync(page);

            // By command, too: the first version again, for this course alone.
            Assert.Contains($"has commit {first}", await LocalClassroom.MesonetAsync("course", "update", Name, "--ref", first), StringComparison.Ordinal);
            Assert.Contains("is no branch, tag or commit", await LocalClassroom.MesonetFailsAsync("course", "update", Name, "--ref", "a..b"), StringComparison.Ordinal);
            Assert.Equal("à moi\n", await course.InPodAsync("student01", "cat cours-travaux/tp1.py"));
        }
        finally
        {
            await course.DeleteAsync();
        }
    }

    private static async Task MoveCodeAsync(IPage page, string first, string second)
    {
        await Browser.LooksRightAsync(page, "class-work");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mettre à jour le code" }).ClickAsync();
        await Assertions.Expect(page.GetByText(first)).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Donner la dernière version à tous" }).ClickAsync();
        // The page tells by itself.
        await Assertions.Expect(page.GetByText(second)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("1 avec des fichiers que l’étudiant avait changés")).ToBeVisibleAsync();
        await Browser.LooksRightAsync(page, "code-updated");

        // What does not exist is told, and takes nothing from anybody.
        await page.Locator("#reference").FillAsync("v9");
        await page.GetByRole(AriaRole.Button, new() { Name = "Donner la dernière version à tous" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Le dépôt n’a ni branche, ni étiquette, ni commit de ce nom.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText(second)).ToBeVisibleAsync();
        await Browser.LooksRightAsync(page, "code-not-found");
        await page.Locator("#reference").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Donner la dernière version à tous" }).ClickAsync();
        await Assertions.Expect(page.GetByText("(celle du modèle)")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("p.fits")).ToBeVisibleAsync();
    }

    private static async Task ReadReportAsync(IPage page, string second)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Rapport" }).ClickAsync();
        await Browser.IsAccessibleAsync(page);
        await Browser.PictureAsync(page, "report-starting-fr");
        await Assertions.Expect(page.GetByText($"l’étudiant l’a changé\u00a0; le nouveau est tp1.nouveau-{second[..7]}.py")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("student01");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Nth(2)).ToContainTextAsync("student02");
        await Browser.IsAccessibleAsync(page);
        await Browser.PictureAsync(page, "report-fr");
        await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Report of the last update");
        await Browser.PictureAsync(page, "report-en");
        await page.GetByRole(AriaRole.Link, new() { Name = "Français" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Des travaux" }).ClickAsync();
    }

    private static async Task DownloadAsync(IPage page)
    {
        // One click.
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Télécharger les travaux de tp1" }).ClickAsync());
        Assert.Equal($"{Name}-tp1.zip", download.SuggestedFilename);
        Assert.Null(await download.FailureAsync());
        await using var zip = await ZipFile.OpenReadAsync(await download.PathAsync());
        Assert.Equal("à moi\n", await TextAsync(zip, "student01/tp1.py"));
        Assert.Contains("+à moi", await TextAsync(zip, "diff/student01.diff"), StringComparison.Ordinal);
        Assert.Contains("student02,,,,,,,,,nothing yet", await TextAsync(zip, "rendus.csv"), StringComparison.Ordinal);
        await Browser.IsAccessibleAsync(page);
        await Browser.PictureAsync(page, "work-fr");
    }

    private static async Task<string> TextAsync(ZipArchive zip, string name)
    {
        using var text = new StreamReader(await zip.GetEntry(name)!.OpenAsync());
        return await text.ReadToEndAsync();
    }

    private async Task<string> PublishAsync(string text)
    {
        var (folder, bare) = (Path.Combine(work.FullName, "teacher"), Path.Combine(LocalClassroom.RepositoryFolder, $"{Name}.git"));
        if (!Directory.Exists(folder))
        {
            await Command.RunAsync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare], CancellationToken.None);
            await Command.RunAsync("git", ["init", "--quiet", "--initial-branch=main", folder], CancellationToken.None);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "tp1.py"), text);
        await Command.RunAsync("git", ["-C", folder, "add", "--all"], CancellationToken.None);
        await Command.RunAsync("git", ["-C", folder, "-c", "user.name=teacher1", "-c", "user.email=teacher1@mesonet.test", "commit", "--quiet", "--message", "tp1"], CancellationToken.None);
        await Command.RunAsync("git", ["-C", folder, "push", "--quiet", bare, "main"], CancellationToken.None);
        return (await Command.RunAsync("git", ["-C", folder, "rev-parse", "HEAD"], CancellationToken.None)).Trim();
    }

    private string Manifest() => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{course.Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: {{Name}} }
        spec:
          title: Des travaux
          image: localhost/mesonet/pytorch:2.6
          code: {repository: "git://git.mesonet.test/{{Name}}.git", ref: main, directory: cours-travaux}
          resources: {lesson: {cpu: 50m, memory: 400Mi}, handIn: {cpu: 50m, memory: 400Mi} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: {{Name}}, namespace: {{course.Namespace}} }
        spec:
          title: Des travaux
          template: {name: {{Name}} }
          timeZone: Etc/UTC
          storage: {size: 1Gi, submissionsSize: 1Gi}
          teachers: [{login: teacher1}]
          students: [{login: student01}, {login: student02}]
          lessons:
          - {name: tp1, start: "{{DateTime.UtcNow.AddHours(-3):yyyy-MM-ddTHH:mm}}", end: "{{DateTime.UtcNow.AddHours(-1):yyyy-MM-ddTHH:mm}}", handInUntil: "{{DateTime.UtcNow.AddDays(1):yyyy-MM-ddTHH:mm}}"}
        """;
}
