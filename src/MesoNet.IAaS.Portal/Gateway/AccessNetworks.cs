using System.Net;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>The site's named networks, from which courses and workspaces may be reached.</summary>
/// <param name="Named">The addresses of each, by name.</param>
internal sealed record AccessNetworks(IReadOnlyDictionary<string, IReadOnlyList<IPNetwork>> Named)
{
    /// <summary>The name that stands for everywhere.</summary>
    public const string Any = "any";

    /// <summary>Whether what has such a rule may be reached from an address: from everywhere where it names no network; from nowhere by a name that the site does not know.</summary>
    public bool Admit(Access? access, IPAddress? client)
    {
        if (access?.Networks is not { Count: > 0 } names) return true;
        if (names.Contains(Any, StringComparer.Ordinal)) return true;
        if (client is null) return false;
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        foreach (var name in names)
        {
            if (Named.TryGetValue(name, out var networks) && networks.Any(network => network.Contains(address))) return true;
        }

        return false;
    }

    /// <summary>Reads <c>teaching=192.0.2.0/24,2001:db8::/32</c>.</summary>
    /// <exception cref="FormatException">It is no such thing; the message says what to change.</exception>
    public static (string Name, IReadOnlyList<IPNetwork> Networks) Parse(string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } name, var list]) throw new FormatException($"\"{text}\" names no network; write it as teaching=192.0.2.0/24,2001:db8::/32.");
        return (name, [.. list.Split(',').Select(part => IPNetwork.TryParse(part, out var network) && network.BaseAddress.Equals(IPAddress.Parse(part.Split('/')[0]))
            ? network
            : throw new FormatException($"\"{part}\" of the network \"{name}\" is no range of addresses; write it as 192.0.2.0/24, with no bit set beyond the prefix."))]);
    }
}
