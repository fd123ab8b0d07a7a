using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>
/// A teacher's way, in a real browser: a course from the template, the class at work, the lesson lengthened, one student looked after; and the
/// administrator's pages.
/// </summary>
[Collection(PagesCollection.Name)]
public sealed class TeacherPagesTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task A_teacher_makes_a_course_by_form_its_students_work_and_the_lesson_is_lengthened()
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync(await Browser.LinkOfAsync("teacher"));
        await Browser.LooksRightAsync(page, "teacher");
        await page.GotoAsync(new Uri(new Uri(page.Url), "/courses/new").ToString());
        await Browser.LooksRightAsync(page, "new-course");

        // A lesson of the form ends on its day: in a zone where midnight is far.
        var (zone, hours) = DateTime.UtcNow.Hour >= 12 ? ("America/Cayenne", -3) : ("Asia/Tokyo", 9);
        var now = DateTime.UtcNow.AddHours(hours);
        var name = $"Essai {now:HHmmss}";
        // Where nobody checks what is typed, that is said.
        await page.RouteAsync(url => url.Contains("handler=Check", StringComparison.Ordinal), route => route.AbortAsync());
        await page.Locator("#title").FillAsync(name);
        await Assertions.Expect(page.Locator("#new-course > .trouble")).ToContainTextAsync("Le portail ne répond pas");
        await page.UnrouteAllAsync();
        await page.Locator("#template").SelectOptionAsync("intro-pytorch");
        await page.Locator("#roster").FillAsync("student01 A\nstudent02 A\nstudent03 B");
        await page.Locator("#zone").EvaluateAsync("(input, zone) => { input.closest('details').open = true; input.value = zone; }", zone);
        await page.Locator("#storage").FillAsync("1Gi");
        await page.Locator("#kind-Table").CheckAsync();
        // A lesson that has begun.
        var row = page.Locator("#rows tbody tr").First;
        await row.Locator("input").Nth(0).FillAsync("tp1");
        await row.Locator("input").Nth(1).FillAsync($"{now:yyyy-MM-dd}");
        await row.Locator("input").Nth(2).FillAsync($"{now.AddMinutes(-2):HH:mm}");
        await row.Locator("input").Nth(3).FillAsync($"{now.AddMinutes(40):HH:mm}");
        await Assertions.Expect(page.Locator(".preview-lessons")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#new-course > .trouble")).ToBeEmptyAsync();
        await Browser.IsAccessibleAsync(page);
        await Browser.PictureAsync(page, "new-course-filled-fr");
        await page.GetByRole(AriaRole.Button, new() { Name = "Créer" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(name);
        var course = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        try
        {
            await Assertions.Expect(page.GetByText("student03").First).ToBeVisibleAsync();
            await Browser.LooksRightAsync(page, "class-starting");
            // Each seat is asked, and says that it is there for somebody who has not come yet.
            await Assertions.Expect(page.GetByText("pas encore ouvert", new() { Exact = true })).ToHaveCountAsync(3);
            await Browser.LooksRightAsync(page, "class");
            var classPage = page.Url.Split('?')[0];
            foreach (var student in new[] { "student01", "student02", "student03" })
            {
                await WorksAsync(course, student);
                // Each by itself: who stopped minutes ago is idle again.
                await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = student })).ToContainTextAsync("travaille");
            }

            await Browser.PictureAsync(page, "class-working-fr");
            await page.GetByRole(AriaRole.Button, new() { Name = "15 minutes de plus" }).ClickAsync();
            await LocalClassroom.EventuallyAsync(
                async () => (await LocalClassroom.KubectlAsync("get", "ce", "-n", $"course-{course}", course, "-o", "jsonpath={.spec.lessons[0].end}")).Output.Trim() == $"{now.AddMinutes(55):yyyy-MM-ddTHH:mm}",
                async () => (await LocalClassroom.KubectlAsync("get", "ce", "-n", $"course-{course}", course, "-o", "yaml")).Output);
            await page.GotoAsync(classPage + "/links");
            await Browser.LooksRightAsync(page, "links");
            Assert.Contains(await Browser.LinkOfAsync(course, "student01"), await page.ContentAsync(), StringComparison.Ordinal);
            await page.GotoAsync(classPage + "/links/sheet");
            await Browser.LooksRightAsync(page, "links-sheet");
            await LooksAfterAsync(page, classPage, course);
        }
        finally
        {
            await LocalClassroom.KubectlAsync("delete", "namespace", $"course-{course}", "--wait=false");
        }
    }

    [Fact]
    public async Task The_administrator_sees_the_calendar_the_courses_and_the_nodes()
    {
        var page = await browser.OpenAsync("en-GB");
        await page.GotoAsync(await Browser.LinkOfAsync("administrator"));
        await page.GotoAsync(new Uri(new Uri(page.Url), "/admin").ToString());
        await Assertions.Expect(page.GetByText("Introduction à PyTorch").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("localhost").First).ToBeVisibleAsync();
        await Browser.LooksRightAsync(page, "admin");
    }

    /// <summary>A student of the course, in a browser of their own.</summary>
    private async Task WorksAsync(string course, string student)
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync(await Browser.LinkOfAsync(course, student));
        await NotebookPage.OpenAsync(page);
        await NotebookPage.NewNotebookAsync(page);
        await NotebookPage.RunAsync(page, $"print('{student}'.upper())");
        await NotebookPage.HasPrintedAsync(page, student.ToUpperInvariant());
        await page.Context.CloseAsync();
    }

    /// <summary>The teacher goes into a student's environment, which the student is told, and renews the student's link, which ends the old one.</summary>
    private async Task LooksAfterAsync(IPage page, string classPage, string course)
    {
        var student = await browser.OpenAsync();
        var oldLink = await Browser.LinkOfAsync(course, "student01");
        await student.GotoAsync(oldLink);
        var seatPage = student.Url;

        await page.GotoAsync(classPage);
        await page.GetByRole(AriaRole.Link, new() { Name = "student01" }).ClickAsync();
        await Browser.LooksRightAsync(page, "class-seat");
        var classSeatPage = page.Url;
        await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir son environnement" }).ClickAsync();
        await Browser.LooksRightAsync(page, "visit");
        await NotebookPage.OpenAsync(page, "Prévenir et ouvrir");
        await student.ReloadAsync();
        await Assertions.Expect(student.GetByText("a ouvert votre environnement")).ToBeVisibleAsync();

        await page.GotoAsync(classSeatPage);
        await page.GetByText("Renouveler le lien…").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Renouveler le lien de student01" }).ClickAsync();
        await Assertions.Expect(page.GetByText("ne vaut plus rien")).ToBeVisibleAsync();
        await LocalClassroom.EventuallyAsync(async () => await Browser.LinkOfAsync(course, "student01") != oldLink, () => Task.FromResult("the old link is still the student's"));
        // The portal hears of it by its own watch.
        await LocalClassroom.EventuallyAsync(async () => (await student.GotoAsync(seatPage))!.Status == 403, () => student.ContentAsync());
        await Browser.LooksRightAsync(student, "refused");
        await student.GotoAsync(oldLink);
        await Assertions.Expect(student.GetByRole(AriaRole.Alert)).ToContainTextAsync("Ce lien n’est plus valable");
        await Browser.LooksRightAsync(student, "bad-link");
        await student.GotoAsync(await Browser.LinkOfAsync(course, "student01"));
        await Assertions.Expect(student.GetByRole(AriaRole.Button, new() { Name = "Ouvrir mon environnement" })).ToBeVisibleAsync();
    }
}
