using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>A research workspace that somebody may open, and what they are to it.</summary>
/// <param name="Label">Its host.</param>
/// <param name="Workspace">The workspace.</param>
/// <param name="Part">What they are to it.</param>
internal sealed record FoundWorkspace(string Label, ResearchWorkspace Workspace, WorkspacePart Part)
{
    /// <summary>The path of its page.</summary>
    public string Path => $"/workspaces/{Label}";
}

/// <summary>The way from the portal into a research workspace.</summary>
internal sealed class WorkspaceDoor(SiteView site, GatewayEntry entry, TimeProvider time)
{
    /// <summary>The path of the page that leads into a workspace, or says why not.</summary>
    /// <param name="label">The workspace's host.</param>
    /// <param name="to">Where in it somebody wants to; its JupyterLab where null.</param>
    public static string PathOf(string label, string? to) => to is null ? $"/workspaces/{label}/open" : $"/workspaces/{label}/open?to={Uri.EscapeDataString(to)}";

    /// <summary>The workspace of a host, where that is anything to the visitor.</summary>
    public FoundWorkspace? Find(string label, Visitor visitor) =>
        site.WorkspaceOfHost(label) is { } workspace && Rights.To(workspace, visitor) is not WorkspacePart.None and var part ? new(label, workspace, part) : null;

    /// <summary>All workspaces that somebody may open.</summary>
    public IReadOnlyList<FoundWorkspace> AllOf(Visitor visitor) =>
        [.. site.WorkspacesOf(visitor).Select(workspace => new FoundWorkspace(SeatHost.LabelOf(workspace), workspace, Rights.To(workspace, visitor)))];

    /// <summary>How a workspace is.</summary>
    public WorkspaceOutlook OutlookOf(ResearchWorkspace workspace)
    {
        var pod = site.PodOf(workspace);
        return WorkspaceOutlook.Of(workspace, pod, pod is null ? [] : site.Events.Of(pod), pod is not null && SeatAddress.Of(pod) is not null && site.TokenOf(workspace) is not null, Instant.FromDateTimeOffset(time.GetUtcNow()));
    }

    /// <summary>The address at the workspace's host that lets the visitor in.</summary>
    public string EntryTo(FoundWorkspace found, Visitor visitor, string? to, HttpContext context) =>
        entry.To(new GatewayTarget.ToWorkspace(found.Workspace), found.Label, visitor with { Grants = [] }, to, until: null, context);
}
