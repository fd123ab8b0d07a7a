using System.Net;
using System.Text;
using AngleSharp.Dom;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>The page of a new course, as a browser without script meets it, and as htmx does; on a real API server with a real operator.</summary>
public sealed class NewCoursePageTests(ClusterFixture cluster) : IAsyncLifetime
{
    private readonly string name = $"c{Guid.NewGuid():N}"[..14];
    private RunningPortal portal = null!;
    private Courses given = null!;

    public async ValueTask InitializeAsync()
    {
        given = await Courses.NewAsync(cluster);
        portal = await RunningPortal.StartAsync(cluster);
    }

    public async ValueTask DisposeAsync() => await portal.DisposeAsync();

    [Fact]
    public async Task A_teacher_fills_in_the_form_and_the_seats_get_ready()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        var form = await RightAsync(browser);
        var answer = await form.SendAsync();
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal($"/courses/course-{name}/{name}", answer.Headers.Location!.OriginalString);
        var course = await cluster.UntilAsync<ClassroomEnvironment>(new($"course-{name}", name), course => course.Status?.Ready == "3/3");
        Assert.Equal((name, "teacher1"), (course.Spec.Title, course.Spec.Teachers!.Single().Login));
        Assert.Equal(["student01 A", "student02 B", "student03 B"], course.Spec.Students!.Select(student => $"{student.Login} {student.Group}"));
        Assert.Equal(["teaching"], course.Spec.Access!.Networks);
        Assert.Equal("restricted", (await cluster.Admin.GetAsync<Namespace>(new("", $"course-{name}"), CancellationToken.None)).Metadata.Label("pod-security.kubernetes.io/enforce"));
        // A second click, and a reload of what was sent.
        Assert.Equal(HttpStatusCode.Found, (await form.SendAsync()).StatusCode);
        Assert.Contains($"course-{name}", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_typed_comes_back_with_a_sentence_at_each_field_that_is_wrong()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        var form = await RightAsync(browser);
        form.Fill("Title", "  <b>深度</b> ").Fill("Roster", "\n\nstudent01 A\nSTUDENT01\n</textarea><script>x</script>/\n").Fill("Kind", "Table")
            .Fill("rowName", "TP 1").Fill("rowDate", "31/02/2026").Fill("rowStart", "deux heures").Fill("rowEnd", "17h").Fill("rowHandIn", "demain").Fill("rowGroups", "A, B")
            .Fill("Weeks", "beaucoup").Fill("Holidays", "\nNoël").Fill("ValidFrom", "bientôt").Fill("ValidUntil", "2026-02-30").Fill("TimeZone", "Europe/Reims").Fill("StorageSize", "grand")
            .Fill("Teachers", "a/b").Fill("Calendar", "BEGIN:VCALENDAR").Fill("Networks", "moon", 1);
        var back = await form.SendForPageAsync();
        Assert.Equal(Written(form.Fields.Where(field => field.Key != "Networks" || field.Value == "teaching")), Written(back.Fields));
        Assert.Equal(["Ligne 4\u00a0: «\u00a0STUDENT01\u00a0» est déjà à la ligne 3 (majuscules et minuscules ne comptent pas). Gardez une seule des deux lignes."], back.ProblemsAt("Roster").Take(1));
        Assert.Equal("Ligne 1\u00a0: La date «\u00a031/02/2026\u00a0» n’est pas une date. Écrivez par exemple 23/11/2026.", back.ProblemsAt("Timetable")[0]);
        Assert.Equal("«\u00a0Europe/Reims\u00a0» n’est pas un fuseau horaire. Écrivez un nom comme Europe/Paris.", Assert.Single(back.ProblemsAt("TimeZone")));
        Assert.Equal(2, back.ProblemsAt("Validity").Count);
        Assert.Equal("Le site n’a pas de réseau «\u00a0moon\u00a0».", Assert.Single(back.ProblemsAt("Networks")));
        Assert.Equal("Écrivez la taille comme 20Gi.", Assert.Single(back.ProblemsAt("Storage")));
        Assert.Equal("«\u00a0a/b\u00a0» n’est pas un identifiant. Corrigez-le.", Assert.Single(back.ProblemsAt("Teachers")));
        Assert.Empty(back.Page.QuerySelectorAll("main script, main b"));
        Assert.Equal(
            ["calendar", "roster", "storage", "teachers", "title", "ValidFrom", "ValidUntil", "zone"],
            back.Page.QuerySelectorAll("[aria-invalid=true]").Select(field => field.Id ?? field.GetAttribute("name")!).Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_hostile_title_is_text_wherever_it_is_shown()
    {
        const string hostile = "</textarea></code><script>alert(1)</script><img src=x onerror=alert(1)> \"'&{{";
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        var form = await RightAsync(browser);
        form.Fill("Title", hostile).Fill("Roster", $"student01 {hostile[..60].Replace(' ', '_')}");
        foreach (var page in new[] { (await form.SendForPageAsync("Check")).Page, FilledForm.Parse(await (await form.SendAsync("Check", byScript: true)).Content.ReadAsStringAsync()) })
        {
            Assert.Empty(page.QuerySelectorAll("main script, main img, body > script, #answer script, [onerror]"));
            Assert.Contains(hostile, page.QuerySelectorAll("dd").Select(item => item.TextContent));
        }
    }

    [Fact]
    public async Task While_it_is_typed_it_is_checked_and_what_is_still_empty_is_not_told()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher, "en");
        var form = await FilledForm.OpenAsync(browser, "/courses/new");
        form.Fill("Template", given.Template).Fill("rowDate", "2099-11-23").Fill("rowStart", "14:00").Fill("rowEnd", "13:00");
        var answer = FilledForm.Parse(await (await form.SendAsync("Check", byScript: true)).Content.ReadAsStringAsync());
        Assert.Equal("Line 1: The lesson ends (13:00) before it starts (14:00). Correct its start or its end.", Assert.Single(FilledForm.Problems(answer, "Timetable")));
        Assert.All(new[] { "Title", "Roster", "Template" }, field => Assert.Empty(FilledForm.Problems(answer, field)));
        Assert.Null(answer.QuerySelector("form"));

        form.Fill("rowEnd", "17:00").Fill("Roster", string.Join('\n', Enumerable.Range(1, 5).Select(number => $"student{number} A")));
        answer = FilledForm.Parse(await (await form.SendAsync("Check", byScript: true)).Content.ReadAsStringAsync());
        // Into the element that was there before: what comes with its text is not read aloud.
        Assert.Equal("All fits on the site, at the times of the lessons.", answer.QuerySelector("#fit[hx-swap-oob=innerHTML] .fits")!.TextContent);
        Assert.Equal("", form.Page.QuerySelector("#fit[role=status]")!.TextContent.Trim());
        Assert.Empty(answer.QuerySelectorAll("[role=status]"));
        Assert.Equal(["tp1", "Monday 23 November 2099, 14:00 – 17:00", "–", "all (5)", "fits"], answer.QuerySelectorAll(".preview-lessons tbody tr > *").Select(cell => cell.TextContent));
        Assert.Contains("kind: ClassroomEnvironment", answer.QuerySelector("#yaml code")!.TextContent, StringComparison.Ordinal);
        Assert.Null(await cluster.Admin.FindAsync<Namespace>(new("", $"course-{name}"), CancellationToken.None));
    }

    [Fact]
    public async Task What_does_not_fit_is_told_and_is_created_only_if_it_is_wanted()
    {
        await given.PutTemplateAsync(devices: new Dictionary<string, Quantity> { ["amd.com/gpu"] = "1" });
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        var form = (await RightAsync(browser)).Fill("Roster", string.Join('\n', Enumerable.Range(1, 9).Select(number => $"student{number}"))).Fill("ValidFrom", "2099-01-01").Fill("ValidUntil", "2099-01-02");
        FilledForm back = null!;
        // The template reaches the portal by its watch.
        await ClusterFixture.EventuallyAsync(async () => (back = await form.SendForPageAsync("Check")).Page.QuerySelectorAll("#fit .problem").Length == 1, () => Task.FromResult(back.Page.Body!.TextContent));
        Assert.Equal(
            "Le cours a 9 places, et les machines du site, même vides, en porteraient 4 (amd.com/gpu manque d’abord). Raccourcissez la liste, choisissez un modèle moins exigeant, ou demandez plus de machines à l’administrateur.",
            back.Page.QuerySelector("#fit .problem")!.TextContent);
        Assert.Contains("432\u00a0h amd.com/gpu", back.Page.QuerySelectorAll("dd").Select(item => item.TextContent));
        var refused = await form.SendForPageAsync();
        Assert.StartsWith("Tout ne tient pas sur le site.", Assert.Single(refused.ProblemsAt("Site")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await refused.Fill("IsWantedAnyway", "true").SendAsync()).StatusCode);
    }

    [Fact]
    public async Task Files_are_read_into_the_form_without_the_names_of_people()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        var form = (await RightAsync(browser)).Fill("Roster", "").Fill("Kind", "Calendar");
        form.Choose("RosterFile", "participants.csv", Encoding.Latin1.GetBytes("N° étudiant;Nom;Prénom;Groupe\r\n21901;MÜLLER;Élodie;A\r\n21902;ETT;Jean;B\r\n"));
        form.Choose("CalendarFile", "tp.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:TP gr A\nDTSTART:20991123T130000Z\nDTEND:20991123T150000Z\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\nEND:VCALENDAR\n"u8.ToArray());
        var answer = FilledForm.Parse(await (await form.SendAsync("Check", byScript: true)).Content.ReadAsStringAsync());
        Assert.Equal("21901\tA\n21902\tB", answer.QuerySelector("textarea#roster[hx-swap-oob]")!.TextContent);
        Assert.NotNull(answer.QuerySelector("input#roster-file[hx-swap-oob]"));
        Assert.StartsWith("BEGIN:VCALENDAR", answer.QuerySelector("textarea#calendar[hx-swap-oob]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, answer.QuerySelectorAll(".preview-lessons tbody tr").Length);

        // Without script, the page has them; and the calendar's lessons can be changed one by one.
        var table = await form.SendForPageAsync("Table");
        Assert.DoesNotContain("MÜLLER", table.Page.Source.Text, StringComparison.Ordinal);
        Assert.Equal(("Table", "tp-gr-a-1", "2099-11-23", "14:00"), (Value(table, "Kind"), Value(table, "rowName"), Value(table, "rowDate"), Value(table, "rowStart")));
        Assert.Equal(HttpStatusCode.Found, (await table.SendAsync()).StatusCode);
        var course = await cluster.Admin.GetAsync<ClassroomEnvironment>(new($"course-{name}", name), CancellationToken.None);
        Assert.Equal(["tp-gr-a-1 2099-11-23T14:00 A", "tp-gr-a-2 2099-11-30T14:00 A"], course.Spec.Lessons!.Select(lesson => $"{lesson.Name} {lesson.Start} {lesson.Groups![0]}"));
    }

    [Fact]
    public async Task A_file_that_is_none_leaves_what_was_there()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        var back = await (await RightAsync(browser)).Choose("RosterFile", "list.xlsx", "PK\u0003\u0004 and so on"u8.ToArray()).SendForPageAsync();
        Assert.StartsWith("C’est un classeur (Excel, LibreOffice)", Assert.Single(back.ProblemsAt("Roster")), StringComparison.Ordinal);
        Assert.Equal("student01 A\nstudent02 B\nstudent03 B", Value(back, "Roster"));
    }

    [Fact]
    public async Task Ten_thousand_lines_and_five_hundred_rows_are_answered()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher, "en");
        var form = (await RightAsync(browser)).Fill("Roster", string.Join('\n', Enumerable.Range(0, 10_000).Select(number => $"student{number}"))).Fill("Kind", "Table");
        for (var i = 0; i < 500; i++)
        {
            foreach (var (field, value) in new[] { ("rowName", ""), ("rowDate", NodaTime.Text.LocalDatePattern.Iso.Format(new NodaTime.LocalDate(2098, 1, 1).PlusDays(i))), ("rowStart", "14:00"), ("rowEnd", "17:00"), ("rowHandIn", ""), ("rowGroups", "") })
                form.Fill(field, value, i);
        }

        var back = await form.SendForPageAsync();
        Assert.Equal("The list has 10000 lines, and a course has at most 5000 students. Make several courses.", Assert.Single(back.ProblemsAt("Roster")));
        Assert.Empty(back.ProblemsAt("Timetable"));
        Assert.Equal(500, back.Page.QuerySelectorAll(".preview-lessons tbody tr").Length);
    }

    [Fact]
    public async Task Nobody_but_a_teacher_gets_the_form_or_may_send_it()
    {
        using var teacher = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        using var student = await portal.SignInAsync("student01");
        using var researcher = await portal.SignInAsync("researcher1", SiteRole.Researcher);
        using var nobody = portal.Browser();
        Assert.Equal(HttpStatusCode.Forbidden, (await student.GetAsync("/courses/new")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await researcher.GetAsync("/courses/new")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await nobody.GetAsync("/courses/new")).StatusCode);
        Assert.DoesNotContain("/courses/new", await student.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains("/courses/new", await teacher.GetStringAsync("/"), StringComparison.Ordinal);
        // What a teacher's page sends, from the browser of a student.
        var form = await RightAsync(teacher);
        foreach (var browser in new[] { student, nobody })
        {
            using var content = new FormUrlEncodedContent(form.Fields);
            Assert.NotEqual(HttpStatusCode.Found, (await browser.PostAsync("/courses/new", content)).StatusCode);
        }

        Assert.Null(await cluster.Admin.FindAsync<Namespace>(new("", $"course-{name}"), CancellationToken.None));
    }

    [Fact]
    public async Task Whose_session_is_over_is_told_so_and_keeps_what_was_typed()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        using var student = await portal.SignInAsync("student01");
        var form = await RightAsync(browser);
        Assert.Equal(HttpStatusCode.NoContent, await KnownAsync(browser));
        Assert.Equal(HttpStatusCode.Forbidden, await KnownAsync(student));
        await browser.PostAsync("/leave", null);
        Assert.Equal(HttpStatusCode.Unauthorized, await KnownAsync(browser));
        foreach (var handler in new[] { "Check", "Rows" })
        {
            // No page that htmx would put into the form.
            var answer = await form.SendAsync(handler, byScript: true);
            Assert.Equal((HttpStatusCode.Unauthorized, null), (answer.StatusCode, answer.Headers.Location));
        }

        // What the script then shows is on the page from the beginning.
        var place = form.Page.QuerySelector("#new-course > .trouble[role=alert]")!;
        Assert.Equal(("", "?handler=Known"), (place.TextContent, form.Page.QuerySelector("#new-course")!.GetAttribute("data-asks-first")));
        Assert.StartsWith("Votre session est terminée.", place.GetAttribute("data-on-ended"), StringComparison.Ordinal);
        Assert.All(new[] { "none", "size", "other" }, reason => Assert.NotEmpty(place.GetAttribute($"data-on-{reason}")!));

        static async Task<HttpStatusCode> KnownAsync(HttpClient who)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/courses/new?handler=Known") { Headers = { { "HX-Request", "true" } } };
            using var answer = await who.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Another_page_cannot_send_it()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        var form = await RightAsync(browser);
        Assert.Equal(HttpStatusCode.BadRequest, (await form.Without("__RequestVerificationToken").SendAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await form.SendAsync("Check", byScript: true)).StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/courses/new") { Content = new FormUrlEncodedContent((await RightAsync(browser)).Fields), Headers = { { "Origin", $"http://abcdef.{portal.Options.SeatsDomain}" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(foreign)).StatusCode);
        Assert.Null(await cluster.Admin.FindAsync<Namespace>(new("", $"course-{name}"), CancellationToken.None));
    }

    [Fact]
    public async Task The_manifest_is_downloaded_as_it_would_be_applied()
    {
        using var browser = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        var answer = await (await RightAsync(browser)).SendAsync("Yaml");
        Assert.Equal(("application/yaml", $"{name}.yaml"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.FileName));
        var documents = MesoNet.IAaS.Kubernetes.Serialization.KubernetesYaml.ReadDocuments(await answer.Content.ReadAsStringAsync());
        Assert.Equal(["Namespace", "ClassroomEnvironment"], documents.Select(document => document["kind"]!.GetValue<string>()));
    }

    private static string Value(FilledForm form, string field) => form.Fields.First(item => item.Key == field).Value;

    // What comes back is the same but for the token, which is another each time, and line ends, which browsers write as they like.
    private static List<string> Written(IEnumerable<KeyValuePair<string, string>> fields) =>
        [.. fields.Where(field => field.Key is not ("__RequestVerificationToken" or "ShownTemplate")).OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={field.Value.ReplaceLineEndings("\n")}")];

    private async Task<FilledForm> RightAsync(HttpClient browser)
    {
        FilledForm form = null!;
        // The template reaches the portal by its watch.
        await ClusterFixture.EventuallyAsync(
            async () => (form = await FilledForm.OpenAsync(browser, "/courses/new")).Page.QuerySelector($"option[value={given.Template}]") is not null, () => Task.FromResult(form.Page.Body!.TextContent));
        return form.Fill("Title", name).Fill("Template", given.Template).Fill("Roster", "student01 A\nstudent02 B\nstudent03 B").Fill("Kind", "None").Fill("Networks", "teaching");
    }
}
