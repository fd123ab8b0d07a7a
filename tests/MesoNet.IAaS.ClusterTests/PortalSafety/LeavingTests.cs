using System.Net;
using System.Text.RegularExpressions;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>A machine in a classroom: who leaves it takes along the notebooks too, and who comes next finds none of them in its history.</summary>
public sealed partial class LeavingTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    // What browsers bear.
    private const int RedirectsInARow = 19;

    [Fact]
    public async Task Who_leaves_the_portal_leaves_the_notebook()
    {
        var course = await portal.NewCourseAsync();
        var seat = course.Seats[0];
        using var browser = await course.StudentAsync(seat);
        var pass = await course.EnterAsync(browser, seat);
        Assert.Equal(pass, PassOf(course, browser, seat));
        using var left = await browser.PostAsync("/leave", [], ("Origin", course.Portal.Options.Origin));
        var (end, hosts) = await FollowAsync(browser, left);
        Assert.Equal([course.OriginOf(seat)], hosts);
        Assert.Equal(browser.Url("/?left=1"), end);
        Assert.Null(PassOf(course, browser, seat));
        Assert.Contains("Fermez aussi les onglets de JupyterLab", await browser.ReadAsync("/?left=1"), StringComparison.Ordinal);
        // An entry of the history: to the notebook, which asks the portal, which knows nobody.
        Assert.Equal(HttpStatusCode.Unauthorized, await course.StatusAsync(seat, PassOf(course, browser, seat)));
        Assert.StartsWith("/?return=", await browser.RedirectOfAsync($"/open/{SeatHost.LabelOf(seat)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_link_takes_the_notebook_away_and_ones_own_does_not()
    {
        var course = await portal.NewCourseAsync();
        var (seat, next) = (course.Seats[0], course.Seats[1]);
        using var browser = await course.StudentAsync(seat);
        await course.EnterAsync(browser, seat);
        Assert.Equal($"/seats/{SeatHost.LabelOf(seat)}", await browser.RedirectOfAsync(course.LinkTo(seat)));
        Assert.NotNull(PassOf(course, browser, seat));

        using var opened = await browser.GetAsync(course.LinkTo(next));
        var (end, hosts) = await FollowAsync(browser, opened);
        Assert.Equal([course.OriginOf(seat)], hosts);
        Assert.Equal(browser.Url($"/seats/{SeatHost.LabelOf(next)}"), end);
        Assert.Null(PassOf(course, browser, seat));
        Assert.Contains($"({next.Spec.Login})", await browser.ReadAsync(end.PathAndQuery), StringComparison.Ordinal);
        Assert.NotNull(await course.EnterAsync(browser, next));

        // Somebody who signs in, where the session of who was there before is over.
        browser.Cookies.GetCookies(browser.Url("/"))[course.Portal.Options.SessionCookie]!.Expired = true;
        using var signedIn = await browser.GetAsync(course.Portal.Links.PathFor("teacher1", new HashSet<SiteRole>(), DateTimeOffset.UtcNow.AddMinutes(5)));
        (end, _) = await FollowAsync(browser, signedIn);
        Assert.Equal(browser.Url("/"), end);
        Assert.Null(PassOf(course, browser, next));
    }

    [Fact]
    public async Task However_many_notebooks_were_open_the_browser_gets_through()
    {
        var options = portal.Portal.Options;
        using var browser = await portal.BrowserOfAsync("teacher1");
        var labels = Enumerable.Range(0, 64).Select(number => SeatHost.LabelOf("course-intro", "intro", $"student{number}")).ToList();
        browser.Cookies.Add(new Cookie(options.EnteredCookie, string.Join('.', labels), "/", browser.Url("/").Host));
        using var left = await browser.PostAsync("/leave", [], ("Origin", options.Origin));
        var (end, hosts) = await FollowAsync(browser, left);
        Assert.Equal([.. labels.Select(options.OriginOf)], hosts);
        Assert.Equal(browser.Url("/?left=1"), end);
    }

    [Theory]
    [InlineData("//other.example", "")]
    [InlineData("https://other.example/", "")]
    [InlineData("/\\other.example", "")]
    [InlineData("/", "other.example")]
    [InlineData("/", "s0123456789abcdef0123@other.example")]
    [InlineData("/", "s0123456789ABCDEF0123")]
    public async Task The_way_out_leads_nowhere_else(string to, string then)
    {
        var options = portal.Portal.Options;
        using var browser = portal.Portal.Browser();
        var host = options.OriginOf(SeatHost.LabelOf("course-intro", "intro", "student01"));
        using var answer = await browser.Http.GetAsync($"{host}/gateway/leave?to={Uri.EscapeDataString(to)}&then={Uri.EscapeDataString(then)}");
        Assert.Equal(options.Origin + "/", answer.Headers.Location?.OriginalString);
        using var atThePortal = await browser.GetAsync("/gateway/leave");
        Assert.Equal(HttpStatusCode.NotFound, atThePortal.StatusCode);
    }

    [Fact]
    public async Task A_page_of_another_cannot_make_somebody_leave_a_notebook()
    {
        var course = await portal.NewCourseAsync();
        var seat = course.Seats[0];
        using var browser = await course.StudentAsync(seat);
        await course.EnterAsync(browser, seat);
        using var request = new HttpRequestMessage(HttpMethod.Get, course.OriginOf(seat) + "/gateway/leave") { Headers = { { "Sec-Fetch-Site", "same-site" }, { "Sec-Fetch-Mode", "no-cors" }, { "Sec-Fetch-Dest", "image" } } };
        using var answer = await browser.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.NotNull(PassOf(course, browser, seat));
    }

    private static string? PassOf(HostileCourse course, PortalBrowser browser, Seat seat) => browser.Cookies.GetCookies(new Uri(course.OriginOf(seat)))[course.Portal.Options.PassCookie]?.Value;

    // As a browser does, until it is back at the portal: by redirects, of which it bears so many in a row, and by pages that lead on.
    private static async Task<(Uri End, IReadOnlyList<string> Hosts)> FollowAsync(PortalBrowser browser, HttpResponseMessage first)
    {
        var hosts = new List<string>();
        var redirects = 1;
        var next = first.Headers.Location!.OriginalString;
        while (new Uri(browser.Url("/"), next) is var address && address.Host != browser.Url("/").Host)
        {
            hosts.Add(address.GetLeftPart(UriPartial.Authority));
            using var answer = await browser.Http.GetAsync(address);
            redirects = answer.Headers.Location is null ? 0 : redirects + 1;
            Assert.InRange(redirects, 0, RedirectsInARow);
            next = answer.Headers.Location?.OriginalString ?? WebUtility.HtmlDecode(LeadsOn().Match(await answer.Content.ReadAsStringAsync()).Groups["to"].Value);
        }

        return (new(browser.Url("/"), next), hosts);
    }

    [GeneratedRegex("content=\"0;url=(?<to>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeadsOn();
}
