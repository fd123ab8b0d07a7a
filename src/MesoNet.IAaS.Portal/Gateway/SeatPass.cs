using System.Globalization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>
/// What a browser shows the gateway at a seat's host: who they are, for this seat and no other. It gives no right by itself; those are asked for anew
/// each time.
/// </summary>
/// <param name="Label">The seat's host.</param>
/// <param name="Visitor">Who they are; of the grants, only the one to this seat.</param>
/// <param name="EnteredAt">When they came in by the portal, in Unix seconds.</param>
/// <param name="IssuedAt">When this pass was written, in Unix seconds.</param>
/// <param name="Until">When it ends whether it is used or not, in Unix seconds: a visit lasts as long as it was announced for. Null for the student's own.</param>
internal sealed record SeatPass(string Label, Visitor Visitor, long EnteredAt, long IssuedAt, long? Until = null)
{
    /// <summary>How long a pass is good.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromHours(1);

    /// <summary>A pass that is in use is written anew when it is older than this.</summary>
    public static readonly TimeSpan RenewedAfter = TimeSpan.FromMinutes(15);

    /// <summary>After this one must come by the portal again, which nobody notices whose session there is good.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>Whether it is good at a moment.</summary>
    public bool IsGood(DateTimeOffset now) =>
        now.ToUnixTimeSeconds() - IssuedAt < Validity.TotalSeconds && now.ToUnixTimeSeconds() - EnteredAt < Longest.TotalSeconds
        && (Until is not { } until || now.ToUnixTimeSeconds() < until);

    /// <summary>The same, renewed, where it is time for that; else null.</summary>
    public SeatPass? Renewed(DateTimeOffset now) =>
        now.ToUnixTimeSeconds() - IssuedAt >= RenewedAfter.TotalSeconds ? this with { IssuedAt = now.ToUnixTimeSeconds() } : null;

    /// <summary>As text, to be signed.</summary>
    public string Write()
    {
        var grant = Visitor.Grants is [var only, ..] ? $"{only.Seat} {only.Uid} {only.Serial}" : "- - 0";
        var roles = Visitor.Roles.Count == 0 ? "-" : string.Join(',', Visitor.Roles.Order());
        return string.Create(CultureInfo.InvariantCulture, $"{Label} {EnteredAt} {IssuedAt} {Until ?? 0} {(Visitor.IsIdentified ? 1 : 0)} {roles} {grant} {Visitor.Login}");
    }

    /// <summary>From text whose signature was good.</summary>
    public static SeatPass? Read(string? text)
    {
        if (text?.Split(' ', 10) is not [var label, var entered, var issued, var until, var identified, var roles, var seat, var uid, var serial, var login]) return null;
        var grant = seat.Split('/') is [var @namespace, var name]
            ? new SeatGrant(new ObjectKey(@namespace, name), uid, int.Parse(serial, CultureInfo.InvariantCulture))
            : null;
        return new(
            label,
            new(login, identified == "1", roles == "-" ? Nobody : roles.Split(',').Select(Enum.Parse<SiteRole>).ToHashSet(), grant is null ? [] : [grant]),
            long.Parse(entered, CultureInfo.InvariantCulture), long.Parse(issued, CultureInfo.InvariantCulture),
            until == "0" ? null : long.Parse(until, CultureInfo.InvariantCulture));
    }

    private static readonly HashSet<SiteRole> Nobody = [];
}
