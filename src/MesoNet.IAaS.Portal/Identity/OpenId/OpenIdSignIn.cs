using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using MesoNet.IAaS.Portal.Hosting;

namespace MesoNet.IAaS.Portal.Identity.OpenId;

/// <summary>Signing in at the provider: how it is set up, and what becomes of it.</summary>
internal static class OpenIdSignIn
{
    /// <summary>The name of the framework's scheme.</summary>
    public const string Scheme = "openid";

    // A return path travels in the state, in an address.
    private const int LongestReturnPath = 1_000;
    private const int LongestInLog = 500;

    /// <summary>The path of the page that sends people to the provider.</summary>
    /// <param name="returnPath">Where they come back to.</param>
    public static string PathOf(string? returnPath) => ReturnPath(returnPath) is "/" ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(returnPath!)}";

    /// <summary>The front page, to somebody who wanted to be elsewhere and is not known.</summary>
    public static string FrontPage(HttpRequest request) => $"/?return={Uri.EscapeDataString(HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString : request.Path)}";

    /// <summary>Where somebody comes back to; the front page where that leads elsewhere.</summary>
    public static string ReturnPath(string? path) => path is { Length: <= LongestReturnPath } && LinkEndpoints.IsOwnPath(path) ? path : "/";

    /// <summary>
    /// Notes that somebody is gone from a browser: the provider, who may know them there still, is to ask whoever signs in next who they are. It is not told
    /// that they left: much else than the portal may hang on that.
    /// </summary>
    public static void AskAnew(HttpContext context, PortalOptions portal)
    {
        if (portal.OpenId is not null) context.Response.Cookies.Append(portal.LeftCookie, "1", LeftOptions(portal, Sessions.OfInvited));
    }

    /// <summary>Whether the provider is to ask.</summary>
    public static bool IsToAsk(HttpRequest request, PortalOptions portal) => request.Cookies.ContainsKey(portal.LeftCookie);

    /// <summary>Adds it, where there is a provider.</summary>
    public static void Add(IServiceCollection services, AuthenticationBuilder authentication, PortalOptions portal, TimeProvider time)
    {
        if (portal.OpenId is not { } openId) return;
        services.AddSingleton(openId).AddSingleton<ProviderDiscovery>().AddHostedService(provider => provider.GetRequiredService<ProviderDiscovery>());
        authentication.AddOAuth<OAuthOptions, OpenIdHandler>(Scheme, oauth =>
        {
            (oauth.ClientId, oauth.ClientSecret, oauth.UsePkce, oauth.TimeProvider) = (openId.ClientId, openId.ClientSecret, true, time);
            // Until the provider has said where they are; nobody is sent there before.
            oauth.AuthorizationEndpoint = oauth.TokenEndpoint = openId.Authority.AbsoluteUri;
            oauth.CallbackPath = OpenIdOptions.CallbackPath;
            oauth.Scope.Clear();
            foreach (var scope in openId.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)) oauth.Scope.Add(scope);
            oauth.BackchannelTimeout = TimeSpan.FromSeconds(10);
            oauth.BackchannelHttpHandler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
            // With the prefix, a seat's host cannot plant one here, and so cannot sign a student's browser in as somebody else.
            oauth.CorrelationCookie.Name = portal.IsSecure ? "__Host-mesonet-sign-in." : "mesonet-sign-in.";
            oauth.CorrelationCookie.Path = "/";
            oauth.CorrelationCookie.SameSite = SameSiteMode.Lax;
            oauth.CorrelationCookie.SecurePolicy = portal.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            oauth.Events.OnTicketReceived = BeginAsync;
            oauth.Events.OnAccessDenied = context => TellAsync(context, SignInProblem.Declined, context.Properties?.RedirectUri);
            oauth.Events.OnRemoteFailure = FailAsync;
        });
    }

    private static CookieOptions LeftOptions(PortalOptions portal, TimeSpan? age = null) => new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = portal.IsSecure, Path = "/", MaxAge = age };

    private static async Task BeginAsync(TicketReceivedContext context)
    {
        var portal = context.HttpContext.RequestServices.GetRequiredService<PortalOptions>();
        context.Response.Cookies.Delete(portal.LeftCookie, LeftOptions(portal));
        context.Response.Redirect(await Sessions.BeginAsync(context.HttpContext, OpenIdHandler.VisitorOf(context.Properties!), ReturnPath(context.ReturnUri)));
        context.HandleResponse();
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        var problem = context.Failure switch
        {
            OpenIdException exception => exception.Problem,
            HttpRequestException or OperationCanceledException => SignInProblem.Away,
            // The framework's own word for a state that is missing, another's or too old has no type; it comes without the state's content then.
            _ when context.Properties is null || context.Failure?.Message is "Correlation failed." => SignInProblem.Lost,
            _ => SignInProblem.NotBelieved,
        };
        context.HttpContext.RequestServices.GetRequiredService<ILogger<OpenIdHandler>>().LogWarning("Somebody could not sign in ({Problem}): {Message}", problem, OneLine(context.Failure?.Message));
        return TellAsync(context, problem, context.Properties?.RedirectUri);
    }

    // Part of it comes in the address, from anybody: it must not look like lines of the log's own.
    private static string OneLine(string? message) =>
        message is null ? "" : string.Concat(message.Take(LongestInLog).Select(character => char.IsControl(character) || character is '\u2028' or '\u2029' ? ' ' : character));

    private static Task TellAsync(HandleRequestContext<RemoteAuthenticationOptions> context, SignInProblem problem, string? returnPath)
    {
        var returns = ReturnPath(returnPath) is "/" ? "" : $"&return={Uri.EscapeDataString(returnPath!)}";
        context.Response.Redirect($"/sign-in?problem={problem}{returns}");
        context.HandleResponse();
        return Task.CompletedTask;
    }
}
