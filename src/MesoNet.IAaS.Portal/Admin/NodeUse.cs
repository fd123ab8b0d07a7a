using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.Admin;

/// <summary>A node, and what runs there.</summary>
/// <param name="Node">The node.</param>
/// <param name="Seats">The logins of the seats, by course.</param>
/// <param name="Workspaces">The research workspaces, each with whose it is.</param>
internal sealed record NodeUse(Node Node, IReadOnlyList<(string Course, IReadOnlyList<string> Logins)> Seats, IReadOnlyList<(string Title, string Owner)> Workspaces)
{
    /// <summary>How many environments.</summary>
    public int Count => Seats.Sum(course => course.Logins.Count) + Workspaces.Count;

    /// <summary>All nodes of the site, by name.</summary>
    public static IReadOnlyList<NodeUse> AllOf(SiteView site)
    {
        var seats = site.Pods.All.Where(pod => pod.Spec?.NodeName is not null).ToLookup(pod => pod.Spec!.NodeName!, StringComparer.Ordinal);
        var workspaces = site.Workspaces.All.Select(workspace => (Workspace: workspace, Node: site.PodOf(workspace)?.Spec?.NodeName)).Where(item => item.Node is not null)
            .ToLookup(item => item.Node!, item => item.Workspace, StringComparer.Ordinal);
        return [.. site.Nodes.All.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal).Select(node => new NodeUse(node, SeatsOf(seats[node.Metadata.Name!], site), WorkspacesOf(workspaces[node.Metadata.Name!])))];
    }

    /// <summary>What keeps it from taking pods, in a word each; nothing where all is well.</summary>
    public IEnumerable<string> States(Language language)
    {
        switch (Node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.Status)
        {
            case "True": break;
            case "False": yield return language.Say("pas prête", "not ready"); break;
            default: yield return language.Say("injoignable", "unreachable"); break;
        }

        if (Node.Spec?.Unschedulable == true) yield return language.Say("fermée", "closed");
    }

    private static List<(string Course, IReadOnlyList<string> Logins)> SeatsOf(IEnumerable<ObservedPod> pods, SiteView site) =>
    [
        .. pods.Select(pod => site.Seats.Find(pod.Key)).OfType<Seat>().GroupBy(SiteView.CourseOf)
            .Select(course => (site.Environments.Find(course.Key) is { } there ? SiteView.TitleOf(there) : course.Key.Name, (IReadOnlyList<string>)[.. course.Select(seat => seat.Spec.Login).Order(StringComparer.Ordinal)]))
            .OrderBy(course => course.Item1, StringComparer.OrdinalIgnoreCase),
    ];

    private static List<(string Title, string Owner)> WorkspacesOf(IEnumerable<ResearchWorkspace> workspaces) =>
        [.. workspaces.Select(workspace => (SiteView.TitleOf(workspace), workspace.Spec.Owner)).OrderBy(workspace => workspace.Item1, StringComparer.OrdinalIgnoreCase)];
}
