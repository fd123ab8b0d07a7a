using System.Text.Json;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;

namespace MesoNet.IAaS.UnitTests.Portal.OpenId;

/// <summary>Who somebody is by what the provider says, and what it may say of itself.</summary>
public sealed class OpenIdClaimsTests
{
    private static readonly OpenIdOptions Options = new()
    {
        Authority = new("https://sso.test/realms/site"), ClientId = "portal", ClientSecret = "secret",
        Roles = [(SiteRole.Administrator, "iaas"), (SiteRole.Teacher, "staff"), (SiteRole.Researcher, "staff")],
    };

    [Fact]
    public void Groups_give_roles_and_nothing_else_does()
    {
        var visitor = Read("""{"preferred_username":"Teacher1","groups":["staff","IAAS","iaas2"],"role":"administrator"}""");
        Assert.Equal(("Teacher1", true), (visitor.Login, visitor.IsIdentified));
        Assert.Equal([SiteRole.Teacher, SiteRole.Researcher], visitor.Roles.Order());
        Assert.False(visitor.IsAdministrator);
        Assert.True(Read("""{"preferred_username":"a","groups":"iaas"}""").IsAdministrator);
        Assert.Empty(Read("""{"preferred_username":"a","groups":{"iaas":true}}""").Roles);
        Assert.Empty(Read("""{"preferred_username":"a"}""").Roles);
    }

    [Fact]
    public void The_ID_token_counts_more_than_what_is_told_besides() =>
        Assert.Empty(Read("""{"preferred_username":"a","groups":[]}""", """{"preferred_username":"b","groups":["iaas"]}""").Roles);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"preferred_username":7}""")]
    [InlineData("""{"preferred_username":["a"]}""")]
    [InlineData("""{"preferred_username":""}""")]
    [InlineData("""{"preferred_username":"a b"}""")]
    [InlineData("""{"preferred_username":"a/b"}""")]
    [InlineData("""{"preferred_username":"a\r\nb"}""")]
    public void What_no_roster_could_hold_is_no_login(string claims) => Assert.Equal(SignInProblem.NoLogin, Assert.Throws<OpenIdException>(() => Read(claims)).Problem);

    [Fact]
    public void A_login_without_end_is_none() => Assert.Throws<OpenIdException>(() => Read($$"""{"preferred_username":"{{new string('a', 201)}}"}"""));

    [Theory]
    [InlineData("""{"issuer":"https://sso.test/realms/other"}""")]
    [InlineData("""{"issuer":"https://sso.test/realms/site","authorization_endpoint":"https://sso.test/a","token_endpoint":"http://sso.test/t","jwks_uri":"https://sso.test/k"}""")]
    [InlineData("""{"issuer":"https://sso.test/realms/site","authorization_endpoint":"javascript:alert(1)","token_endpoint":"https://sso.test/t","jwks_uri":"https://sso.test/k"}""")]
    [InlineData("""{"issuer":"https://sso.test/realms/site","authorization_endpoint":"https://sso.test/a","token_endpoint":"https://sso.test/t"}""")]
    [InlineData("[]")]
    public void A_document_of_another_provider_or_with_unsafe_addresses_is_refused(string document) =>
        Assert.Throws<OpenIdException>(() => ProviderDocument.Read(Options.Authority, JsonDocument.Parse(document).RootElement));

    [Theory]
    [InlineData("administrator")]
    [InlineData("administrator=")]
    [InlineData("root=iaas")]
    [InlineData("3=iaas")]
    public void What_gives_no_role_is_told(string text) => Assert.Throws<FormatException>(() => OpenIdOptions.ParseRole(text));

    [Fact]
    public void Flags_must_fit_together()
    {
        Assert.Null(OpenIdOptions.Read(null, null, null));
        Assert.Throws<FormatException>(() => OpenIdOptions.Read(null, "portal", null));
        Assert.Throws<FormatException>(() => OpenIdOptions.Read(new("https://sso.test"), "portal", null));
        Assert.Throws<FormatException>(() => OpenIdOptions.Read(new("http://sso.test"), "portal", "/dev/null"));
        Assert.Contains("/dev/null", Assert.Throws<FormatException>(() => OpenIdOptions.Read(new("https://sso.test"), "portal", "/dev/null")).Message, StringComparison.Ordinal);
        Assert.Equal((SiteRole.Administrator, "a=b"), OpenIdOptions.ParseRole("Administrator=a=b"));
    }

    private static Visitor Read(params string[] sources) => OpenIdClaims.VisitorOf([.. sources.Select(source => JsonDocument.Parse(source).RootElement)], Options);
}
