using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using Microsoft.AspNetCore.Authentication;

namespace MesoNet.IAaS.Portal.Identity;

/// <summary>Opening a link binds the browser; nothing of the link stays in the address.</summary>
internal static class LinkEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/i/{signed}", OpenSeatAsync);
        routes.MapGet("/p/{signed}", OpenPersonAsync);
        routes.MapPost("/leave", (Delegate)LeaveAsync);
        routes.MapGet("/language/{code}", Choose);
    }

    private static async Task<IResult> OpenSeatAsync(HttpContext context, string signed, SiteView site, Links links)
    {
        if (PageSafety.IsFetchedFromElsewhere(context.Request)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (links.ReadToSeat(signed, key => Find(site, key)) is not { } grant || site.Seats.Find(grant.Seat) is not { } seat) return Results.Redirect("/?link=bad");
        return Results.Redirect(await Sessions.BeginAsync(context, new(seat.Spec.Login, IsIdentified: false, new HashSet<SiteRole>(), [grant]), $"/seats/{SeatHost.LabelOf(seat)}"));
    }

    private static async Task<IResult> OpenPersonAsync(HttpContext context, string signed, Links links, TimeProvider time)
    {
        if (PageSafety.IsFetchedFromElsewhere(context.Request)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (links.ReadForPerson(signed, time.GetUtcNow()) is not { } person) return Results.Redirect("/?link=bad");
        return Results.Redirect(await Sessions.BeginAsync(context, new(person.Login, IsIdentified: true, person.Roles, []), "/"));
    }

    private static async Task<IResult> LeaveAsync(HttpContext context, PortalOptions options)
    {
        if (Sessions.VisitorOf(context.User) is { IsIdentified: true }) OpenIdSignIn.AskAnew(context, options);
        await context.SignOutAsync();
        return Results.Redirect(EnteredHosts.WayOut(context, "/?left=1", options));
    }

    private static IResult Choose(HttpContext context, string code, string? from)
    {
        context.Response.Cookies.Append(Languages.Cookie, Language.Of(code).Code, new() { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true });
        return Results.Redirect(IsOwnPath(from) ? from! : "/");
    }

    /// <summary>
    /// Whether a text is a path of this site: neither another's address, nor one that browsers take for one ("//", "/\"), nor anything that a header cannot
    /// hold.
    /// </summary>
    public static bool IsOwnPath(string? path) =>
        path is ['/', ..] && path is not ['/', '/' or '\\', ..] && !path.AsSpan().ContainsAnyExceptInRange('!', '~') && !path.Contains('\\', StringComparison.Ordinal);

    private static (Resources.Courses.Seat, Resources.Courses.ClassroomEnvironment)? Find(SiteView site, ObjectKey key) =>
        site.Seats.Find(key) is { } seat && site.Environments.Find(SiteView.CourseOf(seat)) is { } course ? (seat, course) : null;
}
