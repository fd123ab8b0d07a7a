using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>
/// Decides whether a request may go to a seat's pod, and to which address: from what the watches told, without asking anybody. Read from top to
/// bottom; the first that holds is the answer.
/// </summary>
internal sealed class GatewayDecision(SiteView site, PortalOptions options, Passes passes, TimeProvider time)
{
    /// <summary>The answer to a request.</summary>
    public GatewayVerdict Decide(GatewayRequest request)
    {
        if (SeatHost.LabelIn(request.Host, options.SeatsDomain) is not { } label || site.SeatOfHost(label) is not { } seat) return new GatewayVerdict.Refused(Refusal.NoSuchSeat, null);
        if (site.Environments.Find(SiteView.CourseOf(seat)) is not { } course) return new GatewayVerdict.Refused(Refusal.NoSuchSeat, null);
        if (!SeatPath.IsWithin(request.Target, SeatPod.BasePath(seat.Spec.Environment, seat.Metadata.Name!))) return new GatewayVerdict.Refused(Refusal.BadPath, seat);
        if (request.IsFromElsewhere(options.OriginOf(label))) return new GatewayVerdict.Refused(Refusal.FromElsewhere, seat);

        var now = time.GetUtcNow();
        if (passes.Read(request.Pass) is not { } pass || pass.Label != label || !pass.IsGood(now)) return new GatewayVerdict.Unknown(seat);
        if (Rights.To(seat, course, pass.Visitor) == Part.None) return new GatewayVerdict.Refused(Refusal.NotYours, seat);
        if (!options.Networks.Admit(course, request.Client)) return new GatewayVerdict.Refused(Refusal.WrongNetwork, seat);

        return site.Pods.Find(seat.Key) is { } pod && SeatAddress.Of(pod) is { } address && site.TokenOf(seat) is { } token
            ? new GatewayVerdict.Allowed(address, token, pass.Renewed(now))
            : new GatewayVerdict.Refused(Refusal.NotRunning, seat);
    }
}
