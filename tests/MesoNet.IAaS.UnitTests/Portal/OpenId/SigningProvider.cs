using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Portal.Identity.OpenId;

namespace MesoNet.IAaS.UnitTests.Portal.OpenId;

/// <summary>A provider's keys and the tokens that it would sign with them.</summary>
internal sealed class SigningProvider : IDisposable
{
    public const string Issuer = "https://sso.test/realms/site";
    public const string Client = "portal";
    public const string Nonce = "0123456789abcdef";
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 0, 0, TimeSpan.Zero);

    public RSA Rsa { get; } = RSA.Create(2048);

    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ProviderDocument Document => new(Issuer, new($"{Issuer}/auth"), new($"{Issuer}/token"), null, new($"{Issuer}/keys"), SigningKeys.Read(Element(Keys())));

    public static JsonElement Element(JsonNode node) => JsonDocument.Parse(node.ToJsonString()).RootElement;

    public static JsonObject Claims() => new()
    {
        ["iss"] = Issuer, ["aud"] = Client, ["sub"] = "7", ["nonce"] = Nonce, ["preferred_username"] = "teacher1",
        ["iat"] = Now.ToUnixTimeSeconds(), ["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds(),
    };

    public JsonObject Keys()
    {
        var (rsa, ec) = (Rsa.ExportParameters(false), Ec.ExportParameters(false));
        return new()
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["kid"] = "r", ["use"] = "sig", ["alg"] = "RS256", ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) },
                new JsonObject { ["kty"] = "EC", ["kid"] = "e", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(ec.Q.X), ["y"] = Base64Url.EncodeToString(ec.Q.Y) },
                new JsonObject { ["kty"] = "oct", ["kid"] = "o", ["k"] = "c2VjcmV0" }),
        };
    }

    public string Token(JsonObject? claims = null, string algorithm = "RS256", string? key = "r", JsonObject? header = null)
    {
        header ??= new() { ["alg"] = algorithm, ["kid"] = key };
        var signed = $"{Part(header.ToJsonString())}.{Part((claims ?? Claims()).ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(algorithm, Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    public void Dispose()
    {
        Rsa.Dispose();
        Ec.Dispose();
    }

    // With HS256 as in the old trick: the public key taken for the secret.
    private byte[] Sign(string algorithm, byte[] signed) => algorithm switch
    {
        "RS256" => Rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "ES256" => Ec.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        "HS256" => HMACSHA256.HashData(Rsa.ExportParameters(false).Modulus!, signed),
        _ => [0],
    };
}
