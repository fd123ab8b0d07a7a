using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using MesoNet.IAaS.Portal.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>
/// OpenID Connect's part on top of the framework's OAuth (authorization code, PKCE, state bound to the browser by a cookie): the nonce, and the ID
/// token as proof of who came.
/// </summary>
internal sealed class OpenIdHandler(
    IOptionsMonitor<OAuthOptions> monitor, ILoggerFactory loggers, UrlEncoder encoder, OpenIdOptions openId, PortalOptions portal, ProviderDiscovery discovery, TimeProvider time)
    : OAuthHandler<OAuthOptions>(monitor, loggers, encoder)
{
    private const string Nonce = "nonce";
    private const string Who = "visitor";

    // Not by the request's host and scheme, which are what nginx was asked for.
    private string CallbackUrl => portal.Origin + OpenIdOptions.CallbackPath;

    /// <summary>Who signed in, where a ticket says.</summary>
    public static Visitor VisitorOf(AuthenticationProperties properties) => properties.GetParameter<Visitor>(Who)!;

    /// <inheritdoc/>
    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        // It travels in the state, which only the portal can read.
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        properties.Items[Nonce] = nonce;
        Follow(discovery.Known!);
        var url = QueryHelpers.AddQueryString(base.BuildChallengeUrl(properties, CallbackUrl), Nonce, nonce);
        return OpenIdSignIn.IsToAsk(Request, portal) ? QueryHelpers.AddQueryString(url, "prompt", "login") : url;
    }

    /// <inheritdoc/>
    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        Follow(await discovery.FindAsync() ?? throw new OpenIdException("The provider is not known.", SignInProblem.Away));
        return await base.ExchangeCodeAsync(new(context.Properties, context.Code, CallbackUrl));
    }

    /// <inheritdoc/>
    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        // RFC 9207: an answer of another provider, where this one names itself.
        if (Request.Query["iss"] is { Count: > 0 } issuer && (await discovery.FindAsync())?.Issuer != issuer.ToString())
            return HandleRequestResult.Fail(new OpenIdException("The answer is from another provider."));
        return await base.HandleRemoteAuthenticateAsync();
    }

    /// <inheritdoc/>
    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        var token = IdToken.Parse(tokens.Response!.RootElement.Text("id_token"));
        var provider = await discovery.FindAsync(token) ?? throw new OpenIdException("The provider is not known any more.", SignInProblem.Away);
        var claims = token.Verified(provider, openId.ClientId, properties.Items.TryGetValue(Nonce, out var nonce) ? nonce : null, time.GetUtcNow());
        List<JsonElement> sources = [claims];
        if (!OpenIdClaims.AreComplete(claims, openId) && provider.UserInfo is { } address) sources.Add(await AskForMoreAsync(address, tokens.AccessToken!, claims.Text("sub")!));
        properties.SetParameter(Who, OpenIdClaims.VisitorOf(sources, openId));
        return new(new ClaimsPrincipal(identity), properties, Scheme.Name);
    }

    // The framework takes these for settings; here they are what the provider says, and may change while the portal runs.
    private void Follow(ProviderDocument provider) => (Options.AuthorizationEndpoint, Options.TokenEndpoint) = (provider.Authorization.AbsoluteUri, provider.Token.AbsoluteUri);

    private async Task<JsonElement> AskForMoreAsync(Uri address, string accessToken, string subject)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        request.Headers.Accept.Add(new("application/json"));
        using var answer = await Backchannel.SendAsync(request, Context.RequestAborted);
        answer.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Context.RequestAborted));
        // Somebody else's claims must not be added to who came (OpenID Connect Core, 5.3.2).
        return document.RootElement.Text("sub") == subject ? document.RootElement.Clone() : throw new OpenIdException("The provider told of somebody else than who signed in.");
    }
}
