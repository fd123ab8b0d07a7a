using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Cli.Timetable;

/// <summary>Which cluster a command asks: the one of a kubeconfig where one is given, else the local one where that runs.</summary>
internal sealed record ClusterReader(LocalSite Local, string? Kubeconfig, string? Context, TimeProvider Time)
{
    /// <summary>The site's own catalogue, where one is given.</summary>
    public PlatformCatalogue? Catalogue { get; init; }

    /// <summary>The platforms of that cluster: of one that is not local, as far as this program knows.</summary>
    public PlatformCatalogue Platforms => Catalogue is not null ? Catalogue : Kubeconfig is null && Context is null ? PlatformCatalogue.BuiltIn.Local : PlatformCatalogue.BuiltIn;

    /// <summary>The site's courses, templates, data sets and nodes; null where there is no cluster to ask.</summary>
    /// <exception cref="UserMistakeException">There is one, and it does not let them be read.</exception>
    public async Task<SiteObjects?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await ConnectAsync(cancellationToken) is not { } client) return null;
        using (client)
        {
            try
            {
                var read = new SiteObjects(
                    await client.ListAsync<ClassroomEnvironment>(ListQuery.All, cancellationToken),
                    await client.ListAsync<CourseTemplate>(ListQuery.All, cancellationToken),
                    await client.ListAsync<Dataset>(ListQuery.All, cancellationToken),
                    await client.ListAsync<Node>(ListQuery.All, cancellationToken))
                {
                    Workspaces = await client.ListAsync<ResearchWorkspace>(ListQuery.All, cancellationToken),
                };
                return read.With(Platforms);
            }
            catch (KubernetesApiException exception)
            {
                throw new UserMistakeException($"The cluster's courses and nodes cannot be read: {exception.Message}");
            }
        }
    }

    /// <summary>The portal that the local cluster has of its own; null where another cluster is asked, or it has none.</summary>
    public string? LocalPortal => Kubeconfig is null && Context is null ? Local.ReadSupervisor()?.Portal : null;

    /// <summary>A client of the cluster; null where there is none to ask.</summary>
    public async Task<KubernetesClient?> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Kubeconfig is not null || Context is not null)
            return new(await KubernetesConnection.DiscoverAsync(Kubeconfig, Context, cancellationToken), Time);
        return Local.ReadSupervisor() is { Phase: "ready", Kubeconfig: { } kubeconfig } ? await LocalSite.ConnectAsync(kubeconfig, cancellationToken) : null;
    }

    /// <summary>A client of the cluster.</summary>
    /// <exception cref="UserMistakeException">There is none to ask.</exception>
    public async Task<KubernetesClient> RequireAsync(CancellationToken cancellationToken) =>
        await ConnectAsync(cancellationToken) ?? throw new UserMistakeException("No cluster is running. './mesonet up' starts one; --kubeconfig names another.");
}
