using System.Net;

namespace MesoNet.IAaS.LocalCluster.Gateway;

/// <summary>What differs between one gateway and another; all the rest stands in the template <c>images/gateway/nginx.conf</c>.</summary>
public sealed record GatewayConfiguration
{
    /// <summary>Where nginx listens: address and port.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where the portal listens, behind nginx.</summary>
    public required IPEndPoint Portal { get; init; }

    /// <summary>The portal's host name, as browsers write it: lowercase, without a port.</summary>
    public required string PortalHost { get; init; }

    /// <summary>The domain below which each seat has a host of its own.</summary>
    public required string SeatsDomain { get; init; }

    /// <summary>Proxies before this one whose X-Forwarded-For and X-Forwarded-Proto are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Where nginx keeps remembered decisions and what it must lay down for a moment. Short-lived, and in memory: decisions hold tokens.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The file of the access log.</summary>
    public required string AccessLog { get; init; }

    /// <summary>How many worker processes there are.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>nginx's configuration.</summary>
    /// <param name="template">The template's text.</param>
    /// <exception cref="ArgumentException">A host or a folder is written in a way that would mean something else to nginx.</exception>
    public string Fill(string template)
    {
        foreach (var host in (string[])[PortalHost, SeatsDomain])
            if (!IsHostName(host)) throw new ArgumentException($"\"{host}\" is no host name: lowercase letters, digits, '-' and '.'.", nameof(template));
        foreach (var path in (string[])[RunFolder, AccessLog])
            if (!IsPlainPath(path)) throw new ArgumentException($"\"{path}\" cannot stand in nginx's configuration: letters, digits, '.', '_', '-' and '/'.", nameof(template));
        var filled = template;
        foreach (var (name, value) in Variables()) filled = filled.Replace($"@{name}@", value, StringComparison.Ordinal);
        return filled;
    }

    private IEnumerable<(string Name, string Value)> Variables() =>
    [
        ("WORKERS", $"{Workers}"),
        ("RUN_FOLDER", RunFolder),
        ("ACCESS_LOG", AccessLog),
        ("LISTEN", Listen.ToString()),
        ("PORTAL", Portal.ToString()),
        ("PORTAL_HOST", PortalHost),
        // It stands in a regular expression.
        ("SEATS_DOMAIN", SeatsDomain.Replace(".", @"\.", StringComparison.Ordinal)),
        ("REAL_IP_FROM", string.Concat(TrustedProxies.Select(network => $"  set_real_ip_from {network};\n"))),
        ("TRUSTED_PROXIES", string.Concat(TrustedProxies.Select(network => $"    {network} 1;\n"))),
    ];

    private static bool IsHostName(string text) =>
        text.Length > 0 && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-') && char.IsAsciiLetterOrDigit(text[0]);

    private static bool IsPlainPath(string text) =>
        text.StartsWith('/') && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '/');
}
