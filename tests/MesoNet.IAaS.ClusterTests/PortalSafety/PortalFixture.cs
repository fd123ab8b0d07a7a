using System.Net;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>One portal without a provider, for the tests of hostile input; each makes courses of its own.</summary>
public sealed class PortalFixture : IAsyncLifetime
{
    /// <summary>A script that must never be one.</summary>
    public const string Script = "<script>alert('x')</script>\"'&";

    private readonly ClusterFixture cluster;

    public PortalFixture(ClusterFixture cluster) => this.cluster = cluster;

    internal RealPortal Portal { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Portal = await RealPortal.StartAsync(cluster, options => options with
    {
        Networks = new(new[] { "teaching=192.0.2.0/24,2001:db8:1::/48" }.Select(AccessNetworks.Parse).ToDictionary(pair => pair.Name, pair => pair.Networks, StringComparer.Ordinal)),
    });

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    /// <summary>A course whose seats run, once the portal knows.</summary>
    internal Task<HostileCourse> NewCourseAsync(Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec>? change = null) => NewCourseAsync(cluster, Portal, change);

    /// <summary>The same at another portal.</summary>
    internal static async Task<HostileCourse> NewCourseAsync(ClusterFixture cluster, RealPortal portal, Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec>? change = null)
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(change);
        await courses.UntilReadyAsync();
        var course = await cluster.Admin.GetAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);
        var seats = (await courses.ListAsync<Seat>()).OrderBy(seat => seat.Spec.Login, StringComparer.Ordinal).ToList();
        var made = new HostileCourse(portal, courses, course, seats);
        // Known and ready in the portal's own view, which follows the cluster.
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                using var browser = made.Portal.Browser();
                foreach (var seat in seats)
                {
                    await browser.GetAsync(made.LinkTo(seat));
                    if (await made.EnterAsync(browser, seat) is null) return false;
                }

                return true;
            },
            async () =>
            {
                using var browser = await made.StudentAsync(seats[0]);
                using var answer = await browser.GetAsync($"/open/{SeatHost.LabelOf(seats[0])}");
                return $"{answer}\n{await answer.Content.ReadAsStringAsync()}";
            });
        return made;
    }

    internal async Task<PortalBrowser> BrowserOfAsync(string login, params SiteRole[] roles)
    {
        var browser = Portal.Browser();
        await browser.OpenAsync(Portal.Links.PathFor(login, roles.ToHashSet(), DateTimeOffset.UtcNow.AddMinutes(5)));
        return browser;
    }
}

/// <summary>A course with its seats, as the tests of hostile input reach them.</summary>
internal sealed record HostileCourse(RealPortal Portal, Courses Courses, ClassroomEnvironment Course, IReadOnlyList<Seat> Seats)
{
    public string LinkTo(Seat seat) => Portal.Links.PathTo(seat, Course);

    public static string BaseOf(Seat seat) => $"/s/{seat.Spec.Environment}/{seat.Metadata.Name}/";

    public string OriginOf(Seat seat) => Portal.Options.OriginOf(SeatHost.LabelOf(seat));

    /// <summary>A browser that a seat's link was opened in.</summary>
    public async Task<PortalBrowser> StudentAsync(Seat seat)
    {
        var browser = Portal.Browser();
        await browser.OpenAsync(LinkTo(seat));
        return browser;
    }

    /// <summary>The address with the ticket to a seat's host; null where the portal gives none.</summary>
    public static async Task<string?> TicketAsync(PortalBrowser browser, Seat seat, string? to = null)
    {
        using var answer = await browser.GetAsync($"/open/{SeatHost.LabelOf(seat)}{(to is null ? "" : $"?to={Uri.EscapeDataString(to)}")}");
        return answer.Headers.Location?.OriginalString is { } location && location.Contains("/gateway/enter?ticket=", StringComparison.Ordinal) ? location : null;
    }

    /// <summary>Goes to a seat's host by the portal; its pass, or null.</summary>
    public async Task<string?> EnterAsync(PortalBrowser browser, Seat seat)
    {
        if (await TicketAsync(browser, seat) is not { } ticket) return null;
        using var answer = await browser.Http.GetAsync(ticket);
        return PassIn(answer);
    }

    public string? PassIn(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.FirstOrDefault(cookie => cookie.StartsWith(Portal.Options.PassCookie + "=", StringComparison.Ordinal)) is { } found
            ? found.Split(';')[0][(Portal.Options.PassCookie.Length + 1)..]
            : null;

    /// <summary>What nginx would be answered when a browser asks a seat's host for something.</summary>
    public async Task<HttpResponseMessage> DecideAsync(Seat at, string? pass, string? target = null, string question = "decision", params (string Name, string Value)[] headers)
    {
        using var browser = Portal.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, browser.Url($"/gateway/{question}"));
        Dictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["X-Original-Uri"] = target ?? BaseOf(at) + "lab", ["X-Original-Method"] = "GET", ["X-Original-Host"] = new Uri(OriginOf(at)).Authority, ["X-Client-Address"] = PortalBrowser.Teaching,
        };
        if (pass is not null) all["Cookie"] = $"{Portal.Options.PassCookie}={pass}";
        foreach (var (name, value) in headers) all[name] = value;
        foreach (var (name, value) in all) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await browser.Http.SendAsync(request);
    }

    public async Task<HttpStatusCode> StatusAsync(Seat at, string? pass, string? target = null, params (string Name, string Value)[] headers)
    {
        using var answer = await DecideAsync(at, pass, target, "decision", headers);
        Assert.Equal(answer.StatusCode == HttpStatusCode.OK, answer.Headers.Contains("X-Seat-Token"));
        return answer.StatusCode;
    }
}
