using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Site;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>
/// Decides whether a request may go to the pod of a seat or of a workspace, and to which address: from what the watches told, without asking anybody. Read from top to
/// bottom; the first that holds is the answer.
/// </summary>
internal sealed class GatewayDecision(SiteView site, PortalOptions options, Passes passes, TimeProvider time)
{
    /// <summary>The answer to a request.</summary>
    public GatewayVerdict Decide(GatewayRequest request)
    {
        if (SeatHost.LabelIn(request.Host, options.SeatsDomain) is not { } label || GatewayTarget.Of(label, site) is not { } target) return new GatewayVerdict.Refused(Refusal.NoSuchSeat);
        if (!SeatPath.IsWithin(request.Target, target.BasePath)) return new GatewayVerdict.Refused(Refusal.BadPath);
        if (request.IsFromElsewhere(options.OriginOf(label))) return new GatewayVerdict.Refused(Refusal.FromElsewhere);

        var now = time.GetUtcNow();
        if (passes.Read(request.Pass) is not { } pass || pass.Label != label || !pass.IsGood(now)) return new GatewayVerdict.Unknown();
        if (!target.Admits(pass.Visitor)) return new GatewayVerdict.Refused(Refusal.NotYours);
        if (!options.Networks.Admit(target.Access, request.Client)) return new GatewayVerdict.Refused(Refusal.WrongNetwork);
        if (target.PortOf(request.Target) is not { } port) return new GatewayVerdict.Refused(Refusal.NoSuchPort);

        return target.PodIn(site) is { } pod && SeatAddress.Of(pod, port) is { } address && target.TokenIn(site) is { } token
            // JupyterLab's token is nothing to a program beside it.
            ? new GatewayVerdict.Allowed(address, port == SeatPod.Port ? token : "", pass.Renewed(now))
            : new GatewayVerdict.Refused(Refusal.NotRunning);
    }
}
