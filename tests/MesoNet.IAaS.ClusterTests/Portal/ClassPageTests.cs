using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>A teacher's class by the portal's own pages, on a real API server with a real operator.</summary>
public sealed class ClassPageTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_lesson_is_lengthened_and_ended_and_nothing_of_others_is_lost()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var teacher = await portal.SignInAsync("teacher1");
        var before = (await CourseAsync(courses)).Spec.Lessons![0].End;
        Assert.Contains("15 minutes de plus", await teacher.ReadAsync(path), StringComparison.Ordinal);
        // Somebody adds a student while the teacher looks at the page.
        await cluster.Admin.JsonPatchAsync<ClassroomEnvironment>(
            courses.Key, [new JsonObject { ["op"] = "add", ["path"] = "/spec/students/-", ["value"] = new JsonObject { ["login"] = "student03", ["group"] = "B" } }], CancellationToken.None);
        Assert.Contains("dure maintenant jusqu’à", await teacher.DoAsync(path, "Lengthen", ("lesson", "tp1"), ("end", before), ("minutes", "15")), StringComparison.Ordinal);
        var course = await CourseAsync(courses);
        Assert.Equal(LocalTimes.Time(before)!.Value.PlusMinutes(15), LocalTimes.Time(course.Spec.Lessons![0].End));
        Assert.Equal((3, "tp2"), (course.Spec.Students!.Count, course.Spec.Lessons[1].Name));
        // The same form once more: the page says that it was done.
        Assert.Contains("a changé entre-temps", await teacher.DoAsync(path, "Lengthen", ("lesson", "tp1"), ("end", before), ("minutes", "15")), StringComparison.Ordinal);
        Assert.Equal(course.Spec.Lessons[0].End, (await CourseAsync(courses)).Spec.Lessons![0].End);

        Assert.Contains("Les environnements s’arrêtent", await teacher.DoAsync(path, "Stop", ("lesson", "tp1"), ("end", course.Spec.Lessons[0].End)), StringComparison.Ordinal);
        await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, ended => ended.Status?.Stage is Stage.HandIn or Stage.Resting);
    }

    [Fact]
    public async Task A_course_that_is_changed_under_the_writer_is_looked_at_again()
    {
        var (courses, portal, _) = await NewClassAsync();
        await using var __ = portal;
        var course = await CourseAsync(courses);
        var inserted = false;
        using var client = new KubernetesClient(cluster.AdminConnection, TimeProvider.System, "mesonet-portal")
        {
            BeforeWrite = () =>
            {
                if (inserted) return;
                inserted = true;
#pragma warning disable VSTHRD002 // Right before the write, and not beside it.
                Task.Run(() => cluster.Admin.JsonPatchAsync<ClassroomEnvironment>(
                    courses.Key, [new JsonObject { ["op"] = "add", ["path"] = "/spec/lessons/0", ["value"] = new JsonObject { ["name"] = "tp0", ["start"] = "2026-01-05T14:00", ["end"] = "2026-01-05T17:00" } }],
                    CancellationToken.None)).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            },
        };
        var site = new SiteView(client, new(), PlatformCatalogue.BuiltIn, WatcherTimes.Default, TimeProvider.System, NullLogger<SiteView>.Instance);
        var said = await new LessonEnds(client, site, TimeProvider.System).LengthenAsync(new(course, true, []), "tp1", course.Spec.Lessons![0].End, 30, CancellationToken.None);
        Assert.Contains("now goes on until", said.English, StringComparison.Ordinal);
        var after = await CourseAsync(courses);
        Assert.Equal(["tp0", "tp1", "tp2"], after.Spec.Lessons!.Select(lesson => lesson.Name));
        Assert.Equal(LocalTimes.Time(course.Spec.Lessons[0].End)!.Value.PlusMinutes(30), LocalTimes.Time(after.Spec.Lessons![1].End));
    }

    [Fact]
    public async Task The_page_is_told_of_the_one_seat_that_changed()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var teacher = await portal.SignInAsync("teacher1");
        var (first, second) = (await LabelAsync(courses, "student01"), await LabelAsync(courses, "student02"));
        await ClusterFixture.EventuallyAsync(
            async () => (await teacher.ReadAsync(path)).Contains("2 prêts", StringComparison.Ordinal), async () => await teacher.ReadAsync(path));
        var stream = Regex.Match(await teacher.ReadAsync(path), "sse-connect=\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking).Groups["path"].Value;
        using var answer = await teacher.Http.GetAsync(new Uri(stream, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        // What the page shows already is not sent again.
        Assert.Equal(":", await lines.ReadLineAsync(patience.Token));

        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student02");
        // One that starts at once might be up again between two looks, which is no change to tell.
        await courses.RemakeWithoutStartAsync(seat);
        var told = "";
        while (!told.StartsWith("data: ", StringComparison.Ordinal)) told = await lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
        Assert.Contains($"<a id=\"{second}\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain(first, told, StringComparison.Ordinal);
        await courses.PutTemplateAsync();
        while (!told.Contains($"<a id=\"{second}\" class=\"up\"", StringComparison.Ordinal)) told = await lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
    }

    [Fact]
    public async Task An_assistant_sees_and_does_what_concerns_their_groups()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var assistant = await portal.SignInAsync("assistant1");
        var page = await assistant.ReadAsync(path);
        Assert.Contains("student01", page, StringComparison.Ordinal);
        Assert.DoesNotContain("student02", page, StringComparison.Ordinal);
        Assert.DoesNotContain("15 minutes de plus", page, StringComparison.Ordinal);
        var (own, other) = (await LabelAsync(courses, "student01"), await LabelAsync(courses, "student02"));
        Assert.Equal(HttpStatusCode.Forbidden, await assistant.StatusAsync($"/class/{other}"));
        Assert.Equal(HttpStatusCode.Forbidden, await assistant.StatusAsync($"/visit/{other}"));
        using var refused = await assistant.PostAsync($"/class/{other}", "Renew", $"/class/{own}", ("serial", "0"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.DoesNotContain("student02", await assistant.ReadAsync($"{path}/links.csv"), StringComparison.Ordinal);
        Assert.DoesNotContain("student02", await assistant.ReadAsync($"{path}/links/sheet"), StringComparison.Ordinal);
        // The lesson is of all groups.
        var end = (await CourseAsync(courses)).Spec.Lessons![0].End;
        using var tried = await assistant.PostAsync(path, "Lengthen", $"/class/{own}", ("lesson", "tp1"), ("end", end), ("minutes", "15"));
        Assert.Contains("pas celle de vos groupes", await assistant.ReadAsync(path), StringComparison.Ordinal);
        Assert.Equal(end, (await CourseAsync(courses)).Spec.Lessons![0].End);
    }

    [Fact]
    public async Task Nobody_goes_into_a_students_environment_unannounced()
    {
        var (courses, portal, _) = await NewClassAsync();
        await using var __ = portal;
        var label = await LabelAsync(courses, "student01");
        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student01");
        using var student = portal.NewBrowser();
        Assert.Equal($"/seats/{label}", await student.WhereAsync(portal.Links.PathTo(seat, await CourseAsync(courses))));
        Assert.DoesNotContain("teacher1", await student.ReadAsync($"/seats/{label}"), StringComparison.Ordinal);

        using var teacher = await portal.SignInAsync("teacher1");
        using var administrator = await portal.SignInAsync("root", SiteRole.Administrator);
        Assert.Equal($"/visit/{label}", await teacher.WhereAsync($"/open/{label}"));
        Assert.Equal($"/visit/{label}", await administrator.WhereAsync($"/open/{label}"));
        Assert.Contains("student01 verra sur sa page", await teacher.ReadAsync($"/visit/{label}"), StringComparison.Ordinal);
        using var announced = await teacher.PostAsync($"/visit/{label}", null, $"/visit/{label}");
        Assert.Equal($"/open/{label}", announced.Headers.Location?.OriginalString);
        await ClusterFixture.EventuallyAsync(
            async () => (await teacher.WhereAsync($"/open/{label}")).StartsWith($"http://{label}.localhost:", StringComparison.Ordinal), async () => await teacher.WhereAsync($"/open/{label}"));

        Assert.Equal("teacher1", (await cluster.Admin.GetAsync<Seat>(seat.Key, CancellationToken.None)).Spec.Visit?.By);
        Assert.Contains(await courses.ListAsync<Event>(), item => item is { Reason: "Visited", InvolvedObject.Kind: "Seat" } && item.InvolvedObject.Uid == seat.Metadata.Uid && item.Message!.Contains("teacher1", StringComparison.Ordinal));
        Assert.Contains("teacher1 a ouvert votre environnement", await student.ReadAsync($"/seats/{label}"), StringComparison.Ordinal);
        // One person's announcement is not another's, and the student needs none.
        Assert.Equal($"/visit/{label}", await administrator.WhereAsync($"/open/{label}"));
        Assert.Equal($"/open/{label}", await student.WhereAsync($"/visit/{label}"));
    }

    [Fact]
    public async Task A_seat_is_restarted_extended_handed_in_and_its_link_renewed()
    {
        var (courses, portal, _) = await NewClassAsync();
        await using var __ = portal;
        using var teacher = await portal.SignInAsync("teacher1");
        var path = $"/class/{await LabelAsync(courses, "student01")}";
        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student01");
        var pod = await cluster.Admin.GetAsync<Pod>(seat.Key, CancellationToken.None);

        Assert.Contains("redémarre", await teacher.DoAsync(path, "Restart", ("pod", pod.Metadata.Uid!)), StringComparison.Ordinal);
        var another = await cluster.UntilAsync<Pod>(seat.Key, found => found.Metadata.Uid != pod.Metadata.Uid);
        Assert.Contains("a déjà été redémarré", await teacher.DoAsync(path, "Restart", ("pod", pod.Metadata.Uid!)), StringComparison.Ordinal);
        Assert.Equal(another.Metadata.Uid, (await cluster.Admin.GetAsync<Pod>(seat.Key, CancellationToken.None)).Metadata.Uid);

        var until = LocalTimes.Write(Local(60 * 48));
        Assert.Contains("peut rendre", await teacher.DoAsync(path, "Extend", ("until", until)), StringComparison.Ordinal);
        Assert.Equal(until, (await SeatAsync(seat.Key)).Spec.HandInUntil);
        Assert.Contains("déjà passé", await teacher.DoAsync(path, "Extend", ("until", "2026-01-05T14:00")), StringComparison.Ordinal);
        Assert.Contains("n’a plus de délai", await teacher.DoAsync(path, "Extend", ("until", "")), StringComparison.Ordinal);
        Assert.Null((await SeatAsync(seat.Key)).Spec.HandInUntil);

        Assert.Contains("est récupéré dans les secondes", await teacher.DoAsync(path, "HandIn", ("lesson", "tp1")), StringComparison.Ordinal);
        Assert.Contains("tp1", (await SeatAsync(seat.Key)).Spec.HandIns!.Keys);
        Assert.Contains("reste ouvert", await teacher.DoAsync(path, "Stop"), StringComparison.Ordinal);

        var old = portal.Links.PathTo(seat, await CourseAsync(courses));
        var renewed = await teacher.DoAsync(path, "Renew", ("serial", "0"));
        Assert.Contains("ne vaut plus rien", renewed, StringComparison.Ordinal);
        Assert.Contains("pour y mettre fin tout de suite, redémarrez l’environnement", renewed, StringComparison.Ordinal);
        Assert.Equal(1, (await SeatAsync(seat.Key)).Spec.Invitation);
        using var student = portal.NewBrowser();
        await ClusterFixture.EventuallyAsync(async () => await student.WhereAsync(old) == "/?link=bad", async () => await student.WhereAsync(old));
        var events = (await courses.ListAsync<Event>()).Where(item => item.Source?.Component == ResourceEvents.Component).Select(item => item.Reason).ToHashSet();
        Assert.Superset(new HashSet<string?> { "Restarted", "Extended", "ExtensionTaken", "HandInAsked", "LinkRenewed" }, events);
    }

    [Fact]
    public async Task On_the_days_of_hand_in_a_seat_is_started_and_stopped()
    {
        var (courses, portal, _) = await NewClassAsync(spec => spec with { Lessons = [Lesson("tp1", -100, -1) with { HandInUntil = LocalTimes.Write(Local(600)) }] }, untilReady: false);
        await using var __ = portal;
        await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, course => course.Status is { Stage: Stage.HandIn, Seats.Stopped: 2 });
        using var teacher = await portal.SignInAsync("teacher1");
        var path = $"/class/{await LabelAsync(courses, "student01")}";
        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student01");
        await ClusterFixture.EventuallyAsync(async () => (await teacher.ReadAsync(path)).Contains("Démarrer", StringComparison.Ordinal), async () => await teacher.ReadAsync(path));
        Assert.Contains("est demandé", await teacher.DoAsync(path, "Start"), StringComparison.Ordinal);
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Status?.State == SeatState.Ready);
        Assert.Contains("s’arrête", await teacher.DoAsync(path, "Stop"), StringComparison.Ordinal);
        await cluster.UntilGoneAsync<Pod>(seat.Key);
    }

    [Fact]
    public async Task Forms_of_other_pages_and_people_who_do_not_teach_are_refused()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        var label = await LabelAsync(courses, "student01");
        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student01");
        using var teacher = await portal.SignInAsync("teacher1");
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("serial", "0")]);
        using var withoutToken = await teacher.Http.PostAsync(new Uri($"/class/{label}?handler=Renew", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.BadRequest, withoutToken.StatusCode);
        using var elsewhere = new HttpRequestMessage(HttpMethod.Post, $"/class/{label}?handler=Renew") { Headers = { { "Origin", $"http://{label}.localhost:1" } } };
        using var fromElsewhere = await teacher.Http.SendAsync(elsewhere);
        Assert.Equal(HttpStatusCode.Forbidden, fromElsewhere.StatusCode);
        Assert.Null((await SeatAsync(seat.Key)).Spec.Invitation);

        using var stranger = await portal.SignInAsync("teacher2", SiteRole.Teacher);
        using var student = portal.NewBrowser();
        await student.WhereAsync(portal.Links.PathTo(seat, await CourseAsync(courses)));
        foreach (var page in new[] { path, $"{path}/links", $"{path}/links.csv", $"{path}/links/sheet", $"{path}/events", $"/class/{label}", "/admin/hours.json" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await stranger.StatusAsync(page));
            Assert.Equal(HttpStatusCode.Forbidden, await student.StatusAsync(page));
        }

        Assert.Equal(HttpStatusCode.Forbidden, await teacher.StatusAsync("/admin"));
    }

    [Fact]
    public async Task Who_is_not_known_comes_back_to_the_page_they_wanted_once_they_are()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var nobody = portal.NewBrowser();
        var label = await LabelAsync(courses, "student01");
        foreach (var page in new[] { path, $"{path}/links?p=2", $"{path}/code", $"{path}/report", $"{path}/work/tp1", $"/class/{label}", $"/visit/{label}?to=%2Fx", "/courses/new?template=intro", "/admin" })
            Assert.Equal($"/?return={Uri.EscapeDataString(page)}", await nobody.WhereAsync(page));
    }

    [Fact]
    public async Task Links_are_listed_and_the_administrator_sees_the_site()
    {
        var (courses, portal, path) = await NewClassAsync();
        await using var _ = portal;
        using var teacher = await portal.SignInAsync("teacher1");
        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student01");
        var link = portal.Options.Origin + portal.Links.PathTo(seat, await CourseAsync(courses));
        foreach (var page in new[] { $"{path}/links", $"{path}/links.csv", $"{path}/links/sheet" }) Assert.Contains(link, await teacher.ReadAsync(page), StringComparison.Ordinal);

        using var administrator = await portal.SignInAsync("root", SiteRole.Administrator);
        Assert.Contains(path, await administrator.ReadAsync("/admin"), StringComparison.Ordinal);
        Assert.Contains("student02", await administrator.ReadAsync("/admin"), StringComparison.Ordinal);
        var numbers = JsonNode.Parse(await administrator.ReadAsync("/admin/hours.json?days=2"))!;
        Assert.Contains(numbers["resources"]!.AsArray(), resource => resource!["name"]!.GetValue<string>() == "nvidia.com/gpu" && resource["capacity"]!.GetValue<decimal>() == 8);
        Assert.Equal(numbers["hours"]!.AsArray().Count, numbers["resources"]![0]!["booked"]!.AsArray().Count);
    }

    private async Task<(Courses Courses, ClassPortal Portal, string Path)> NewClassAsync(Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec>? change = null, bool untilReady = true)
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(spec => (change ?? (same => same))(With(spec)));
        if (untilReady) await courses.UntilReadyAsync();
        return (courses, await ClassPortal.StartAsync(cluster, courses.Key.Namespace!), $"/courses/{courses.Key.Namespace}/{courses.Key.Name}");
    }

    private static ClassroomEnvironmentSpec With(ClassroomEnvironmentSpec spec) => spec with
    {
        TimeZone = "Etc/UTC",
        Teachers = [new() { Login = "teacher1" }, new() { Login = "assistant1", Groups = ["A"] }],
        Students = [.. spec.Students!.Select((student, index) => student with { Group = student.Group ?? (index == 0 ? "A" : "B") })],
        Lessons = [Lesson("tp1", -10, 60), Lesson("tp2", 1440, 1500)],
    };

    private static Lesson Lesson(string name, int start, int end) => new() { Name = name, Start = LocalTimes.Write(Local(start)), End = LocalTimes.Write(Local(end)) };

    private static LocalDateTime Local(int minutes) => LocalDateTime.FromDateTime(DateTime.UtcNow.AddMinutes(minutes));

    private Task<ClassroomEnvironment> CourseAsync(Courses courses) => cluster.Admin.GetAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);

    private Task<Seat> SeatAsync(ObjectKey key) => cluster.Admin.GetAsync<Seat>(key, CancellationToken.None);

    private static async Task<string> LabelAsync(Courses courses, string login) => SeatHost.LabelOf((await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == login));
}
