using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages.Workspaces;

/// <summary>A page of a research workspace for those who may open it.</summary>
internal abstract class WorkspacePageModel(WorkspaceDoor door) : PageModel
{
    /// <summary>The way into workspaces.</summary>
    protected WorkspaceDoor Door => door;

    public Language Language { get; private set; } = Language.French;

    public FoundWorkspace Found { get; private set; } = null!;

    /// <summary>Who asks.</summary>
    protected Visitor Visitor { get; private set; } = null!;

    /// <summary>Finds the workspace, and who asks.</summary>
    /// <returns>What they get instead of the page; null where it is theirs.</returns>
    protected IActionResult? Look(string label)
    {
        Language = Languages.Of(Request);
        Response.Headers.CacheControl = "no-store";
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (door.Find(label, visitor) is not { } found) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        (Visitor, Found) = (visitor, found);
        return null;
    }
}
