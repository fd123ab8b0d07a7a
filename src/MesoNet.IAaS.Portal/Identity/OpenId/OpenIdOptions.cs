using System.Text;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>The site's OpenID provider, where people sign in, and how the portal reads what it says of them.</summary>
internal sealed record OpenIdOptions
{
    /// <summary>The path that the provider sends people back to: it must be registered there, below the portal's address.</summary>
    public const string CallbackPath = "/sign-in/callback";

    /// <summary>The provider's address, as in its discovery document: https, or http on this machine.</summary>
    public required Uri Authority { get; init; }

    /// <summary>The portal's name at the provider.</summary>
    public required string ClientId { get; init; }

    /// <summary>What the portal shows the provider that it is the portal.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>What is asked for: what claims come with which scope is the provider's to say.</summary>
    public string Scope { get; init; } = "openid profile";

    /// <summary>The claim that is the login, as rosters name people.</summary>
    public string LoginClaim { get; init; } = "preferred_username";

    /// <summary>The claim that lists somebody's groups.</summary>
    public string GroupsClaim { get; init; } = "groups";

    /// <summary>Which groups have which role.</summary>
    public IReadOnlyList<(SiteRole Role, string Group)> Roles { get; init; } = [];

    /// <summary>Reads <c>administrator=iaas-admins</c>.</summary>
    /// <exception cref="FormatException">It is no such thing; the message says what to change.</exception>
    public static (SiteRole Role, string Group) ParseRole(string text) =>
        text.Split('=', 2) is [var name, { Length: > 0 } group] && Enum.GetNames<SiteRole>().Contains(name, StringComparer.OrdinalIgnoreCase)
            ? (Enum.Parse<SiteRole>(name, ignoreCase: true), group)
            : throw new FormatException($"\"{text}\" gives no role to a group; write it as administrator=GROUP, with one of {string.Join(", ", Enum.GetNames<SiteRole>()).ToLowerInvariant()}.");

    /// <summary>Reads what the flags say.</summary>
    /// <param name="authority">The provider's address; null where people come by links only.</param>
    /// <param name="clientId">The portal's name there.</param>
    /// <param name="secretFile">The file that holds the secret: in the arguments, everybody on the machine would see it.</param>
    /// <exception cref="FormatException">It does not fit together; the message says what to change.</exception>
    public static OpenIdOptions? Read(Uri? authority, string? clientId, string? secretFile)
    {
        if (authority is null) return clientId is null && secretFile is null ? null : throw new FormatException("--oidc-client-id and --oidc-client-secret-file need --oidc-authority, the provider's address.");
        if (clientId is null || secretFile is null) throw new FormatException("--oidc-authority needs --oidc-client-id and --oidc-client-secret-file.");
        if (!IsSafe(authority)) throw new FormatException($"--oidc-authority {authority} is not safe: passwords and tokens go there. Write it with https.");
        try
        {
            return File.ReadAllText(secretFile, Encoding.UTF8).Trim() is { Length: > 0 } secret
                ? new() { Authority = authority, ClientId = clientId, ClientSecret = secret }
                : throw new FormatException($"The file {secretFile} of --oidc-client-secret-file is empty; write the client's secret into it.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"The file of --oidc-client-secret-file cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Whether nobody on the way can read or change what is sent to an address.</summary>
    public static bool IsSafe(Uri address) => address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
