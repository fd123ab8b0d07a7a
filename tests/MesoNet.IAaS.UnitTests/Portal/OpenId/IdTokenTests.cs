using System.Text.Json.Nodes;
using MesoNet.IAaS.Portal.Identity.OpenId;

namespace MesoNet.IAaS.UnitTests.Portal.OpenId;

/// <summary>An ID token is believed whole or not at all.</summary>
public sealed class IdTokenTests : IDisposable
{
    private readonly SigningProvider provider = new();

    public void Dispose() => provider.Dispose();

    [Theory]
    [InlineData("RS256", "r")]
    [InlineData("ES256", "e")]
    [InlineData("RS256", null)]
    public void A_token_that_holds_says_who_came(string algorithm, string? key) =>
        Assert.Equal("teacher1", Read(provider.Token(algorithm: algorithm, key: key)).GetProperty("preferred_username").GetString());

    public static TheoryData<string, string> Wrong => new()
    {
        { "iss", "\"https://sso.test/realms/other\"" }, { "iss", "\"https://sso.test/realms/site/\"" }, { "iss", "null" }, { "aud", "\"other\"" }, { "aud", "[]" }, { "aud", "[\"portal\", \"other\"]" }, { "azp", "\"other\"" },
        { "nonce", "\"another\"" }, { "nonce", "null" }, { "sub", "\"\"" }, { "sub", "7" }, { "exp", "1795438740" }, { "exp", "\"9999999999\"" }, { "exp", "null" },
        { "iat", "1795438900" }, { "iat", "null" }, { "nbf", "1795438900" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_signed_token_with_a_wrong_claim_is_not_believed(string claim, string json)
    {
        Assert.Equal(1795438800, SigningProvider.Now.ToUnixTimeSeconds());
        var claims = SigningProvider.Claims();
        claims[claim] = JsonNode.Parse(json);
        Assert.Throws<OpenIdException>(() => Read(provider.Token(claims)));
    }

    [Fact]
    public void Clocks_may_differ_by_less_than_a_minute()
    {
        var claims = SigningProvider.Claims();
        (claims["exp"], claims["iat"]) = (SigningProvider.Now.ToUnixTimeSeconds() - 59, SigningProvider.Now.ToUnixTimeSeconds() + 59);
        Read(provider.Token(claims));
    }

    [Fact]
    public void Several_audiences_need_one_that_it_was_issued_to()
    {
        var claims = SigningProvider.Claims();
        (claims["aud"], claims["azp"]) = (new JsonArray("other", "portal"), "portal");
        Read(provider.Token(claims));
    }

    [Fact]
    public void A_changed_token_is_not_believed()
    {
        var parts = provider.Token().Split('.');
        var claims = SigningProvider.Claims();
        claims["preferred_username"] = "admin1";
        Assert.Throws<OpenIdException>(() => Read($"{parts[0]}.{SigningProvider.Part(claims.ToJsonString())}.{parts[2]}"));
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("HS256", "r")]
    [InlineData("HS256", "o")]
    [InlineData("ES256", "r")]
    [InlineData("RS256", "unknown")]
    [InlineData("PS256", "r")]
    public void An_algorithm_or_a_key_that_does_not_fit_is_not_believed(string algorithm, string? key) => Assert.Throws<OpenIdException>(() => Read(provider.Token(algorithm: algorithm, key: key)));

    [Fact]
    public void A_signature_by_another_key_of_that_name_is_not_believed()
    {
        using var other = new SigningProvider();
        Assert.Throws<OpenIdException>(() => Read(other.Token()));
        Assert.Throws<OpenIdException>(() => Read(other.Token(algorithm: "ES256", key: "e")));
    }

    [Fact]
    public void What_must_be_understood_and_is_not_is_refused() =>
        Assert.Throws<OpenIdException>(() => Read(provider.Token(header: new() { ["alg"] = "RS256", ["kid"] = "r", ["crit"] = new JsonArray("b64") })));

    [Fact]
    public void A_claim_that_stands_there_twice_is_refused()
    {
        var parts = provider.Token().Split('.');
        Assert.Throws<OpenIdException>(() => IdToken.Parse($"{parts[0]}.{SigningProvider.Part("""{"sub":"1","sub":"2"}""")}.{parts[2]}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d.e")]
    [InlineData("!.!.!")]
    [InlineData("e30.e30.")]
    [InlineData("W10.e30.AA")]
    [InlineData("eyJhbGciOjd9.e30.AA")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.W10.AA")]
    public void What_is_no_token_is_refused(string? text) => Assert.Throws<OpenIdException>(() => IdToken.Parse(text));

    [Fact]
    public void A_key_that_is_too_short_off_the_curve_or_for_something_else_signs_nothing()
    {
        using var small = System.Security.Cryptography.RSA.Create(1024);
        var keys = provider.Keys()["keys"]!.AsArray();
        var (rsa, ec) = (keys[0]!.DeepClone(), keys[1]!.DeepClone());
        rsa["n"] = System.Buffers.Text.Base64Url.EncodeToString(small.ExportParameters(false).Modulus);
        ec["x"] = ec["y"]!.DeepClone();
        var read = SigningKeys.Read(SigningProvider.Element(new JsonObject { ["keys"] = new JsonArray(rsa, ec) }));
        Assert.False(read.Have("RS256", "r"));
        Assert.False(read.Verify("ES256", "e", [1], new byte[64]));
        (rsa["n"], rsa["use"]) = (keys[0]!["n"]!.DeepClone(), "enc");
        Assert.False(SigningKeys.Read(SigningProvider.Element(new JsonObject { ["keys"] = new JsonArray(rsa.DeepClone()) })).Have("RS256", "r"));
        (rsa["use"], rsa["alg"]) = ("sig", "RSA-OAEP");
        Assert.False(SigningKeys.Read(SigningProvider.Element(new JsonObject { ["keys"] = new JsonArray(rsa.DeepClone()) })).Have("RS256", "r"));
    }

    private System.Text.Json.JsonElement Read(string token) => IdToken.Parse(token).Verified(provider.Document, SigningProvider.Client, SigningProvider.Nonce, SigningProvider.Now);
}
