using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Cli.Workspaces;

/// <summary>A workspace that a command names.</summary>
internal static class WorkspaceOnCluster
{
    /// <summary>Finds a workspace by its name, in one namespace or in all.</summary>
    /// <exception cref="UserMistakeException">There is none, or there are several.</exception>
    public static async Task<ResearchWorkspace> FindAsync(KubernetesClient client, string name, string? project, CancellationToken cancellationToken)
    {
        var all = await client.ListAsync<ResearchWorkspace>(new() { Namespace = project ?? "" }, cancellationToken);
        var found = all.Where(workspace => workspace.Metadata.Name == name).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new UserMistakeException($"There is no research workspace \"{name}\"{(project is null ? "" : $" in the namespace {project}")}. {Others(all)}"),
            _ => throw new UserMistakeException($"Several projects have a workspace \"{name}\". Give one of them: {string.Join(", ", found.Select(workspace => $"-n {workspace.Metadata.Namespace}").Order(StringComparer.Ordinal))}."),
        };
    }

    private static string Others(IReadOnlyList<ResearchWorkspace> all) => all.Count == 0
        ? "There are none."
        : $"There {(all.Count == 1 ? "is" : "are")} {string.Join(", ", all.Select(workspace => workspace.Metadata.Name).Order(StringComparer.Ordinal).Take(10))}.";
}
