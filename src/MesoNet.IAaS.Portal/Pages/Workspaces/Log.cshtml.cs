using MesoNet.IAaS.Portal.Workspaces;
using Microsoft.AspNetCore.Mvc;

namespace MesoNet.IAaS.Portal.Pages.Workspaces;

/// <summary>What a workspace's JupyterLab printed last, to those who may open it.</summary>
internal sealed class LogModel(WorkspaceDoor door, WorkspaceLog log) : WorkspacePageModel(door)
{
    public WorkspaceLogLines Log { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string label, CancellationToken cancellationToken)
    {
        if (Look(label) is { } refused) return refused;
        Log = await log.ReadAsync(Found.Workspace, cancellationToken);
        return Page();
    }
}
