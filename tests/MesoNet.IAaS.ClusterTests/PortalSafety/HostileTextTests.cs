using System.Net;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>Paths, addresses, names and cookies that somebody made up.</summary>
public sealed class HostileTextTests(PortalFixture portal, ClusterFixture cluster) : IClassFixture<PortalFixture>
{
    public static TheoryData<string> Elsewhere => ["https://other.example/", "//other.example", "/\\other.example", "/%09/other.example", "/%0d%0aSet-Cookie:%20mesonet=x", "javascript:alert(1)", "%2f%2fother.example", "/%C3%A9", "%00"];

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task Choosing_a_language_leads_nowhere_else(string from)
    {
        using var browser = portal.Portal.Browser();
        Assert.Equal("/", await browser.RedirectOfAsync($"/language/en?from={from}"));
        Assert.Equal(["mesonet-language=en"], browser.Cookies.GetAllCookies().Select(cookie => cookie.ToString()));
    }

    [Fact]
    public async Task The_way_into_a_seat_leads_nowhere_else()
    {
        var course = await portal.NewCourseAsync();
        var (seat, other) = (course.Seats[0], course.Seats[1]);
        using var browser = await course.StudentAsync(seat);
        var home = HostileCourse.BaseOf(seat);
        foreach (var to in new[]
        {
            "https://other.example/", "//other.example", "/", "/gateway/enter", HostileCourse.BaseOf(other) + "lab", home + "../x", home + "%2e%2e/x", home + "a\r\nSet-Cookie: a=b", home + "é", home + "\\", new string('a', 6_000),
        })
        {
            var ticket = (await HostileCourse.TicketAsync(browser, seat, to))!;
            Assert.DoesNotContain("to=", ticket, StringComparison.Ordinal);
            using var answer = await browser.Http.GetAsync($"{ticket}&to={Uri.EscapeDataString(to)}");
            Assert.Equal(home + "lab", answer.Headers.Location!.OriginalString);
            Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        }

        var wanted = home + "lab/tree/a%20b.ipynb?x=1";
        using var entered = await browser.Http.GetAsync((await HostileCourse.TicketAsync(browser, seat, wanted))!);
        Assert.Equal(wanted, entered.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task The_waiting_page_leads_on_by_way_of_the_portal_whatever_was_asked_for()
    {
        var course = await portal.NewCourseAsync();
        var seat = course.Seats[0];
        foreach (var target in new[] { HostileCourse.BaseOf(seat) + "lab", HostileCourse.BaseOf(seat) + "lab?a=%0d%0aSet-Cookie:x&b=\"'<>#" })
        {
            using var answer = await course.DecideAsync(seat, pass: null, target, "answer", ("X-Gateway-Status", "401"), ("X-Original-Fetch-Mode", "navigate"));
            Assert.Equal($"{course.Portal.Options.Origin}/open/{SeatHost.LabelOf(seat)}?to={System.Text.Encodings.Web.UrlEncoder.Default.Encode(target)}", answer.Headers.Location!.OriginalString);
        }

        using var refused = await course.DecideAsync(seat, pass: null, HostileCourse.BaseOf(seat) + "../x", "answer", ("X-Gateway-Status", "403"), ("X-Original-Fetch-Mode", "navigate"));
        Assert.Null(refused.Headers.Location);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var nowhere = await course.DecideAsync(seat, pass: null, null, "answer", ("X-Original-Host", "<script>.localhost"), ("X-Gateway-Status", "403"));
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        Assert.DoesNotContain("<script>", await nowhere.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_out_of_a_seat_are_refused_to_its_own_student()
    {
        var course = await portal.NewCourseAsync();
        var seat = course.Seats[0];
        using var browser = await course.StudentAsync(seat);
        var pass = await course.EnterAsync(browser, seat);
        var home = HostileCourse.BaseOf(seat);
        foreach (var target in new[]
        {
            "/", "", home.TrimEnd('/'), home + "..", home + "../student02/lab", home + "%2e%2e/x", home + "..%2fx", home + "%252e%252e%252fx", home + "%2525252525252e%2525252525252e/x", home + "..%5cx", home + "a%00",
            "http://other.example" + home, "/" + home, home.Replace("/s/", "/s//", StringComparison.Ordinal), home.ToUpperInvariant(), HostileCourse.BaseOf(course.Seats[1]) + "lab", home + new string('a', 8_000),
        }) Assert.Equal(HttpStatusCode.Forbidden, await course.StatusAsync(seat, pass, target));
        Assert.Equal(HttpStatusCode.OK, await course.StatusAsync(seat, pass, home + "api/contents/a%20b?content=1"));
        foreach (var host in new[] { "localhost", "portal.localhost", "other.example", $"x.{new Uri(course.OriginOf(seat)).Authority}", new Uri(course.OriginOf(seat)).Host, "" })
            Assert.Equal(HttpStatusCode.Forbidden, await course.StatusAsync(seat, pass, headers: ("X-Original-Host", host)));
    }

    [Fact]
    public async Task Script_in_titles_and_logins_is_text()
    {
        var login = "<img/src=x".Replace("/", "", StringComparison.Ordinal) + "onerror=alert(1)>";
        var course = await portal.NewCourseAsync(spec => spec with
        {
            Title = PortalFixture.Script + "\r\nSet-Cookie: a=b", Students = [new() { Login = login }, new() { Login = "student02" }], Teachers = [new() { Login = "<b>teacher</b>".Replace("/", "", StringComparison.Ordinal) }],
        });
        var seat = course.Seats.Single(seat => seat.Spec.Login == login);
        using var student = await course.StudentAsync(seat);
        using var administrator = await portal.BrowserOfAsync("<b>admin1</b>", SiteRole.Administrator);
        foreach (var page in new[] { await student.ReadAsync("/"), await student.ReadAsync($"/seats/{SeatHost.LabelOf(seat)}"), await administrator.ReadAsync("/"), await administrator.ReadAsync($"/seats/{SeatHost.LabelOf(seat)}") })
        {
            Assert.Contains("alert(&#x27;x&#x27;)", page, StringComparison.Ordinal);
            foreach (var raw in new[] { "<script>alert", "<img", "<b>" }) Assert.DoesNotContain(raw, page, StringComparison.Ordinal);
        }

        Assert.Contains("&lt;b&gt;admin1", await administrator.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains("&lt;img", await student.ReadAsync("/"), StringComparison.Ordinal);
        // And the login goes through pass and gateway as it is.
        Assert.Equal(HttpStatusCode.OK, await course.StatusAsync(seat, await course.EnterAsync(student, seat)));
    }

    [Fact]
    public async Task What_is_shown_again_of_an_address_is_text()
    {
        var running = portal.Portal;
        using var browser = running.Browser();
        foreach (var path in new[] { "/?link=%22%3E%3Cscript%3E", "/?return=%22%3E%3Cscript%3E", "/?%3Cscript%3E=1" })
            Assert.DoesNotContain("\"><script>", await browser.ReadAsync(path), StringComparison.Ordinal);
        foreach (var path in new[] { "/open/%3Cscript%3E", "/seats/%3Cscript%3E", "/assets/1/..%2f..%2fappsettings.json", "/sign-in" })
        {
            using var answer = await browser.GetAsync(path);
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Found, HttpStatusCode.NotFound });
        }
    }

    [Fact]
    public async Task Oversized_and_broken_cookies_are_nobodys()
    {
        var course = await portal.NewCourseAsync();
        using var browser = course.Portal.Browser();
        foreach (var (value, status) in new[] { (new string('a', 3_000), HttpStatusCode.OK), ("chunks-999999999", HttpStatusCode.OK), ("chunks-7", HttpStatusCode.OK), ("\"", HttpStatusCode.OK), (new string('a', 40_000), HttpStatusCode.RequestHeaderFieldsTooLarge) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, browser.Url("/"));
            request.Headers.TryAddWithoutValidation("Cookie", $"{course.Portal.Options.SessionCookie}={value}");
            using var answer = await browser.Http.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
            Assert.DoesNotContain("/leave", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await course.StatusAsync(course.Seats[0], new string('a', 8_000)));
        // It goes on.
        await browser.ReadAsync("/");
    }

    [Theory]
    [InlineData("192.0.2.7", HttpStatusCode.OK)]
    [InlineData("::ffff:192.0.2.7", HttpStatusCode.OK)]
    [InlineData("2001:db8:1::7", HttpStatusCode.OK)]
    [InlineData("203.0.113.7", HttpStatusCode.Forbidden)]
    [InlineData("::ffff:203.0.113.7", HttpStatusCode.Forbidden)]
    [InlineData("2001:db8:2::7", HttpStatusCode.Forbidden)]
    [InlineData("192.0.2.7, 203.0.113.7", HttpStatusCode.Forbidden)]
    [InlineData("unix:", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Forbidden)]
    public async Task A_course_of_the_teaching_network_opens_from_there(string client, HttpStatusCode status)
    {
        var (course, pass) = await TaughtAsync();
        Assert.Equal(status, await course.StatusAsync(course.Seats[0], pass, headers: ("X-Client-Address", client)));
    }

    [Fact]
    public async Task A_network_that_the_site_does_not_know_opens_to_nobody()
    {
        var course = await portal.NewCourseAsync();
        var seat = course.Seats[0];
        using var browser = await course.StudentAsync(seat);
        var pass = await course.EnterAsync(browser, seat);
        await course.Courses.PutAsync(spec => spec with { Access = new() { Networks = ["campus"] } });
        await ClusterFixture.EventuallyAsync(async () => await course.StatusAsync(seat, pass) == HttpStatusCode.Forbidden, () => Task.FromResult("It is still open."));
        using var told = await course.DecideAsync(seat, pass, null, "answer", ("X-Gateway-Status", "403"));
        Assert.Contains("réseau", WebUtility.HtmlDecode(await told.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Null(await HostileCourse.TicketAsync(browser, seat));
    }

    [Fact]
    public async Task From_another_network_a_seat_is_not_even_started()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(spec => spec with
        {
            TimeZone = "Etc/UTC", Teachers = [new() { Login = "teacher1" }], Access = new() { Networks = ["teaching"] }, Lessons = [new() { Name = "tp1", Start = Local(-180), End = Local(-60), HandInUntil = Local(600) }],
        });
        var course = await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, found => found.Status is { Stage: Stage.HandIn, Seats.Stopped: 2 });
        var seat = (await courses.ListAsync<Seat>())[0];
        var (door, link) = ($"/open/{SeatHost.LabelOf(seat)}", portal.Portal.Links.PathTo(seat, course));
        using var inside = portal.Portal.Browser();
        using var outside = portal.Portal.Browser("203.0.113.7");
        await ClusterFixture.EventuallyAsync(
            async () => !(await inside.RedirectOfAsync(link)).Contains("link=bad", StringComparison.Ordinal) && (await inside.ReadAsync(door)).Contains("data-start=\"now\"", StringComparison.Ordinal),
            () => inside.ReadAsync("/"));
        await outside.OpenAsync(link);
        IsTold(await outside.ReadAsync(door));
        var token = await outside.FormTokenAsync($"/seats/{SeatHost.LabelOf(seat)}");
        using var answer = await outside.PostAsync(door + "?handler=Start", new Dictionary<string, string>(StringComparer.Ordinal) { ["__RequestVerificationToken"] = token });
        IsTold(await answer.Content.ReadAsStringAsync());
        Assert.Null((await cluster.Admin.GetAsync<Seat>(seat.Key, CancellationToken.None)).Spec.WantedUntil);
        // Nor is a visit announced that cannot be made.
        using var teacher = portal.Portal.Browser("203.0.113.7");
        await teacher.OpenAsync(portal.Portal.Links.PathFor("teacher1", new HashSet<SiteRole>(), DateTimeOffset.UtcNow.AddMinutes(5)));
        Assert.Equal(door, await teacher.RedirectOfAsync($"/visit/{SeatHost.LabelOf(seat)}"));
        IsTold(await teacher.ReadAsync(door));

        static void IsTold(string page)
        {
            Assert.Contains("n’est pas ouvert depuis ce réseau", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
            Assert.DoesNotContain("handler=Start", page, StringComparison.Ordinal);
        }

        static string Local(int minutes) => LocalTimes.Write(LocalDateTime.FromDateTime(DateTime.UtcNow.AddMinutes(minutes)));
    }

    private static Task<(HostileCourse Course, string Pass)>? taught;

    // One course for all addresses.
    private Task<(HostileCourse Course, string Pass)> TaughtAsync() => taught ??= MakeAsync();

    private async Task<(HostileCourse Course, string Pass)> MakeAsync()
    {
        var course = await portal.NewCourseAsync(spec => spec with { Access = new() { Networks = ["teaching"] } });
        using var browser = await course.StudentAsync(course.Seats[0]);
        return (course, (await course.EnterAsync(browser, course.Seats[0]))!);
    }
}
