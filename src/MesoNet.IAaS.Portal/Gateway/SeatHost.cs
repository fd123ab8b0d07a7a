using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>
/// The host name under which a seat or a workspace is served: one of its own, so that browsers keep what runs in it apart from the portal and from all other
/// seats. It tells nobody who asks the domain name system whose seat it is.
/// </summary>
internal static class SeatHost
{
    private const int Length = 20;

    /// <summary>The first label of the name: a letter, and a hash of namespace, course and seat.</summary>
    public static string LabelOf(Seat seat) => LabelOf(seat.Metadata.Namespace!, seat.Spec.Environment, seat.Metadata.Name!);

    /// <summary>The same of a seat's names.</summary>
    public static string LabelOf(string @namespace, string environment, string seat) => $"s{ObjectNames.Hash($"{@namespace}/{environment}/{seat}", Length)}";

    /// <summary>That of a research workspace: no seat's, as no namespace has a colon.</summary>
    public static string LabelOf(ResearchWorkspace workspace) => $"s{ObjectNames.Hash($"workspace:{workspace.Metadata.Namespace}/{workspace.Metadata.Name}", Length)}";

    /// <summary>Whether a text is such a label.</summary>
    public static bool IsLabel(string text) => text.Length == 1 + Length && text[0] == 's' && text.Skip(1).All(char.IsAsciiHexDigitLower);

    /// <summary>The label of a host below the seats' domain, or null where it is none.</summary>
    /// <param name="host">The host as the browser asked for it, with its port.</param>
    /// <param name="domain">The seats' domain, with the port where there is one.</param>
    public static string? LabelIn(string host, string domain) =>
        host.Length == 1 + Length + 1 + domain.Length && host[0] == 's' && host[1 + Length] == '.' && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
            ? host[..(1 + Length)]
            : null;
}
