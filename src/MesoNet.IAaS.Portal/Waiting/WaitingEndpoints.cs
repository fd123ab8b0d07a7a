using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>What the waiting page and the student's own page hear of by server-sent events.</summary>
internal static class WaitingEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/open/{label}/events", (HttpContext context, string label, string? to, SeatDoor door, SiteChanges changes, TimeProvider time) =>
            FollowAsync(context, label, door, changes, (seen, language) => WaitingFragment.Render(door.OutlookOf(seen), SeatDoor.PathOf(label, to), language), time));
        routes.MapGet("/seats/{label}/events", (HttpContext context, string label, SeatDoor door, SiteChanges changes, TimeProvider time) =>
            FollowAsync(context, label, door, changes, (seen, language) => SeatFacts.Render(seen.Seat, door.OutlookOf(seen), language), time));
    }

    private static async Task FollowAsync(HttpContext context, string label, SeatDoor door, SiteChanges changes, Func<FoundSeat, Language, string> render, TimeProvider time)
    {
        if (Sessions.VisitorOf(context.User) is not { } visitor || door.Find(label, visitor) is not { } found)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var language = Languages.Of(context.Request);
        // Its place in the queue moves by others, so it is looked at now and then though nothing changed.
        await FragmentStream.FollowAsync(context, changes, found.Seat.Key, () => door.Find(label, visitor) is { } seen ? render(seen, language) : null, time);
    }
}
