using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Portal.Identity;

/// <summary>What somebody may do on the whole site.</summary>
internal enum SiteRole
{
    /// <summary>May make courses. Whether one teaches a course is said by the course.</summary>
    Teacher,

    /// <summary>Has workspaces.</summary>
    Researcher,

    /// <summary>Examines requests.</summary>
    Reviewer,

    /// <summary>Sees everything, and may do what every teacher may.</summary>
    Administrator,
}

/// <summary>A seat that an invitation link opened to a browser.</summary>
/// <param name="Seat">The seat.</param>
/// <param name="Uid">The seat's uid: one that is made anew under the same name has new links.</param>
/// <param name="Serial">Which of the seat's links it was.</param>
internal sealed record SeatGrant(ObjectKey Seat, string Uid, int Serial);

/// <summary>Who asks, as the portal knows them.</summary>
/// <param name="Login">The login.</param>
/// <param name="IsIdentified">Whether somebody who knows vouched for the login: then it counts wherever a course names it. Whoever holds an invitation only is let to that one seat.</param>
/// <param name="Roles">What they may do on the whole site.</param>
/// <param name="Grants">The seats that invitations opened to them.</param>
internal sealed record Visitor(string Login, bool IsIdentified, IReadOnlySet<SiteRole> Roles, IReadOnlyList<SeatGrant> Grants)
{
    /// <summary>Whether they see everything.</summary>
    public bool IsAdministrator => IsIdentified && Roles.Contains(SiteRole.Administrator);
}
