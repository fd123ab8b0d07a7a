using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>A seat that somebody may see, and what they are to it.</summary>
internal sealed record FoundSeat(Seat Seat, ClassroomEnvironment Course, Part Part);

/// <summary>The way from the portal into a seat.</summary>
internal sealed class SeatDoor(SiteView site, GatewayEntry entry, PortalOptions options, TimeProvider time)
{
    /// <summary>The path of a seat's waiting page, which goes on by itself.</summary>
    /// <param name="label">The seat's host.</param>
    /// <param name="to">Where in the seat somebody wants to; its JupyterLab where null.</param>
    public static string PathOf(string label, string? to) => to is null ? $"/open/{label}" : $"/open/{label}?to={Uri.EscapeDataString(to)}";

    /// <summary>The seat of a host, where that is anything to the visitor.</summary>
    public FoundSeat? Find(string label, Visitor visitor)
    {
        if (site.SeatOfHost(label) is not { } seat || site.Environments.Find(SiteView.CourseOf(seat)) is not { } course) return null;
        var part = Rights.To(seat, course, visitor);
        return part == Part.None ? null : new(seat, course, part);
    }

    /// <summary>Whether the course may be reached from where a browser is.</summary>
    public bool IsWithinReach(FoundSeat found, HttpRequest request) => options.Networks.Admit(found.Course.Spec.Access, GatewayRequest.ClientOf(request));

    /// <summary>How far a seat is.</summary>
    public SeatOutlook OutlookOf(FoundSeat found)
    {
        var pod = site.Pods.Find(found.Seat.Key);
        return SeatOutlook.Of(found.Seat, pod, pod is null ? [] : site.Events.Of(pod), site.TimetableOf(found.Course, Instant.FromDateTimeOffset(time.GetUtcNow())), () => SeatQueue.PlaceOf(pod!, site),
            found.Course.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: Readiness.SeatsMayStart, Status: "False" }));
    }

    /// <summary>The address at the seat's host that lets the visitor in; good once, and for a minute.</summary>
    /// <param name="found">The seat.</param>
    /// <param name="visitor">Who goes there.</param>
    /// <param name="to">Where in the seat; its JupyterLab where null, or where it leads elsewhere.</param>
    /// <param name="context">The browser's request.</param>
    public string EntryTo(FoundSeat found, Visitor visitor, string? to, HttpContext context) =>
        // Of what they may do elsewhere the seat's host need not know.
        entry.To(new GatewayTarget.ToSeat(found.Seat, found.Course), SeatHost.LabelOf(found.Seat), visitor with { Grants = [.. visitor.Grants.Where(grant => grant.Seat == found.Seat.Key)] }, to, SeatVisits.EndOf(found), context);
}
