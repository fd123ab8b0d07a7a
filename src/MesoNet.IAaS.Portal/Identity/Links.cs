using System.Globalization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Identity;

/// <summary>What a link that the portal signed opens.</summary>
internal abstract record LinkContent
{
    /// <summary>A student's seat, as long as the seat's links have that number.</summary>
    public sealed record ToSeat(ObjectKey Seat, int Serial) : LinkContent;

    /// <summary>The portal, as somebody with roles, until a moment.</summary>
    public sealed record ForPerson(string Login, IReadOnlySet<SiteRole> Roles, DateTimeOffset Until) : LinkContent;
}

/// <summary>
/// Links that stand for an account. That of a seat is valid as long as the seat is there and its teacher has not renewed it; it is signed with the
/// uids of the seat and of its course, which are not in it: one that is made anew under its name, as for a student who is taken off the roster and put
/// back, counts its links from 0 again. Links are made of seats that the API server told of, so that their uids are known wherever links are. That of a
/// person is for the first sign-in of a new site, and for one machine's own cluster.
/// </summary>
internal sealed class Links
{
    private readonly byte[] siteKey;
    private readonly SignedText persons;

    /// <param name="siteKey">The site's key.</param>
    public Links(byte[] siteKey) => (this.siteKey, persons) = (siteKey, new(siteKey, "link of a person"));

    /// <summary>The path of a seat's link.</summary>
    public string PathTo(Seat seat, ClassroomEnvironment course) =>
        $"/i/{For(seat, course).Sign(string.Create(CultureInfo.InvariantCulture, $"{seat.Metadata.Namespace}/{seat.Metadata.Name}/{seat.Spec.Invitation ?? 0}"))}";

    /// <summary>The path of a person's link.</summary>
    public string PathFor(string login, IReadOnlySet<SiteRole> roles, DateTimeOffset until) =>
        $"/p/{persons.Sign(string.Create(CultureInfo.InvariantCulture, $"{until.ToUnixTimeSeconds()} {string.Join(',', roles.Order())} {login}"))}";

    /// <summary>The seat that a link opens, and its number; null where nobody signed it, its course is gone, or it was renewed.</summary>
    /// <param name="signed">The last part of the path.</param>
    /// <param name="find">Finds a seat and its course.</param>
    public SeatGrant? ReadToSeat(string signed, Func<ObjectKey, (Seat Seat, ClassroomEnvironment Course)?> find)
    {
        // What it says is believed only once it is known to be signed for the seat that it names.
        if (UnverifiedSeatOf(signed) is not { } named || find(named.Seat) is not var (seat, course)) return null;
        if (For(seat, course).Read(signed) is null || named.Serial != (seat.Spec.Invitation ?? 0)) return null;
        return new(named.Seat, seat.Metadata.Uid!, named.Serial);
    }

    /// <summary>The person of a link; null where nobody signed it, or its time is over.</summary>
    public LinkContent.ForPerson? ReadForPerson(string signed, DateTimeOffset now)
    {
        if (persons.Read(signed)?.Split(' ', 3) is not [var seconds, var roles, var login]) return null;
        var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));
        return until <= now ? null : new(login, roles.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<SiteRole>).ToHashSet(), until);
    }

    private static LinkContent.ToSeat? UnverifiedSeatOf(string signed) =>
        SignedText.ReadUnverified(signed)?.Split('/') is [var @namespace, var name, var serial] && int.TryParse(serial, CultureInfo.InvariantCulture, out var number)
            ? new(new(@namespace, name), number)
            : null;

    private SignedText For(Seat seat, ClassroomEnvironment course) => new(siteKey, $"link to the seat {seat.Metadata.Uid} of {course.Metadata.Uid}");
}
