using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.Portal;

/// <summary>What the pages of a large course weigh.</summary>
public sealed class PageSizesTests(ClusterFixture cluster)
{
    private const int MostBytes = 150_000;
    private const int Students = 1000;

    [Fact]
    public async Task Each_page_is_small_at_a_thousand_students_and_the_sheet_of_their_links_has_a_few_megabytes()
    {
        var courses = await Courses.NewAsync(cluster);
        // A lesson of nobody's: the seats are there, and take no room from the courses of other tests.
        await courses.PutAsync(spec => spec with
        {
            TimeZone = "Etc/UTC", Teachers = [new() { Login = "teacher1" }],
            Students = [.. Enumerable.Range(0, Students).Select(number => new Student { Login = $"student{number:0000}", Group = number % 2 == 0 ? "A" : "B" })],
            Lessons = [new() { Name = "tp1", Start = Local(1440), End = Local(1500), Groups = ["C"] }],
        });
        await using var portal = await ClassPortal.StartAsync(cluster, courses.Key.Namespace!);
        using var teacher = await portal.SignInAsync("teacher1", SiteRole.Teacher);
        using var administrator = await portal.SignInAsync("root", SiteRole.Administrator);
        using var student = portal.NewBrowser();
        var path = $"/courses/{courses.Key.Namespace}/{courses.Key.Name}";
        await ClusterFixture.EventuallyAsync(
            async () => (await teacher.ReadAsync(path)).Contains($"{Students} étudiants", StringComparison.Ordinal), async () => (await teacher.ReadAsync(path))[..2000]);
        var seat = (await courses.ListAsync<Seat>())[0];
        var label = SeatHost.LabelOf(seat);
        await student.WhereAsync(portal.Links.PathTo(seat, await cluster.Admin.GetAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None)));

        foreach (var (browser, page) in new[]
        {
            (teacher, "/"), (teacher, path), (teacher, $"{path}/links"), (teacher, $"{path}/links?p=10"), (teacher, $"{path}/code"), (teacher, $"{path}/report"), (teacher, $"{path}/work/tp1"),
            (teacher, "/courses/new"), (teacher, $"/class/{label}"), (teacher, $"/visit/{label}"), (administrator, "/"), (administrator, "/admin"), (student, "/"), (student, $"/seats/{label}"),
            (student, $"/open/{label}"),
        })
            Assert.True(await BytesAsync(browser, page) is > 1000 and < MostBytes, $"{page}: {await BytesAsync(browser, page)} bytes");

        Assert.InRange(await BytesAsync(teacher, $"{path}/links/sheet"), 1_000_000, 6_000_000);
        Assert.InRange(await BytesAsync(teacher, $"{path}/links.csv"), 100_000, 300_000);
    }

    private static async Task<int> BytesAsync(ClassBrowser browser, string page) => (await browser.Http.GetByteArrayAsync(new Uri(page, UriKind.Relative))).Length;

    private static string Local(int minutes) => LocalTimes.Write(LocalDateTime.FromDateTime(DateTime.UtcNow.AddMinutes(minutes)));
}
