using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Portal.Pages.Workspaces;

/// <summary>A research workspace, to those who may open it: how it is, what comes next, and what they can do about it.</summary>
internal sealed class WorkspaceModel(WorkspaceDoor door, WorkspaceActions actions, TimeProvider time) : WorkspacePageModel(door)
{
    private const string SaidKey = "said";

    /// <summary>What has just been done, in a sentence.</summary>
    public string? Said { get; private set; }

    public string Fragment => WorkspaceFragment.OfPage(Door.OutlookOf(Found.Workspace), Language);

    /// <summary>The first day that can be a last day.</summary>
    public string Today => LocalDatePattern.Iso.Format(WorkspaceWishes.Today(Found.Workspace, Instant.FromDateTimeOffset(time.GetUtcNow())));

    /// <summary>The ports beside JupyterLab's, each with the way there.</summary>
    public IEnumerable<(string Name, string Address)> Ports => (Found.Workspace.Spec.Ports ?? []).Select(port =>
        (port.Name, WorkspaceDoor.PathOf(Found.Label, WorkspacePorts.PathOf(new GatewayTarget.ToWorkspace(Found.Workspace).BasePath, port))));

    public IActionResult OnGet(string label)
    {
        if (Look(label) is { } refused) return refused;
        Said = TempData[SaidKey] as string;
        return Page();
    }

    /// <summary>Starts it.</summary>
    /// <param name="label">Its host.</param>
    /// <param name="opens">Whether somebody waits for it to open it.</param>
    /// <param name="to">Where in it they want to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IActionResult> OnPostStartAsync(string label, bool opens, string? to, CancellationToken cancellationToken) =>
        ActAsync(label, () => actions.StartAsync(Found, Visitor, cancellationToken), opens ? WorkspaceDoor.PathOf(label, string.IsNullOrEmpty(to) ? null : to) : null);

    public Task<IActionResult> OnPostStopAsync(string label, CancellationToken cancellationToken) => ActAsync(label, () => actions.StopAsync(Found, Visitor, cancellationToken));

    public Task<IActionResult> OnPostExtendAsync(string label, string? until, CancellationToken cancellationToken) =>
        ActAsync(label, () => actions.ExtendAsync(Found, until, Visitor, cancellationToken));

    private async Task<IActionResult> ActAsync(string label, Func<Task<Sentence>> action, string? goesOnTo = null)
    {
        if (Look(label) is { } refused) return refused;
        var said = (await ClusterAnswers.OfAsync(action)).In(Language);
        if (goesOnTo is not null) return LocalRedirect(goesOnTo);
        TempData[SaidKey] = said;
        return LocalRedirect(Found.Path);
    }
}
