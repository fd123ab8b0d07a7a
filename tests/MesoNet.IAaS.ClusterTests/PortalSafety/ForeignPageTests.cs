using System.Net;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>What pages of others make a browser do: a student's own page beside all of them.</summary>
public sealed class ForeignPageTests(PortalFixture portal, ClusterFixture cluster) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task A_form_is_taken_from_the_portals_own_pages_alone()
    {
        var course = await portal.NewCourseAsync(spec => spec with { Lessons = [Lesson()] });
        var seat = course.Seats[0];
        using var browser = await course.StudentAsync(seat);
        var page = $"/seats/{SeatHost.LabelOf(seat)}";
        var token = await browser.FormTokenAsync(page);
        Dictionary<string, string> form = new(StringComparer.Ordinal) { ["lesson"] = "tp1", ["__RequestVerificationToken"] = token };
        Dictionary<string, string> without = new(StringComparer.Ordinal) { ["lesson"] = "tp1" };
        var own = course.Portal.Options.Origin;
        await RefusedAsync(without);
        await RefusedAsync(without, ("Origin", own));
        await RefusedAsync(new Dictionary<string, string>(without, StringComparer.Ordinal) { ["__RequestVerificationToken"] = token[..^4] + "AAAA" }, ("Origin", own));
        await RefusedAsync(form, ("Origin", "https://other.example"));
        await RefusedAsync(form, ("Origin", course.OriginOf(seat)));
        await RefusedAsync(form, ("Origin", course.OriginOf(course.Seats[1])));
        await RefusedAsync(form, ("Origin", "null"));
        await RefusedAsync(form, ("Origin", own + ".other.example"));
        await RefusedAsync(form, ("Origin", own), ("Origin", "https://other.example"));
        await RefusedAsync(form, ("Sec-Fetch-Site", "same-site"));
        await RefusedAsync(form, ("Sec-Fetch-Site", "cross-site"));
        // Another browser's token is for that browser.
        using var other = await course.StudentAsync(course.Seats[1]);
        var theirs = await other.FormTokenAsync($"/seats/{SeatHost.LabelOf(course.Seats[1])}");
        await RefusedAsync(new Dictionary<string, string>(form, StringComparer.Ordinal) { ["__RequestVerificationToken"] = theirs }, ("Origin", own));
        Assert.Null((await cluster.Admin.GetAsync<Seat>(seat.Key, CancellationToken.None)).Spec.HandIns);
        using var taken = await browser.PostAsync(page + "?handler=HandIn", form, ("Origin", own), ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.Found, taken.StatusCode);
        Assert.Equal("tp1", Assert.Single((await cluster.Admin.GetAsync<Seat>(seat.Key, CancellationToken.None)).Spec.HandIns!).Key);

        async Task RefusedAsync(Dictionary<string, string> content, params (string, string)[] headers)
        {
            using var answer = await browser.PostAsync(page + "?handler=HandIn", content, headers);
            Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Forbidden });
        }
    }

    [Fact]
    public async Task A_page_of_another_cannot_end_a_session()
    {
        using var browser = await portal.BrowserOfAsync("teacher1");
        foreach (var (name, value) in new[] { ("Origin", "https://other.example"), ("Origin", "null"), ("Sec-Fetch-Site", "same-site") })
        {
            using var answer = await browser.PostAsync("/leave", [], (name, value));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Contains("teacher1", await browser.ReadAsync("/"), StringComparison.Ordinal);
        using var own = await browser.PostAsync("/leave", [], ("Origin", browser.Url("/").GetLeftPart(UriPartial.Authority)));
        Assert.DoesNotContain("teacher1", await browser.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_binds_a_browser_that_goes_there_and_none_that_a_page_makes_ask()
    {
        var course = await portal.NewCourseAsync();
        using var teacher = await portal.BrowserOfAsync("teacher1");
        string[] links = [course.LinkTo(course.Seats[0]), course.Portal.Links.PathFor("student01", new HashSet<SiteRole>(), DateTimeOffset.UtcNow.AddMinutes(5))];
        foreach (var link in links.SelectMany(link => new[] { link, link.Replace("/i/", "/I/", StringComparison.Ordinal) }))
        {
            foreach (var site in new[] { "same-site", "cross-site" })
            {
                // A script of a student's notebook, a picture, a frame, a page that is loaded ahead.
                await RefusedAsync(link, ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "empty"));
                await RefusedAsync(link, ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image"));
                await RefusedAsync(link, ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe"));
                await RefusedAsync(link, ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Purpose", "prefetch;prerender"));
            }
        }

        // From a mail, by hand, and by a browser that does not say.
        foreach (var headers in new (string, string)[][] { [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], [("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], [] })
        {
            using var browser = course.Portal.Browser();
            using var opened = await AskAsync(browser, links[0], headers);
            Assert.Equal($"/seats/{SeatHost.LabelOf(course.Seats[0])}", opened.Headers.Location?.OriginalString);
        }

        async Task RefusedAsync(string link, params (string, string)[] headers)
        {
            using var answer = await AskAsync(teacher, link, headers);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("(teacher1)", await teacher.ReadAsync("/"), StringComparison.Ordinal);
        }

        static Task<HttpResponseMessage> AskAsync(PortalBrowser browser, string link, params (string Name, string Value)[] headers)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, browser.Url(link));
            foreach (var (name, value) in headers) request.Headers.Add(name, value);
            return browser.Http.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_seat_hears_its_own_pages_and_those_who_go_there_alone()
    {
        var course = await portal.NewCourseAsync();
        var (seat, neighbour) = (course.Seats[0], course.Seats[1]);
        using var browser = await course.StudentAsync(seat);
        var pass = await course.EnterAsync(browser, seat);
        var (own, next, home) = (course.OriginOf(seat), course.OriginOf(neighbour), course.Portal.Options.Origin);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(("X-Original-Origin", own), ("X-Original-Upgrade", "websocket")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(("X-Original-Fetch-Site", "same-origin"), ("X-Original-Fetch-Mode", "cors")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(("X-Original-Fetch-Site", "same-site"), ("X-Original-Fetch-Mode", "navigate"), ("X-Original-Fetch-Dest", "document")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(("X-Original-Fetch-Site", "cross-site"), ("X-Original-Fetch-Mode", "navigate"), ("X-Original-Fetch-Dest", "document")));
        foreach (var origin in new[] { next, home, "https://other.example", "null", own + ".other.example", own.Replace("http:", "https:", StringComparison.Ordinal) })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(("X-Original-Origin", origin), ("X-Original-Upgrade", "websocket")));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(("X-Original-Origin", origin), ("X-Original-Method", "POST")));
        }

        foreach (var site in new[] { "same-site", "cross-site" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(("X-Original-Fetch-Site", site), ("X-Original-Fetch-Mode", "no-cors"), ("X-Original-Fetch-Dest", "image")));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(("X-Original-Fetch-Site", site), ("X-Original-Fetch-Mode", "cors")));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(("X-Original-Fetch-Site", site), ("X-Original-Fetch-Mode", "websocket"), ("X-Original-Upgrade", "websocket")));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(("X-Original-Fetch-Site", site), ("X-Original-Fetch-Mode", "navigate"), ("X-Original-Method", "POST")));
            // In a frame, where clicks could be led to it.
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(("X-Original-Fetch-Site", site), ("X-Original-Fetch-Mode", "navigate"), ("X-Original-Fetch-Dest", "iframe")));
        }

        Task<HttpStatusCode> AskAsync(params (string, string)[] headers) => course.StatusAsync(seat, pass, headers: headers);
    }

    [Fact]
    public async Task Nothing_of_the_portal_can_be_framed_or_read_by_others()
    {
        using var browser = await portal.BrowserOfAsync("teacher1", SiteRole.Teacher);
        using var answer = await browser.GetAsync("/");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    private static Lesson Lesson()
    {
        var now = DateTime.UtcNow;
        return new() { Name = "tp1", Start = Local(now.AddHours(-2)), End = Local(now.AddHours(2)), HandInUntil = Local(now.AddDays(1)) };

        static string Local(DateTime moment) => moment.ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }
}
