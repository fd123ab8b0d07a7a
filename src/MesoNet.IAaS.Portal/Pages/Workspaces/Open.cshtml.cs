using MesoNet.IAaS.Portal.Workspaces;
using Microsoft.AspNetCore.Mvc;

namespace MesoNet.IAaS.Portal.Pages.Workspaces;

/// <summary>The way into a research workspace: at once where it answers; else the page that says why not, and goes on by itself. It starts nothing unasked: what stopped it may have had a reason.</summary>
internal sealed class OpenModel(WorkspaceDoor door) : WorkspacePageModel(door)
{
    private WorkspaceOutlook outlook = null!;

    public string? To { get; private set; }

    public string EventsPath => To is null ? $"{Found.Path}/open/events" : $"{Found.Path}/open/events?to={Uri.EscapeDataString(To)}";

    public string Fragment => WorkspaceFragment.OfDoor(outlook, WorkspaceDoor.PathOf(Found.Label, To), Language);

    public IActionResult OnGet(string label, string? to)
    {
        To = to;
        if (Look(label) is { } refused) return refused;
        outlook = Door.OutlookOf(Found.Workspace);
        return outlook.IsOpen ? Redirect(Door.EntryTo(Found, Visitor, to, HttpContext)) : Page();
    }
}
