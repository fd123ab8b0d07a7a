using System.Net;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>Extensions and late hand-ins by the portal's own pages, with a real operator that takes the work: deadlines are moved instead of waited for.</summary>
public sealed class ExtensionPageTests(ClusterFixture cluster)
{
    // Where clocks are never changed: in the night in which they go back an hour of the day is two.
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Indian/Reunion"];

    // Of each test: minutes are counted from the one in which it began.
    private readonly Instant began = Instant.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60 * 60);

    [Fact]
    public async Task An_extension_moves_the_deadline_of_one_student_and_of_nobody_else()
    {
        var (courses, portal) = await NewClassAsync(Lesson("tp1", -200, -110, 60), Lesson("tp2", -100, -10, 120));
        await using var _ = portal;
        var (own, other) = (await SeatAsync(courses, "student01"), await SeatAsync(courses, "student02"));
        using var teacher = await portal.SignInAsync("teacher1");
        using var student = await EnterAsync(portal, courses, own);
        using var neighbour = await EnterAsync(portal, courses, other);
        var (tp1, tp2, extended) = (Local(60), Local(120), Local(3 * 1440));
        // A second deadline is no less a deadline than the next one.
        foreach (var (browser, seat) in new[] { (student, own), (neighbour, other) })
            Assert.Equal([Row(tp1, "tp1"), Row(tp2, "tp2")], DeadlinesOn(await browser.ReadAsync(PageOf(seat))));

        var said = await teacher.DoAsync(TeachersPageOf(own), "Extend", ("until", LocalTimes.Write(extended)));
        Assert.Contains($"student01 peut rendre tp2 jusqu’au {Written(extended, "dddd d MMMM", Language.French)}", said, StringComparison.Ordinal);
        await UntilOnPageAsync(student, own, page => DeadlinesOn(page).SequenceEqual([Row(tp1, "tp1"), Row(extended, "tp2")]));
        Assert.Equal([Row(tp1, "tp1"), Row(extended, "tp2")], DeadlinesOn(await teacher.ReadAsync(TeachersPageOf(own))));
        Assert.Equal([Row(tp1, "tp1"), Row(tp2, "tp2")], DeadlinesOn(await neighbour.ReadAsync(PageOf(other))));
        student.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        var english = await student.ReadAsync(PageOf(own));
        Assert.Contains($"{Written(extended, "dddd d MMMM 'at' HH:mm", Language.English)} (tp2)", english, StringComparison.Ordinal);
        Assert.Contains("Hand in by", english, StringComparison.Ordinal);

        // Everybody's deadlines pass, in their order, by which an extension finds its lesson: the operator takes the others' work, and the one with an extension hands in in time still.
        await courses.PutAsync(spec => With(spec, Lesson("tp1", -200, -110, -3), Lesson("tp2", -100, -10, -2)));
        await UntilTakenAsync(courses, "tp2");
        await cluster.UntilAsync<Seat>(own.Key, seat => seat.Status?.Taken is [{ Lesson: "tp2" } note] && note.Until < Moment(Local(-2)).ToDateTimeOffset());
        await UntilOnPageAsync(neighbour, other, page => page.Contains("Rendre en retard (tp2)", StringComparison.Ordinal));
        await UntilOnPageAsync(student, own, page => page.Contains("Hand in now (tp2)", StringComparison.Ordinal) && page.Contains("Hand in late (tp1)", StringComparison.Ordinal));
        await HandInAsync(student, own, "tp2", "hand-in");
        await cluster.UntilAsync<Seat>(own.Key, seat => seat.Status?.HandedIn is [{ Lesson: "tp2", Late: not true, Problem: null }]);
    }

    [Fact]
    public async Task The_students_page_says_by_itself_that_the_work_has_been_handed_in()
    {
        var (courses, portal) = await NewClassAsync(Lesson("tp1", -100, -10, 60));
        await using var _ = portal;
        var (seat, other) = (await SeatAsync(courses, "student01"), await SeatAsync(courses, "student02"));
        using var student = await EnterAsync(portal, courses, seat);
        using var stream = await EventStream.OpenAsync(student.Http, await student.ReadAsync(PageOf(seat)));
        await stream.UntilAsync("Votre environnement est arrêté");
        Assert.Contains("Cette page le dira", await HandInAsync(student, seat, "tp1", "hand-in"), StringComparison.Ordinal);
        await stream.UntilAsync("<dt>Rendu</dt><dd>tp1, ");
        Assert.Equal(HttpStatusCode.Forbidden, await student.StatusAsync($"{PageOf(other)}/events"));
    }

    [Fact]
    public async Task What_comes_late_is_told_to_be_late_where_it_goes_and_that_the_earlier_one_counts()
    {
        var (courses, portal) = await NewClassAsync(Lesson("tp1", -100, -10, 60));
        await using var _ = portal;
        var seat = await SeatAsync(courses, "student01");
        using var teacher = await portal.SignInAsync("teacher1");
        using var student = await EnterAsync(portal, courses, seat);
        await HandInAsync(student, seat, "tp1", "hand-in");
        await UntilOnPageAsync(student, seat, page => page.Contains("tp1, ", StringComparison.Ordinal));
        Assert.DoesNotContain("en retard", await student.ReadAsync(PageOf(seat)), StringComparison.Ordinal);
        Assert.DoesNotContain("en retard", await teacher.ReadAsync(TeachersPageOf(seat)), StringComparison.Ordinal);

        await courses.PutAsync(spec => With(spec, Lesson("tp1", -100, -10, -2)));
        var taken = await UntilTakenAsync(courses, "tp1");
        // Said before it is done, too.
        await UntilOnPageAsync(student, seat, page => page.Contains("Rendre en retard (tp1)", StringComparison.Ordinal) && page.Contains("ce qui a été récupéré alors reste", StringComparison.Ordinal)
            && page.Contains("rangé à part pour l’enseignant, dans le dossier late", StringComparison.Ordinal));
        Assert.Contains("compte comme rendu en retard", await HandInAsync(student, seat, "tp1", "hand-in-late"), StringComparison.Ordinal);
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Status?.HandedIn is [{ Lesson: "tp1", Late: true, Problem: null }]);
        await UntilOnPageAsync(student, seat, page => page.Contains(", en retard\u00a0: rangé à part pour l’enseignant, dans le dossier late. Ce qui a été récupéré jusqu’à la date limite compte toujours.", StringComparison.Ordinal));
        Assert.Contains(", en retard\u00a0: rangé à part, dans le dossier late", await teacher.ReadAsync(TeachersPageOf(seat)), StringComparison.Ordinal);
        student.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        Assert.Contains(", late: kept apart for the teacher, in the folder late. What was taken up to the deadline still counts.", await student.ReadAsync(PageOf(seat)), StringComparison.Ordinal);
        // Nothing of what was taken at the deadline is touched.
        Assert.Equal(taken, (await CourseAsync(courses)).Status!.Submissions!.Lessons!.Single());
    }

    [Fact]
    public async Task An_extension_that_is_withdrawn_after_the_deadline_ends_at_once_and_the_work_is_taken()
    {
        var (courses, portal) = await NewClassAsync(Lesson("tp1", -100, -10, 60));
        await using var _ = portal;
        var seat = await SeatAsync(courses, "student01");
        using var teacher = await portal.SignInAsync("teacher1");
        using var student = await EnterAsync(portal, courses, seat);
        // Before the deadline it is as if there had been none.
        await teacher.DoAsync(TeachersPageOf(seat), "Extend", ("until", LocalTimes.Write(Local(1440))));
        await UntilOnPageAsync(student, seat, page => DeadlinesOn(page).SequenceEqual([Row(Local(1440), "tp1")]));
        Assert.Contains("student01 n’a plus de délai particulier", await teacher.DoAsync(TeachersPageOf(seat), "Extend", ("until", "")), StringComparison.Ordinal);
        await UntilOnPageAsync(student, seat, page => DeadlinesOn(page).SequenceEqual([Row(Local(60), "tp1")]));

        await teacher.DoAsync(TeachersPageOf(seat), "Extend", ("until", LocalTimes.Write(Local(1440))));
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Spec.HandInUntil is not null);
        await courses.PutAsync(spec => With(spec, Lesson("tp1", -100, -10, -2)));
        await UntilTakenAsync(courses, "tp1");
        await UntilOnPageAsync(student, seat, page => page.Contains("Rendre maintenant (tp1)", StringComparison.Ordinal));
        await teacher.DoAsync(TeachersPageOf(seat), "Extend", ("until", ""));
        var deadline = Moment(Local(-2)).ToDateTimeOffset();
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Status?.Taken is [{ Lesson: "tp1" } note] && note.Until == deadline);
        await UntilOnPageAsync(student, seat, page => page.Contains("Rendre en retard (tp1)", StringComparison.Ordinal) && DeadlinesOn(page).Count == 0);
        Assert.Null((await SeatAsync(courses, "student02")).Status?.Taken);
    }

    [Fact]
    public async Task An_extension_that_cannot_be_is_answered_with_a_sentence_and_changes_nothing()
    {
        var (courses, portal) = await NewClassAsync(Lesson("tp1", -100, -10, 60));
        await using var _ = portal;
        var seat = await SeatAsync(courses, "student01");
        var given = LocalTimes.Write(Local(1440));
        using var teacher = await portal.SignInAsync("teacher1");
        await teacher.DoAsync(TeachersPageOf(seat), "Extend", ("until", given));
        foreach (var (until, french, english) in new[]
        {
            (LocalTimes.Write(Local(30)), "il n’y a rien à prolonger", "there is nothing to extend"),
            (LocalTimes.Write(Local(-30)), "est déjà passé", "over already"),
            ("0000-01-01T00:00", "est déjà passé", "over already"),
            ("demain midi", "Écrivez le délai comme", "Write the extension as"),
            ("2027-02-30T12:00", "Écrivez le délai comme", "Write the extension as"),
            (LocalTimes.Write(Local(1440)) + ":00Z", "Écrivez le délai comme", "Write the extension as"),
            (new string('9', 5000), "Écrivez le délai comme", "Write the extension as"),
            (LocalTimes.Write(Local(40 * 1440)), "Le cours se termine avant ce moment", "The course is over before that moment"),
            (LocalTimes.Write(Local(400 * 1440)), "plus d’un an", "more than a year away"),
            ("9999-12-31T23:59", "plus d’un an", "more than a year away"),
        })
        {
            teacher.Http.DefaultRequestHeaders.AcceptLanguage.Clear();
            Assert.Contains(french, await teacher.DoAsync(TeachersPageOf(seat), "Extend", ("until", until)), StringComparison.Ordinal);
            teacher.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
            Assert.Contains(english, await teacher.DoAsync(TeachersPageOf(seat), "Extend", ("until", until)), StringComparison.Ordinal);
            Assert.Equal(given, (await SeatAsync(courses, "student01")).Spec.HandInUntil);
        }

        // A student of another course, one of another group, and the student themselves.
        var (others, elsewhere) = await NewClassAsync(Lesson("tp1", -100, -10, 60));
        await using var __ = elsewhere;
        await others.PutAsync(spec => With(spec, Lesson("tp1", -100, -10, 60)) with { Teachers = [new() { Login = "teacher2" }] });
        await cluster.UntilAsync<ClassroomEnvironment>(others.Key, course => course.Status?.ObservedGeneration == course.Metadata.Generation);
        using var assistant = await portal.SignInAsync("assistant1");
        using var student = await EnterAsync(portal, courses, seat);
        teacher.Http.DefaultRequestHeaders.AcceptLanguage.Clear();
        foreach (var (browser, form, victim) in new[]
        {
            (teacher, TeachersPageOf(seat), await SeatAsync(others, "student01")), (assistant, TeachersPageOf(seat), await SeatAsync(courses, "student02")), (student, PageOf(seat), await SeatAsync(courses, "student01")),
        })
        {
            using var refused = await browser.PostAsync(TeachersPageOf(victim), "Extend", form, ("until", LocalTimes.Write(Local(2880))));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("Ceci n’est pas à vous", WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()), StringComparison.Ordinal);
            Assert.Equal(victim.Spec.HandInUntil, (await cluster.Admin.GetAsync<Seat>(victim.Key, CancellationToken.None)).Spec.HandInUntil);
        }
    }

    private async Task<(Courses Courses, ClassPortal Portal)> NewClassAsync(params Lesson[] lessons)
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(spec => With(spec, lessons));
        await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, course => course.Status is { Stage: Stage.HandIn, Seats.Stopped: 2 });
        return (courses, await ClassPortal.StartAsync(cluster, courses.Key.Namespace!));
    }

    private ClassroomEnvironmentSpec With(ClassroomEnvironmentSpec spec, params Lesson[] lessons) => spec with
    {
        TimeZone = Zone.Id,
        Teachers = [new() { Login = "teacher1" }, new() { Login = "assistant1", Groups = ["A"] }],
        Students = [new() { Login = "student01", Group = "A" }, new() { Login = "student02", Group = "B" }],
        Validity = new() { Until = LocalDatePattern.Iso.Format(Local(30 * 1440).Date) },
        Lessons = lessons,
    };

    /// <summary>A lesson by minutes from the test's beginning.</summary>
    private Lesson Lesson(string name, int start, int end, int handInUntil) =>
        new() { Name = name, Start = LocalTimes.Write(Local(start)), End = LocalTimes.Write(Local(end)), HandInUntil = LocalTimes.Write(Local(handInUntil)) };

    private LocalDateTime Local(int minutes) => (began + Duration.FromMinutes(minutes)).InZone(Zone).LocalDateTime;

    private static Instant Moment(LocalDateTime time) => LocalTimes.Deadline(time, Zone);

    private static string PageOf(Seat seat) => $"/seats/{SeatHost.LabelOf(seat)}";

    private static string TeachersPageOf(Seat seat) => $"/class/{SeatHost.LabelOf(seat)}";

    // In French the first of a month is no plain number.
    private static string Written(LocalDateTime time, string format, Language language) =>
        time.ToDateTimeUnspecified().ToString(language == Language.French && time.Day == 1 ? format.Replace("d MMMM", "'1er' MMMM", StringComparison.Ordinal) : format, language.Culture);

    private static string Row(LocalDateTime deadline, string lesson) => $"{Written(deadline, "dddd d MMMM 'à' HH:mm", Language.French)} ({lesson})";

    /// <summary>The deadlines that a page shows, each with its lesson.</summary>
    private static List<string> DeadlinesOn(string page)
    {
        var rows = new List<string>();
        var title = FilledForm.Parse(page).QuerySelectorAll("dl.facts dt").FirstOrDefault(item => item.TextContent == "À rendre avant");
        for (var row = title?.NextElementSibling; row?.LocalName == "dd"; row = row.NextElementSibling) rows.Add(row.TextContent.Trim());
        return rows;
    }

    /// <summary>The student hands in by the form of their page; the page that answers.</summary>
    private static async Task<string> HandInAsync(ClassBrowser student, Seat seat, string lesson, string did)
    {
        using var answer = await student.PostAsync(PageOf(seat), "HandIn", PageOf(seat), ("lesson", lesson));
        Assert.Equal($"{PageOf(seat)}?did={did}", answer.Headers.Location?.OriginalString);
        return await student.ReadAsync(answer.Headers.Location!.OriginalString);
    }

    private static Task UntilOnPageAsync(ClassBrowser browser, Seat seat, Func<string, bool> isAsItShould) =>
        ClusterFixture.EventuallyAsync(async () => isAsItShould(await browser.ReadAsync(PageOf(seat))), () => browser.ReadAsync(PageOf(seat)));

    /// <summary>Waits until everybody's work for a lesson is taken; what the course says of it.</summary>
    private async Task<LessonSubmissions> UntilTakenAsync(Courses courses, string lesson)
    {
        var deadline = Moment(Local(-2)).ToDateTimeOffset();
        LessonSubmissions? taken = null;
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                var course = await CourseAsync(courses);
                taken = course.Status?.Submissions?.Lessons?.SingleOrDefault(item => item.Name == lesson);
                if (taken?.TakenUntil is null) await IsThereForDaysAsync(course);
                return taken?.TakenUntil == deadline;
            },
            async () => KubernetesYaml.Write(await CourseAsync(courses)));
        return taken!;
    }

    // What was due before there was the course is nobody's: so that deadlines can be in the past, all before yesterday is taken care of. The operator may write over it once.
    private Task<ClassroomEnvironment> IsThereForDaysAsync(ClassroomEnvironment course)
    {
        var until = (began - Duration.FromDays(2)).ToString("uuuu-MM-dd'T'HH:mm:ss'Z'", null);
        var marks = new JsonArray([.. course.Spec.Lessons!.Select(lesson => new JsonObject { ["name"] = lesson.Name, ["takenUntil"] = until })]);
        var patch = new JsonObject { ["status"] = new JsonObject { ["submissions"] = new JsonObject { ["lessons"] = marks } } };
        return cluster.Admin.MergePatchAsync<ClassroomEnvironment>(course.Key, patch, CancellationToken.None, "status");
    }

    private static async Task<ClassBrowser> EnterAsync(ClassPortal portal, Courses courses, Seat seat)
    {
        var browser = portal.NewBrowser();
        Assert.Equal(PageOf(seat), await browser.WhereAsync(portal.Links.PathTo(seat, (await courses.ListAsync<ClassroomEnvironment>()).Single())));
        return browser;
    }

    private Task<ClassroomEnvironment> CourseAsync(Courses courses) => cluster.Admin.GetAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);

    private static async Task<Seat> SeatAsync(Courses courses, string login) => (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == login);
}
