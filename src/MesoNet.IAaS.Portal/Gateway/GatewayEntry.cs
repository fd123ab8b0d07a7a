using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>Hands somebody whom the portal knows over to a notebook's host.</summary>
internal sealed class GatewayEntry(Passes passes, PortalOptions options, TimeProvider time)
{
    /// <summary>The address at a host that lets somebody in; good once, and for a minute.</summary>
    /// <param name="target">What the host leads to.</param>
    /// <param name="label">The host.</param>
    /// <param name="visitor">Who goes there, as far as the host need know.</param>
    /// <param name="to">Where in it; its JupyterLab where null, or where it leads elsewhere.</param>
    /// <param name="until">When they are to come by the portal again at the latest; null for as late as anybody.</param>
    /// <param name="context">The request of the browser that goes there, which is to leave it again.</param>
    public string To(GatewayTarget target, string label, Visitor visitor, string? to, DateTimeOffset? until, HttpContext context)
    {
        EnteredHosts.Add(context, label, options);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var place = to is not null && SeatPath.IsWithin(to, target.BasePath) ? $"&to={Uri.EscapeDataString(to)}" : "";
        return $"{options.OriginOf(label)}/gateway/enter?ticket={passes.WriteTicket(new(label, visitor, now, now, until?.ToUnixTimeSeconds()))}{place}";
    }
}
