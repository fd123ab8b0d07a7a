using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages.Workspaces;

/// <summary>The way into a research workspace: at once where it answers; else the page that says why not, and goes on by itself. It starts nothing unasked: what stopped it may have had a reason.</summary>
internal sealed class OpenModel(WorkspaceDoor door) : PageModel
{
    private WorkspaceOutlook outlook = null!;

    public Language Language { get; private set; } = Language.French;

    public FoundWorkspace Found { get; private set; } = null!;

    public string? To { get; private set; }

    public string EventsPath => To is null ? $"{Found.Path}/open/events" : $"{Found.Path}/open/events?to={Uri.EscapeDataString(To)}";

    public string Fragment => WorkspaceFragment.OfDoor(outlook, WorkspaceDoor.PathOf(Found.Label, To), Language);

    public IActionResult OnGet(string label, string? to)
    {
        Response.Headers.CacheControl = "no-store";
        (Language, To) = (Languages.Of(Request), to);
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (door.Find(label, visitor) is not { } found) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        (Found, outlook) = (found, door.OutlookOf(found.Workspace));
        return outlook.IsOpen ? Redirect(door.EntryTo(found, visitor, to)) : Page();
    }
}
