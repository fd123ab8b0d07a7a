using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>An ID token (OpenID Connect Core 1.0, 3.1.3.7), before anything that it says is believed.</summary>
internal sealed class IdToken
{
    private const int Longest = 100_000;

    // Clocks differ.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);
    private readonly byte[] signed;
    private readonly byte[] signature;
    private readonly JsonElement claims;

    private IdToken(string algorithm, string? keyId, byte[] signed, byte[] signature, JsonElement claims) =>
        (Algorithm, KeyId, this.signed, this.signature, this.claims) = (algorithm, keyId, signed, signature, claims);

    /// <summary>What it says to be signed by.</summary>
    public string Algorithm { get; }

    /// <summary>The key that it says to be signed with; null where it does not say.</summary>
    public string? KeyId { get; }

    /// <summary>Takes a token apart.</summary>
    /// <exception cref="OpenIdException">It is none.</exception>
    public static IdToken Parse(string? token)
    {
        if (token is null or { Length: > Longest } || token.Split('.') is not [var header, var payload, var signature] || Decode(signature) is not { } bytes)
            throw new OpenIdException("The provider sent no ID token, or one that is no signed JWT.");
        if (Json(header) is not { } head || head.Text("alg") is not { } algorithm || Json(payload) is not { ValueKind: JsonValueKind.Object } claims)
            throw new OpenIdException("The ID token cannot be read.");
        // A header that must be understood is not: no such is used with ID tokens.
        if (head.TryGetProperty("crit", out _)) throw new OpenIdException("The ID token has a critical header that the portal does not know.");
        return new(algorithm, head.Text("kid"), Encoding.ASCII.GetBytes($"{header}.{payload}"), bytes, claims);
    }

    /// <summary>What it says, once everything about it holds.</summary>
    /// <param name="provider">Who must have signed it.</param>
    /// <param name="clientId">Whom it must be for.</param>
    /// <param name="nonce">What the browser was sent away with.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="OpenIdException">Something does not hold.</exception>
    public JsonElement Verified(ProviderDocument provider, string clientId, string? nonce, DateTimeOffset now)
    {
        if (!provider.Keys.Verify(Algorithm, KeyId, signed, signature)) throw new OpenIdException($"The ID token is not signed by a key of {provider.Issuer} ({Algorithm}).");
        if (claims.Text("iss") != provider.Issuer) throw new OpenIdException($"The ID token is from the issuer \"{claims.Text("iss")}\".");
        var audiences = claims.Texts("aud");
        if (!audiences.Contains(clientId, StringComparer.Ordinal)) throw new OpenIdException("The ID token is for somebody else.");
        if (claims.Text("azp") is { } party ? party != clientId : audiences.Count > 1) throw new OpenIdException("The ID token was issued to somebody else.");
        if (claims.Number("exp") is not { } end || now - Tolerance >= DateTimeOffset.UnixEpoch.AddSeconds(end)) throw new OpenIdException("The ID token is too old.");
        if (claims.Number("iat") is not { } issued || now + Tolerance < DateTimeOffset.UnixEpoch.AddSeconds(issued)) throw new OpenIdException("The ID token is from the future.");
        if (claims.Number("nbf") is { } start && now + Tolerance < DateTimeOffset.UnixEpoch.AddSeconds(start)) throw new OpenIdException("The ID token is not valid yet.");
        if (nonce is null || claims.Text("nonce") != nonce) throw new OpenIdException("The ID token is not for this sign-in: its nonce is another.");
        if (claims.Text("sub") is not { Length: > 0 }) throw new OpenIdException("The ID token names nobody.");
        return claims;
    }

    private static byte[]? Decode(string text) => text.Length > 0 && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private static JsonElement? Json(string text)
    {
        if (Decode(text) is not { } bytes) return null;
        try
        {
            // A member that stands there twice means one thing to one reader and another to the next.
            using var document = JsonDocument.Parse(bytes, new() { AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
