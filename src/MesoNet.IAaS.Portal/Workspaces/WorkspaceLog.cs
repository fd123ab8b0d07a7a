using System.Globalization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What a workspace's JupyterLab printed last.</summary>
/// <param name="Text">The lines; null where they cannot be read.</param>
/// <param name="Problem">Why not; null where they can.</param>
internal sealed record WorkspaceLogLines(string? Text, Sentence? Problem);

/// <summary>Reads what a workspace's JupyterLab printed, from its node by way of the API server.</summary>
internal sealed class WorkspaceLog(KubernetesClient client, SiteView site)
{
    private const int Lines = 200;
    private const int MostBytes = 128 * 1024;

    /// <summary>The last lines.</summary>
    public async Task<WorkspaceLogLines> ReadAsync(ResearchWorkspace workspace, CancellationToken cancellationToken)
    {
        if (site.PodOf(workspace) is not { } pod) return new(null, new("L’espace ne tourne pas maintenant\u00a0: il n’y a pas de journal.", "The workspace does not run now: there is no log."));
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{ResourceType.Of<Pod>().ObjectPath(pod.Key)}/log?container={SeatPod.ContainerName}&tailLines={Lines}&limitBytes={MostBytes}");
            return new(await client.GetTextAsync(path, cancellationToken), null);
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
        {
            return new(null, new($"Le journal ne peut pas être lu pour le moment\u00a0: {exception.Message}", $"The log cannot be read at the moment: {exception.Message}"));
        }
    }
}
