using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using NodaTime;

namespace MesoNet.IAaS.Portal.Admin;

/// <summary>The site's calendar as numbers, for the picture of it.</summary>
internal static class SiteHoursEndpoint
{
    /// <summary>Adds it.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/hours.json", (HttpContext context, int? days, SiteView site, TimeProvider time) =>
    {
        if (Sessions.VisitorOf(context.User) is not { IsAdministrator: true }) return Results.StatusCode(StatusCodes.Status403Forbidden);
        context.Response.Headers.CacheControl = "no-store";
        var bookings = SiteBookings.Of(site, days ?? 14, Instant.FromDateTimeOffset(time.GetUtcNow()));
        return Results.Json(new
        {
            zone = bookings.Zone.Id,
            hours = bookings.Hours.Hours.Select(hour => hour.ToUnixTimeSeconds()),
            resources = bookings.Hours.Resources.Select(resource => new
            {
                name = resource.Resource, capacity = resource.Capacity,
                booked = resource.Uses.Select(use => use.Booked), held = resource.Uses.Select(use => use.Held), yielding = resource.Uses.Select(use => use.Yielding),
            }),
        });
    });
}
