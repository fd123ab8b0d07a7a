using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using NodaTime;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What the pages of a workspace ask for while they are open: how it is, by server-sent events, and what it uses.</summary>
internal static class WorkspaceEndpoints
{
    // A day of samples has some fifty thousand letters.
    private const int LongestUsage = 256 * 1024;

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/workspaces/{label}/events", (HttpContext context, string label, WorkspaceDoor door, SiteChanges changes, TimeProvider time) =>
            FollowAsync(context, label, door, changes, WorkspaceFragment.OfPage, time));
        routes.MapGet("/workspaces/{label}/open/events", (HttpContext context, string label, string? to, WorkspaceDoor door, SiteChanges changes, TimeProvider time) =>
            FollowAsync(context, label, door, changes, (outlook, language) => WorkspaceFragment.OfDoor(outlook, WorkspaceDoor.PathOf(label, to), language), time));
        routes.MapGet("/workspaces/{label}/usage.json", TellUsageAsync);
    }

    private static async Task FollowAsync(HttpContext context, string label, WorkspaceDoor door, SiteChanges changes, Func<WorkspaceOutlook, Language, string> render, TimeProvider time)
    {
        if (Sessions.VisitorOf(context.User) is not { } visitor || door.Find(label, visitor) is not { } found)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var language = Languages.Of(context.Request);
        await FragmentStream.FollowAsync(context, changes, found.Workspace.Key, () => door.Find(label, visitor) is { } seen ? render(door.OutlookOf(seen.Workspace), language) : null, time);
    }

    private static async Task<IResult> TellUsageAsync(HttpContext context, string label, WorkspaceDoor door, SiteView site, PodQuestion question, TimeProvider time)
    {
        if (Sessions.VisitorOf(context.User) is not { } visitor || door.Find(label, visitor) is not { Workspace: var workspace }) return Results.StatusCode(StatusCodes.Status403Forbidden);
        context.Response.Headers.CacheControl = "no-store";
        WorkspaceUsage? usage = null;
        if (site.PodOf(workspace) is { } pod && SeatAddress.Of(pod) is { } address && site.TokenOf(workspace) is { } token)
        {
            var answer = await question.AskAsync(address, $"{new GatewayTarget.ToWorkspace(workspace).BasePath}mesonet/usage", token, LongestUsage, context.RequestAborted);
            usage = WorkspaceUsage.Read(answer, Instant.FromDateTimeOffset(time.GetUtcNow()));
        }

        var language = Languages.Of(context.Request);
        var picture = UsagePicture.Of(workspace, usage, language);
        return Results.Json(new
        {
            zone = door.OutlookOf(workspace).Zone.Id, time = language.Say("Heure", "Time"), used = language.Say("utilisé", "used"), asked = language.Say("demandé", "asked for"),
            times = picture.Times, charts = picture.Charts.Select(chart => new { title = chart.Title, values = chart.Values, asked = chart.Asked }), sentences = picture.Sentences,
        });
    }
}
