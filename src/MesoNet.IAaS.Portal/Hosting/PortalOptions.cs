using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Resources.Platforms;

namespace MesoNet.IAaS.Portal.Hosting;

/// <summary>Where the portal is found, and what it is told of the site.</summary>
internal sealed record PortalOptions
{
    /// <summary>The portal as browsers see it: scheme, host and port, without a slash at the end.</summary>
    public required Uri PublicUrl { get; init; }

    /// <summary>The domain below which each seat has a host of its own, with the port where it is not the scheme's: notebooks.example.org.</summary>
    public required string SeatsDomain { get; init; }

    /// <summary>Where the portal listens, behind nginx: an address and a port, loopback as a rule.</summary>
    public required string Listen { get; init; }

    /// <summary>The namespace of the portal's own Secret.</summary>
    public string Namespace { get; init; } = "mesonet-system";

    /// <summary>The site's networks.</summary>
    public AccessNetworks Networks { get; init; } = new(new Dictionary<string, IReadOnlyList<System.Net.IPNetwork>>());

    /// <summary>The site's platforms, the same as the operator's.</summary>
    public PlatformCatalogue Platforms { get; init; } = PlatformCatalogue.BuiltIn;

    /// <summary>Where people sign in; null where they come by links only.</summary>
    public Identity.OpenId.OpenIdOptions? OpenId { get; init; }

    /// <summary>Whether browsers come by HTTPS, as they must anywhere but on one's own machine.</summary>
    public bool IsSecure => PublicUrl.Scheme == Uri.UriSchemeHttps;

    /// <summary>
    /// The cookie of the portal's session. Its prefix keeps a seat's host, which is a neighbour, from setting one in its place (RFC 6265bis); browsers
    /// grant it over HTTPS only.
    /// </summary>
    public string SessionCookie => IsSecure ? "__Host-mesonet" : "mesonet";

    /// <summary>The cookie of the hosts that a browser was let into.</summary>
    public string EnteredCookie => IsSecure ? "__Host-mesonet-entered" : "mesonet-entered";

    /// <summary>The cookie of a browser that somebody left who had signed in at the provider.</summary>
    public string LeftCookie => IsSecure ? "__Host-mesonet-left" : "mesonet-left";

    /// <summary>The cookie of a seat's pass.</summary>
    public string PassCookie => IsSecure ? "__Host-mesonet-seat" : "mesonet-seat";

    /// <summary>The origin of the portal.</summary>
    public string Origin => PublicUrl.GetLeftPart(UriPartial.Authority);

    /// <summary>The origin of a seat.</summary>
    public string OriginOf(string label) => $"{PublicUrl.Scheme}://{label}.{SeatsDomain}";
}
