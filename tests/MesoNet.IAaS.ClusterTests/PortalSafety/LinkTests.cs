using System.Net;
using MesoNet.IAaS.ClusterTests.Faults;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>Links that are forged, too old, renewed, or of another course; tickets and passes that are shown where they do not belong.</summary>
public sealed class LinkTests(PortalFixture portal, ClusterFixture cluster) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task A_students_link_opens_that_seat_and_no_other()
    {
        var course = await portal.NewCourseAsync();
        var (mine, other) = (course.Seats[0], course.Seats[1]);
        using var browser = await course.StudentAsync(mine);
        var pass = await course.EnterAsync(browser, mine);
        Assert.Equal(HttpStatusCode.OK, await course.StatusAsync(mine, pass));
        await browser.ReadAsync($"/seats/{SeatHost.LabelOf(other)}", HttpStatusCode.Forbidden);
        await browser.ReadAsync($"/open/{SeatHost.LabelOf(other)}", HttpStatusCode.Forbidden);
        await browser.ReadAsync($"/open/{SeatHost.LabelOf(other)}/events", HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.Unauthorized, await course.StatusAsync(other, pass));
        // The pass of one seat at its own host, for the path of another.
        Assert.Equal(HttpStatusCode.Forbidden, await course.StatusAsync(mine, pass, HostileCourse.BaseOf(other) + "lab"));
    }

    [Fact]
    public async Task A_changed_link_opens_nothing()
    {
        var course = await portal.NewCourseAsync();
        var link = course.LinkTo(course.Seats[0]);
        var signed = link["/i/".Length..];
        var other = course.LinkTo(course.Seats[1])["/i/".Length..];
        var forger = new Links(new byte[32]);
        using var browser = course.Portal.Browser();
        foreach (var forged in new[]
        {
            forger.PathTo(course.Seats[0], course.Course), $"/i/{signed[..^4]}AAAA", $"/i/{signed[..22]}{other[22..]}", $"/i/{other[..22]}{signed[22..]}", $"/i/{signed}AAAA", $"/i/{signed[..10]}", "/i/AAAA",
            $"/i/{new string('A', 5_000)}", "/i/..%2f..", $"/i/%20{signed[..^1]}", $"/p/{signed}",
            course.Portal.Links.PathFor("admin1", new HashSet<SiteRole> { SiteRole.Administrator }, DateTimeOffset.UtcNow.AddMinutes(5)).Replace("/p/", "/i/", StringComparison.Ordinal),
            forger.PathFor("admin1", new HashSet<SiteRole> { SiteRole.Administrator }, DateTimeOffset.UtcNow.AddMinutes(5)),
        })
        {
            Assert.Equal("/?link=bad", await browser.RedirectOfAsync(forged));
            Assert.Equal(0, browser.Cookies.Count);
        }
    }

    [Fact]
    public async Task A_persons_link_ends_when_it_says()
    {
        var running = portal.Portal;
        using var browser = running.Browser();
        var roles = new HashSet<SiteRole> { SiteRole.Administrator };
        Assert.Equal("/?link=bad", await browser.RedirectOfAsync(running.Links.PathFor("admin1", roles, DateTimeOffset.UtcNow.AddSeconds(-1))));
        Assert.Equal("/", await browser.RedirectOfAsync(running.Links.PathFor("admin1", roles, DateTimeOffset.UtcNow.AddMinutes(1))));
    }

    [Fact]
    public async Task A_renewed_link_shuts_out_who_came_by_the_old_one_with_session_and_pass()
    {
        var course = await portal.NewCourseAsync();
        var seat = course.Seats[0];
        using var browser = await course.StudentAsync(seat);
        var pass = await course.EnterAsync(browser, seat);
        Assert.Equal(HttpStatusCode.OK, await course.StatusAsync(seat, pass));
        var renewed = await cluster.Admin.MergePatchAsync<Seat>(seat.Key, new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["invitation"] = 1 } }, CancellationToken.None);
        await ClusterFixture.EventuallyAsync(async () => await course.StatusAsync(seat, pass) == HttpStatusCode.Forbidden, () => Task.FromResult("The old pass is still good."));
        await browser.ReadAsync($"/open/{SeatHost.LabelOf(seat)}", HttpStatusCode.Forbidden);
        Assert.Equal("/?link=bad", await browser.RedirectOfAsync(course.LinkTo(seat)));
        await browser.OpenAsync(course.LinkTo(renewed));
        Assert.Equal(HttpStatusCode.OK, await course.StatusAsync(seat, await course.EnterAsync(browser, seat)));
    }

    [Fact]
    public async Task A_link_of_one_course_and_its_pass_are_nothing_to_another()
    {
        var (one, other) = (await portal.NewCourseAsync(), await portal.NewCourseAsync());
        using var browser = await one.StudentAsync(one.Seats[0]);
        var pass = await one.EnterAsync(browser, one.Seats[0]);
        // The same login in both, and no more than an invitation to one.
        Assert.Equal(one.Seats[0].Spec.Login, other.Seats[0].Spec.Login);
        Assert.Equal(HttpStatusCode.Unauthorized, await other.StatusAsync(other.Seats[0], pass));
        await browser.ReadAsync($"/open/{SeatHost.LabelOf(other.Seats[0])}", HttpStatusCode.Forbidden);
        // A link that names one course's seat, signed for the other.
        Assert.Equal("/?link=bad", await browser.RedirectOfAsync(one.Portal.Links.PathTo(other.Seats[0], one.Course)));
    }

    [Fact]
    public async Task A_course_that_is_made_again_under_its_name_has_other_links()
    {
        var course = await portal.NewCourseAsync();
        var old = course.Course with { Metadata = course.Course.Metadata with { Uid = Guid.NewGuid().ToString() } };
        using var browser = course.Portal.Browser();
        Assert.Equal("/?link=bad", await browser.RedirectOfAsync(course.Portal.Links.PathTo(course.Seats[0], old)));
    }

    [Fact]
    public async Task A_student_who_left_and_comes_back_has_another_link_and_nothing_of_what_the_old_one_opened()
    {
        var course = await portal.NewCourseAsync();
        var (seat, other) = (course.Seats[0], course.Seats[1]);
        using var browser = await course.StudentAsync(seat);
        var pass = await course.EnterAsync(browser, seat);
        Assert.NotNull(pass);
        await course.Courses.PutAsync(spec => spec with { Students = [new() { Login = other.Spec.Login }] });
        await cluster.UntilGoneAsync<Seat>(seat.Key);
        await course.Courses.PutAsync();
        await course.Courses.UntilReadyAsync();
        var back = await cluster.UntilAsync<Seat>(seat.Key, found => found.Spec.Login == seat.Spec.Login);
        using var again = course.Portal.Browser();
        string? passOfNow = null;
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                await again.RedirectOfAsync(course.LinkTo(back));
                return (passOfNow = await course.EnterAsync(again, back)) is not null;
            },
            () => Task.FromResult("The new link opens nothing."));
        Assert.Equal(HttpStatusCode.OK, await course.StatusAsync(back, passOfNow));
        Assert.Equal(HttpStatusCode.Forbidden, await course.StatusAsync(back, pass));
        await browser.ReadAsync($"/open/{SeatHost.LabelOf(back)}", HttpStatusCode.Forbidden);
        Assert.Equal("/?link=bad", await browser.RedirectOfAsync(course.LinkTo(seat)));
    }

    [Fact]
    public async Task A_ticket_is_good_once_and_at_its_own_host()
    {
        var course = await portal.NewCourseAsync();
        var (mine, other) = (course.Seats[0], course.Seats[1]);
        using var browser = await course.StudentAsync(mine);
        var ticket = (await HostileCourse.TicketAsync(browser, mine))!;
        using var stranger = course.Portal.Browser();
        using var elsewhere = await stranger.Http.GetAsync(ticket.Replace(SeatHost.LabelOf(mine), SeatHost.LabelOf(other), StringComparison.Ordinal));
        Assert.Null(course.PassIn(elsewhere));
        // Shown at the wrong host it is spent: whoever stole it tries once.
        using var late = await browser.Http.GetAsync(ticket);
        Assert.Null(course.PassIn(late));
        var second = (await HostileCourse.TicketAsync(browser, mine))!;
        using var first = await browser.Http.GetAsync(second);
        Assert.NotNull(course.PassIn(first));
        using var again = await stranger.Http.GetAsync(second);
        Assert.Null(course.PassIn(again));
        Assert.Equal($"{course.Portal.Options.Origin}/open/{SeatHost.LabelOf(mine)}", again.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_visit_ends_an_hour_after_it_was_announced_and_the_students_own_pass_goes_on()
    {
        var clock = new ShiftedTime();
        await using var own = await RealPortal.StartAsync(cluster, time: clock);
        var course = await PortalFixture.NewCourseAsync(cluster, own, spec => spec with { Teachers = [new() { Login = "teacher1" }] });
        var seat = course.Seats[0];
        var (door, visit) = ($"/open/{SeatHost.LabelOf(seat)}", $"/visit/{SeatHost.LabelOf(seat)}");
        using var teacher = own.Browser();
        using var student = await course.StudentAsync(seat);
        await teacher.OpenAsync(own.Links.PathFor("teacher1", new HashSet<SiteRole>(), DateTimeOffset.UtcNow.AddMinutes(5)));
        using var announced = await teacher.PostAsync(visit, new Dictionary<string, string>(StringComparer.Ordinal) { ["__RequestVerificationToken"] = await teacher.FormTokenAsync(visit) });
        Assert.Equal(door, announced.Headers.Location?.OriginalString);
        var (theirs, mine) = (await course.EnterAsync(teacher, seat), await course.EnterAsync(student, seat));
        // Their tabs ask all the time.
        for (var times = 0; times < 3; times++)
        {
            clock.Advance(TimeSpan.FromMinutes(16));
            (theirs, mine) = (await UseAsync(theirs), await UseAsync(mine));
        }

        clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.Unauthorized, await course.StatusAsync(seat, theirs));
        Assert.Equal(visit, await teacher.RedirectOfAsync(door));
        await UseAsync(mine);

        async Task<string> UseAsync(string? pass)
        {
            using var answer = await course.DecideAsync(seat, pass);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return course.PassIn(answer)!;
        }
    }

    [Fact]
    public async Task Neither_a_ticket_nor_a_link_nor_a_session_is_a_pass()
    {
        var course = await portal.NewCourseAsync();
        var seat = course.Seats[0];
        using var browser = await course.StudentAsync(seat);
        var ticket = (await HostileCourse.TicketAsync(browser, seat))!.Split("ticket=")[1];
        var session = browser.Cookies.GetCookies(browser.Url("/"))[course.Portal.Options.SessionCookie]!.Value;
        var pass = (await course.EnterAsync(browser, seat))!;
        foreach (var forged in new[] { ticket, course.LinkTo(seat)[3..], session, pass[..^2] + "AA", pass + "A", "", "=", new string('A', 4_000) })
            Assert.Equal(HttpStatusCode.Unauthorized, await course.StatusAsync(seat, forged));
        var forger = new Passes(new byte[32], TimeProvider.System);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var administrator = new Visitor("admin1", IsIdentified: true, new HashSet<SiteRole> { SiteRole.Administrator }, []);
        Assert.Equal(HttpStatusCode.Unauthorized, await course.StatusAsync(seat, forger.Write(new(SeatHost.LabelOf(seat), administrator, now, now))));
        // The right key, too long ago.
        var mint = new Passes(course.Portal.Keys, TimeProvider.System);
        Assert.Equal(HttpStatusCode.OK, await course.StatusAsync(seat, mint.Write(new(SeatHost.LabelOf(seat), administrator, now, now))));
        Assert.Equal(HttpStatusCode.Unauthorized, await course.StatusAsync(seat, mint.Write(new(SeatHost.LabelOf(seat), administrator, now - 3_601, now - 3_601))));
        Assert.Equal(HttpStatusCode.Unauthorized, await course.StatusAsync(seat, mint.Write(new(SeatHost.LabelOf(seat), administrator, now - (12 * 3_600), now))));
    }
}
