using System.Text.Json;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>Who somebody is to the portal, by what the provider says of them.</summary>
internal static class OpenIdClaims
{
    // As in rosters.
    private const int LongestLogin = 200;

    /// <summary>Whether what the ID token says is enough, or the provider must be asked for more.</summary>
    public static bool AreComplete(JsonElement claims, OpenIdOptions options) =>
        claims.TryGetProperty(options.LoginClaim, out _) && (options.Roles.Count == 0 || claims.TryGetProperty(options.GroupsClaim, out _));

    /// <summary>The visitor.</summary>
    /// <param name="sources">The claims, those that count more first: a claim is taken whole from the first that has it.</param>
    /// <param name="options">Which claim is what.</param>
    /// <exception cref="OpenIdException">There is no login that a roster could have.</exception>
    public static Visitor VisitorOf(IReadOnlyList<JsonElement> sources, OpenIdOptions options)
    {
        var login = Find(options.LoginClaim).Text(options.LoginClaim);
        if (login is null or { Length: 0 or > LongestLogin } || login.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character == '/'))
            throw new OpenIdException($"The claim {options.LoginClaim} is no login: a text of at most {LongestLogin} characters, without spaces and slashes.", SignInProblem.NoLogin);
        var groups = Find(options.GroupsClaim).Texts(options.GroupsClaim).ToHashSet(StringComparer.Ordinal);
        return new(login, IsIdentified: true, options.Roles.Where(pair => groups.Contains(pair.Group)).Select(pair => pair.Role).ToHashSet(), []);

        JsonElement Find(string name) => sources.FirstOrDefault(source => source.ValueKind == JsonValueKind.Object && source.TryGetProperty(name, out _));
    }
}
