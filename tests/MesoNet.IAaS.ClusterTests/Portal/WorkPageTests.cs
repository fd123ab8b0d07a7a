using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using MesoNet.IAaS.ClusterTests.Reading;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Reading;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>Code, report and work by the portal's pages: a real API server, a real operator, and the reader's program at the address of its pod.</summary>
public sealed class WorkPageTests(ClusterFixture cluster)
{
    private const string Page = "/courses/";
    private static readonly string Commit = new('a', 40);

    [Fact]
    public async Task A_teacher_reads_the_report_and_downloads_the_work_through_a_pod_that_the_operator_made()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var teacher = await portal.SignInAsync("teacher1");
        Assert.Contains("Lire le rapport", await teacher.ReadAsync($"{path}/report"), StringComparison.Ordinal);
        Assert.Equal($"{path}/work/tp1", await teacher.WhereAsync($"{path}/work/tp1/zip"));
        Assert.DoesNotContain(await courses.ListAsync<Pod>(), pod => pod.Metadata.Name == "course-reader");

        await using var reader = await AskAsync(courses, teacher, $"{path}/report");
        await ClusterFixture.EventuallyAsync(
            async () => (await teacher.ReadAsync($"{path}/report")).Contains("le nouveau est tp1.nouveau", StringComparison.Ordinal), async () => await teacher.ReadAsync($"{path}/report"));
        var report = await teacher.ReadAsync($"{path}/report");
        Assert.Contains(Commit, report, StringComparison.Ordinal);
        // Who has a conflict comes first.
        Assert.True(report.IndexOf("student02", StringComparison.Ordinal) < report.IndexOf("student01", StringComparison.Ordinal), report);
        Assert.Contains("95\u00a0%", report, StringComparison.Ordinal);

        Assert.Contains($"0;url={path}/work/tp1/zip", await teacher.ReadAsync($"{path}/work/tp1"), StringComparison.Ordinal);
        var zip = await ZipAsync(teacher, $"{path}/work/tp1/zip");
        Assert.Equal(("the answer", "mine", "too late"), (zip["student01/tp1.py"], zip["student02/tp1.py"], zip["late/student02/tp1.py"]));
        Assert.Contains("+the answer", zip["diff/student01.diff"], StringComparison.Ordinal);
        Assert.Contains("student01,A,2026-11-27 22:59:00,no", zip["rendus.csv"], StringComparison.Ordinal);
        Assert.Contains("manifests/late/student02.json", zip.Keys);
    }

    [Fact]
    public async Task An_assistant_gets_their_groups_work_and_nothing_of_the_code()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var assistant = await portal.SignInAsync("assistant1");
        Assert.DoesNotContain("Mettre à jour le code", await assistant.ReadAsync(path), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await assistant.StatusAsync($"{path}/code"));
        Assert.Equal(HttpStatusCode.Forbidden, await assistant.StatusAsync($"{path}/code/events"));
        using var tried = await assistant.PostAsync($"{path}/code", "Update", path, ("reference", "v2"));
        Assert.Equal(HttpStatusCode.Forbidden, tried.StatusCode);
        Assert.Null((await CourseAsync(courses)).Spec.Code);

        await using var reader = await AskAsync(courses, assistant, $"{path}/report");
        await ClusterFixture.EventuallyAsync(
            async () => (await assistant.ReadAsync($"{path}/report")).Contains("student01", StringComparison.Ordinal), async () => await assistant.ReadAsync($"{path}/report"));
        Assert.DoesNotContain("student02", await assistant.ReadAsync($"{path}/report"), StringComparison.Ordinal);
        var zip = await ZipAsync(assistant, $"{path}/work/tp1/zip");
        Assert.Equal("the answer", zip["student01/tp1.py"]);
        Assert.DoesNotContain(zip, file => file.Key.Contains("student02", StringComparison.Ordinal) || file.Value.Contains("student02", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_that_is_not_what_its_manifest_says_breaks_the_download_off()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var teacher = await portal.SignInAsync("teacher1");
        await using var reader = await AskAsync(courses, teacher, $"{path}/work/tp1");
        await ClusterFixture.EventuallyAsync(
            async () => (await teacher.ReadAsync($"{path}/work/tp1")).Contains("Le téléchargement commence", StringComparison.Ordinal), async () => await teacher.ReadAsync($"{path}/work/tp1"));
        // Large enough for the browser to have a part of it by then.
        await reader.HandInAsync(ObjectNames.Seat("course", "student02"), "student02", new string('x', 1 << 20), sha256: "0000");
        try
        {
            using var answer = await teacher.Http.GetAsync(new Uri($"{path}/work/tp1/zip", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            if (answer.StatusCode == HttpStatusCode.OK) await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync());
            else Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        }
        catch (HttpRequestException broken) when (broken.InnerException is IOException)
        {
            // Broken off before this process had read what came first.
        }
    }

    [Fact]
    public async Task Students_and_other_teachers_get_nothing_and_a_form_of_elsewhere_does_nothing()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var teacher = await portal.SignInAsync("teacher1");
        using var stranger = await portal.SignInAsync("teacher2");
        using var student = portal.NewBrowser();
        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student01");
        await student.WhereAsync(portal.Links.PathTo(seat, await CourseAsync(courses)));
        foreach (var page in new[] { $"{path}/report", $"{path}/work/tp1", $"{path}/work/tp1/zip", $"{path}/code", $"{path}/code/events", $"{path}/reader/events", $"{path}/reader/events?lesson=tp1" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await stranger.StatusAsync(page));
            Assert.Equal(HttpStatusCode.Forbidden, await student.StatusAsync(page));
        }

        // Without the token of a page, and from a seat's page with the teacher's cookies.
        foreach (var form in new[] { $"{path}/report", $"{path}/work/tp1", $"{path}/code?handler=Update" })
        {
            using var bare = await teacher.Http.PostAsync(new Uri(form, UriKind.Relative), new FormUrlEncodedContent([KeyValuePair.Create("reference", "v2")]));
            Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
            using var elsewhere = new HttpRequestMessage(HttpMethod.Post, form) { Headers = { { "Origin", "http://seat.localhost:1" } } };
            using var refused = await teacher.Http.SendAsync(elsewhere);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        var course = await CourseAsync(courses);
        Assert.Equal((null, null), (course.Spec.ReadUntil, course.Spec.Code));
        Assert.Equal(HttpStatusCode.NotFound, await teacher.StatusAsync($"{path}/work/tp9"));
    }

    [Fact]
    public async Task A_teacher_gives_the_newest_of_the_code_or_another_version_and_what_is_no_ref_is_refused()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var teacher = await portal.SignInAsync("teacher1");
        Assert.Contains(ClusterFixture.Commit, await teacher.ReadAsync($"{path}/code"), StringComparison.Ordinal);
        foreach (var bad in new[] { "--upload-pack=touch /tmp/x", "$(id)", "a..b", "x y" })
            Assert.Contains("pas le nom d’une version", await teacher.DoAsync($"{path}/code", "Update", ("reference", bad)), StringComparison.Ordinal);
        Assert.Null((await CourseAsync(courses)).Spec.Code);

        Assert.Contains("C’est demandé", await teacher.DoAsync($"{path}/code", "Update", ("reference", "main")), StringComparison.Ordinal);
        var course = await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, course => course.Status?.Materials?.Look is { Length: > 0 } && course.Status.Materials.Commit is not null);
        // The template's own needs no writing down.
        Assert.Equal((null, "main"), (course.Spec.Code!.Ref, course.Status!.Materials!.Ref));
        await teacher.DoAsync($"{path}/code", "Update", ("reference", "v2"));
        await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, course => course.Status?.Materials is { Ref: "v2", Commit: not null });
        await ClusterFixture.EventuallyAsync(
            async () => (await teacher.ReadAsync($"{path}/code")).Contains("choisie pour ce cours", StringComparison.Ordinal), async () => await teacher.ReadAsync($"{path}/code"));
        // The API server refuses what the portal would.
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Admin.MergePatchAsync<ClassroomEnvironment>(
            courses.Key, new() { ["spec"] = new JsonObject { ["code"] = new JsonObject { ["ref"] = "--upload-pack=x" } } }, CancellationToken.None));
    }

    private async Task<(Courses Courses, ClassPortal Portal, string Path)> NewClassAsync()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(spec => spec with
        {
            TimeZone = "Etc/UTC",
            Teachers = [new() { Login = "teacher1" }, new() { Login = "assistant1", Groups = ["A"] }],
            Students = [new() { Login = "student01", Group = "A" }, new() { Login = "student02", Group = "B" }],
            Lessons = [new() { Name = "tp1", Start = Local(-10), End = Local(60) }],
        });
        await courses.UntilReadyAsync();
        return (courses, await ClassPortal.StartAsync(cluster, courses.Key.Namespace!), $"{Page}{courses.Key.Namespace}/{courses.Key.Name}");
    }

    // The simulated node gives pods an address where nobody is: the reader's gets that of the program.
    private async Task<ReaderProgram> AskAsync(Courses courses, ClassBrowser teacher, string page)
    {
        using var asked = await teacher.PostAsync(page, null, page);
        Assert.Equal(page, asked.Headers.Location?.OriginalString);
        var key = new ObjectKey(courses.Key.Namespace!, HomesReader.Name(courses.Key.Name!));
        await cluster.UntilAsync<Pod>(key, pod => pod.Status?.Phase == "Running");
        var tokens = await cluster.Admin.GetAsync<Secret>(new(courses.Key.Namespace!, Tokens.SecretName(courses.Key.Name!)), CancellationToken.None);
        var reader = await ReaderProgram.StartAsync(System.Text.Encoding.ASCII.GetString(tokens.Data![Tokens.ReaderEntry]));
        var (first, second) = (ObjectNames.Seat("course", "student01"), ObjectNames.Seat("course", "student02"));
        reader.Write("volume/.mesonet/report.json", $$"""{"commit":"{{Commit}}","directory":"tp","homes":{"{{first}}":{"updated":["tp1.py"]},"{{second}}":{"kept":[{"file":"tp1.py","why":"changed","beside":"tp1.nouveau-aaaaaaa.py"}]} } }""");
        reader.Write("volume/.mesonet/use.json", $$"""{"measuredAt":"2026-11-28T12:00:00Z","quota":{"bytes":100,"files":100},"volume":{"bytes":1000},"homes":{"{{first}}":{"bytes":95,"files":1,"unreadable":false} } }""");
        await reader.HandInAsync(first, "student01", "the answer");
        await reader.HandInAsync(second, "student02", "mine");
        await reader.HandInAsync(second, "student02", "too late", "late");
        await cluster.Admin.MergePatchAsync<Pod>(
            key, new() { ["status"] = new JsonObject { ["podIP"] = $"{reader.Address}", ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = $"{reader.Address}" }) } }, CancellationToken.None, "status");
        return reader;
    }

    private static async Task<Dictionary<string, string>> ZipAsync(ClassBrowser teacher, string path)
    {
        using var answer = await teacher.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("course-tp1.zip", answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        await using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(), ZipArchiveMode.Read);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            using var text = new StreamReader(await entry.OpenAsync());
            files.Add(entry.FullName, await text.ReadToEndAsync());
        }

        return files;
    }

    private static string Local(int minutes) => LocalTimes.Write(LocalDateTime.FromDateTime(DateTime.UtcNow.AddMinutes(minutes)));

    private Task<ClassroomEnvironment> CourseAsync(Courses courses) => cluster.Admin.GetAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);
}
