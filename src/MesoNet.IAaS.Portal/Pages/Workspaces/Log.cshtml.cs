using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages.Workspaces;

/// <summary>What a workspace's JupyterLab printed last, to those who may open it.</summary>
internal sealed class LogModel(WorkspaceDoor door, WorkspaceLog log) : PageModel
{
    public Language Language { get; private set; } = Language.French;

    public FoundWorkspace Found { get; private set; } = null!;

    public WorkspaceLogLines Log { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string label, CancellationToken cancellationToken)
    {
        Response.Headers.CacheControl = "no-store";
        Language = Languages.Of(Request);
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (door.Find(label, visitor) is not { } found) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        (Found, Log) = (found, await log.ReadAsync(found.Workspace, cancellationToken));
        return Page();
    }
}
