using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Status;

/// <summary>The links of a local cluster's portal, signed with the key that the portal keeps in the cluster: who may read that may sign.</summary>
/// <param name="portal">The portal’s address.</param>
/// <param name="links">Signs them.</param>
internal sealed class PortalLinks(string portal, Links links)
{
    private static readonly TimeSpan OfPersons = TimeSpan.FromDays(7);

    /// <summary>The links, or null as long as the portal has no key yet.</summary>
    public static async Task<PortalLinks?> ReadAsync(KubernetesClient client, string? portal, CancellationToken cancellationToken) =>
        portal is not null && await client.FindAsync<Secret>(new("mesonet-system", SiteKeys.SecretName), cancellationToken) is { Data: { } data } && data.GetValueOrDefault(SiteKeys.LinkKey) is { } key
            ? new(portal, new(key))
            : null;

    /// <summary>The invitation of a seat's student.</summary>
    public string To(Seat seat, ClassroomEnvironment course) => portal + links.PathTo(seat, course);

    /// <summary>The link of somebody on this machine's cluster; good for seven days.</summary>
    /// <param name="login">Their login: they are whatever courses and workspaces name it as.</param>
    /// <param name="role">Their role on the whole site; null for none.</param>
    /// <param name="time">The clock.</param>
    public string For(string login, SiteRole? role, TimeProvider time) => portal + links.PathFor(login, role is { } one ? new HashSet<SiteRole> { one } : [], time.GetUtcNow() + OfPersons);
}
