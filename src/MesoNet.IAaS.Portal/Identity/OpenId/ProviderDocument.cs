using System.Text.Json;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>What a provider says of itself (OpenID Connect Discovery 1.0), with the keys it signs with.</summary>
/// <param name="Issuer">Its name, which its tokens bear.</param>
/// <param name="Authorization">Where browsers are sent.</param>
/// <param name="Token">Where a code becomes a token.</param>
/// <param name="UserInfo">Where more is told of who signed in; null where nowhere.</param>
/// <param name="KeysAddress">Where its keys are.</param>
/// <param name="Keys">Its keys.</param>
internal sealed record ProviderDocument(string Issuer, Uri Authorization, Uri Token, Uri? UserInfo, Uri KeysAddress, SigningKeys Keys)
{
    /// <summary>Where people sign out there; null where nowhere, or where anybody might read along.</summary>
    public Uri? EndSession { get; init; }

    /// <summary>Where the document of a provider is.</summary>
    public static Uri AddressOf(Uri authority) => new(authority.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <summary>Reads the document, without the keys.</summary>
    /// <exception cref="OpenIdException">It is not this provider's, or leads to where anybody might read along.</exception>
    public static ProviderDocument Read(Uri authority, JsonElement document)
    {
        // A document that names another issuer was put there for another provider, whose people are not ours.
        var issuer = document.Text("issuer");
        if (issuer is null || issuer.TrimEnd('/') != authority.AbsoluteUri.TrimEnd('/')) throw new OpenIdException($"The discovery document of {authority} is that of the issuer \"{issuer}\".");
        return new(
            issuer, Address("authorization_endpoint"), Address("token_endpoint"), document.Text("userinfo_endpoint") is null ? null : Address("userinfo_endpoint"), Address("jwks_uri"), SigningKeys.None)
        {
            EndSession = Uri.TryCreate(document.Text("end_session_endpoint"), UriKind.Absolute, out var end) && OpenIdOptions.IsSafe(end) ? end : null,
        };

        Uri Address(string name) => Uri.TryCreate(document.Text(name), UriKind.Absolute, out var address) && OpenIdOptions.IsSafe(address)
            ? address
            : throw new OpenIdException($"The discovery document of {authority} has no safe {name}.");
    }
}

/// <summary>Reading JSON of somebody else.</summary>
internal static class JsonOfOthers
{
    /// <summary>The text of a member; null where there is none, or it is no text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The whole number of a member; null where there is none. Moments in tokens may have a fraction.</summary>
    public static long? Number(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number) && Math.Abs(number) < 1e15
            ? (long)number
            : null;

    /// <summary>The texts of a member that is a text or a list of them; none where there is no such.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement element, string name)
    {
        if (element.Text(name) is { } one) return [one];
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];
    }
}
