using System.Net;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Gateway;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Portal.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>A site as people reach it: HTTPS, by a proxy that takes it off, nginx and the portal.</summary>
public sealed class HttpsTests(ClusterFixture cluster)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_HTTPS_cookies_are_bound_to_their_host_forms_work_and_a_seat_is_entered()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"mesonet-https-tests-{Guid.NewGuid():N}");
        var (outside, gateway) = (FreePorts.NextAddress(), FreePorts.NextAddress());
        await using var portal = await RealPortal.StartAsync(cluster, options => options with { PublicUrl = new($"https://portal.localhost:{outside.Port}"), SeatsDomain = $"localhost:{outside.Port}" });
        await using var nginx = await StartGatewayAsync(folder, gateway, portal.Address);
        await using var front = await TlsFront.StartAsync(Path.Combine(folder, "tls"), outside, gateway);
        var course = await PortalFixture.NewCourseAsync(cluster, portal);
        var seat = course.Seats[0];
        using var browser = portal.Browser();

        using var opened = await browser.GetAsync(course.LinkTo(seat));
        Assert.Equal(HttpStatusCode.Found, opened.StatusCode);
        IsBoundToItsHost(opened, "__Host-mesonet");
        var page = new Uri(browser.Url("/"), opened.Headers.Location!).PathAndQuery;
        using var shown = await browser.GetAsync(page);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.True(shown.Headers.Contains("Strict-Transport-Security"));

        // To the seat's own host, whose pass is its own as well.
        using var entered = await browser.Http.GetAsync((await HostileCourse.TicketAsync(browser, seat))!, Cancelled);
        Assert.StartsWith(HostileCourse.BaseOf(seat), entered.Headers.Location!.OriginalString, StringComparison.Ordinal);
        IsBoundToItsHost(entered, "__Host-mesonet-seat");
        using var notebook = await browser.Http.GetAsync(course.OriginOf(seat) + HostileCourse.BaseOf(seat) + "lab", Cancelled);
        await ClusterFixture.EventuallyAsync(
            async () => (await File.ReadAllTextAsync(Path.Combine(folder, "access.log"), Cancelled)).Contains("decision:200", StringComparison.Ordinal),
            () => File.ReadAllTextAsync(Path.Combine(folder, "access.log")));

        using var left = await browser.PostAsync("/leave", [], ("Origin", portal.Options.Origin));
        Assert.StartsWith(course.OriginOf(seat) + "/gateway/leave?", left.Headers.Location?.OriginalString, StringComparison.Ordinal);
        using var taken = await browser.Http.GetAsync(left.Headers.Location, Cancelled);
        Assert.Equal(portal.Options.Origin + "/?left=1", taken.Headers.Location?.OriginalString);
        IsBoundToItsHost(taken, "__Host-mesonet-seat");
        Assert.DoesNotContain(browser.Cookies.GetCookies(new Uri(course.OriginOf(seat))), cookie => cookie.Name == "__Host-mesonet-seat");
        Assert.DoesNotContain($"({seat.Spec.Login})", await browser.ReadAsync("/"), StringComparison.Ordinal);
        await FormsWorkAsync(portal);
        await HeavyPagesAreCompressedAsync(portal, course);
        Directory.Delete(folder, recursive: true);
    }

    // A form is taken with the browser's cookie and the token that its page gave it, and not without.
    private static async Task FormsWorkAsync(RealPortal portal)
    {
        using var teacher = portal.Browser();
        await teacher.OpenAsync(portal.Links.PathFor("teacher1", new HashSet<SiteRole> { SiteRole.Teacher }, DateTimeOffset.UtcNow.AddMinutes(5)));
        using var form = await teacher.GetAsync("/courses/new");
        IsBoundToItsHost(form, "__Host-mesonet-form");
        var token = new KeyValuePair<string, string>("__RequestVerificationToken", await teacher.FormTokenAsync("/courses/new"));
        using var taken = await teacher.PostAsync("/courses/new", [token], ("Origin", portal.Options.Origin));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        using var refused = await teacher.PostAsync("/courses/new", [], ("Origin", portal.Options.Origin));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    // A page with the links of all students is not: by its length it could be made to tell them.
    private static async Task HeavyPagesAreCompressedAsync(RealPortal portal, HostileCourse course)
    {
        using var administrator = portal.Browser();
        await administrator.OpenAsync(portal.Links.PathFor("admin1", new HashSet<SiteRole> { SiteRole.Administrator }, DateTimeOffset.UtcNow.AddMinutes(5)));
        var path = $"/courses/{course.Course.Metadata.Namespace}/{course.Course.Metadata.Name}";
        Assert.Equal("br", await EncodingOfAsync(path));
        Assert.Equal("br", await EncodingOfAsync("/admin"));
        Assert.Equal("", await EncodingOfAsync($"{path}/links"));

        async Task<string> EncodingOfAsync(string page)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, administrator.Url(page)) { Headers = { { "Accept-Encoding", "gzip, br" } } };
            using var answer = await administrator.Http.SendAsync(request, Cancelled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return string.Join(",", answer.Content.Headers.ContentEncoding);
        }
    }

    // Browsers take a __Host- cookie only so; any other is dropped without a word.
    private static void IsBoundToItsHost(HttpResponseMessage answer, string name)
    {
        Assert.True(answer.Headers.TryGetValues("Set-Cookie", out var cookies), $"{answer}");
        var cookie = Assert.Single(cookies, cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal));
        var attributes = cookie.Split("; ").Skip(1).Select(attribute => attribute.ToLowerInvariant()).ToList();
        Assert.Contains("secure", attributes);
        Assert.Contains("httponly", attributes);
        Assert.Contains("path=/", attributes);
        Assert.DoesNotContain(attributes, attribute => attribute.StartsWith("domain", StringComparison.Ordinal));
    }

    private static Task<SupervisedProcess> StartGatewayAsync(string folder, IPEndPoint listen, IPEndPoint portal)
    {
        var program = new GatewayProgram(
            new()
            {
                Listen = listen, Portal = portal, PortalHost = "portal.localhost", SeatsDomain = "localhost", TrustedProxies = [new(TlsFront.Outgoing, 32)],
                RunFolder = Path.Combine(folder, "run"), AccessLog = Path.Combine(folder, "access.log"),
            },
            Path.Combine(LocalSite.RepositoryRoot, "images", "gateway", "nginx.conf"));
        return SupervisedProcess.StartAsync(
            program.Prepare(Path.Combine(folder, "gateway.conf"), Path.Combine(folder, "gateway.log")), program.IsReadyAsync, TimeSpan.FromSeconds(60), _ => { }, TimeProvider.System,
            NullLogger.Instance, Cancelled);
    }
}
