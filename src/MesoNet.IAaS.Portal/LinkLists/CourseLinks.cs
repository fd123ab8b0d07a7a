using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.LinkLists;

/// <summary>The links of a course's students, for who teaches them: as a file and as a sheet to print.</summary>
internal static class CourseLinks
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/courses/{ns}/{name}/links.csv", Csv);
        routes.MapGet("/courses/{ns}/{name}/links/sheet", Sheet);
    }

    /// <summary>The links of the students who are a teacher's.</summary>
    public static IReadOnlyList<StudentLink> Of(TaughtCourse taught, SiteView site, Links links, PortalOptions options) =>
        [.. StudentLink.InOrder(site.SeatsOf(taught.Course.Key).Where(seat => taught.Has(seat.Spec.Group))
            .Select(seat => new StudentLink(seat.Spec.Login, seat.Spec.Group, options.Origin + links.PathTo(seat, taught.Course))))];

    private static IResult Csv(HttpContext context, string ns, string name, SiteView site, Links links, PortalOptions options)
    {
        if (Find(context, ns, name, site) is not { } taught) return Results.StatusCode(StatusCodes.Status403Forbidden);
        context.Response.Headers.CacheControl = "no-store";
        return Results.File(LinksCsv.Write(Of(taught, site, links, options), Languages.Of(context.Request)), "text/csv; charset=utf-8", $"{name}-liens.csv");
    }

    private static IResult Sheet(HttpContext context, string ns, string name, SiteView site, Links links, PortalOptions options)
    {
        if (Find(context, ns, name, site) is not { } taught) return Results.StatusCode(StatusCodes.Status403Forbidden);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = LinksSheet.ContentSecurityPolicy;
        return Results.Text(LinksSheet.Write(taught.Title, Of(taught, site, links, options), Languages.Of(context.Request)), "text/html", Encoding.UTF8);
    }

    private static TaughtCourse? Find(HttpContext context, string ns, string name, SiteView site) =>
        Sessions.VisitorOf(context.User) is { } visitor && site.Environments.Find(new ObjectKey(ns, name)) is { } course ? TaughtCourse.Of(course, visitor) : null;
}
