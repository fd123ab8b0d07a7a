using System.Text.Encodings.Web;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>What nginx asks the portal: may this go to a pod (<c>decision</c>), what to tell the browser where not (<c>answer</c>), and a browser's way in (<c>enter</c>) and out (<c>leave</c>).</summary>
internal static class GatewayEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        // For each request to a notebook: whatever stands between is left out.
        routes.MapGet("/gateway/decision", Decide).ShortCircuit();
        routes.MapGet("/gateway/answer", AnswerAsync);
        routes.MapGet("/gateway/enter", Enter);
        routes.MapGet("/gateway/leave", Leave);
    }

    private static IResult Decide(HttpContext context, GatewayDecision decision, Passes passes, PortalOptions options)
    {
        switch (decision.Decide(GatewayRequest.Of(context.Request, options.PassCookie)))
        {
            case GatewayVerdict.Allowed allowed:
                context.Response.Headers["X-Seat-Address"] = allowed.Address;
                context.Response.Headers["X-Seat-Token"] = allowed.Token;
                // nginx may use it again for five seconds, for five more while it asks again, and for minutes while the portal is away: notebooks at
                // work hear nothing of a restart.
                if (allowed.Renewed is { } renewed) Hand(context, renewed, passes, options);
                else context.Response.Headers.CacheControl = "max-age=5, stale-while-revalidate=5, stale-if-error=300";
                return Results.Ok();
            case GatewayVerdict.Unknown:
                return Results.Unauthorized();
            default:
                return Results.StatusCode(StatusCodes.Status403Forbidden);
        }
    }

    /// <summary>Decides once more, to say why; for a page, the portal may know what to do about it.</summary>
    private static async Task AnswerAsync(HttpContext context, GatewayDecision decision, SiteView site, PortalOptions options)
    {
        var request = GatewayRequest.Of(context.Request, options.PassCookie);
        var language = Languages.Of(context.Request);
        var verdict = decision.Decide(request);
        // The pod has just gone, or does not answer. Of another port than JupyterLab's, which has no token, more likely nothing listens there.
        if (verdict is GatewayVerdict.Allowed { Token: var token }) verdict = new GatewayVerdict.Refused(token.Length > 0 ? Refusal.NotRunning : Refusal.SilentPort);
        var label = SeatHost.LabelIn(request.Host, options.SeatsDomain);
        var target = label is null ? null : GatewayTarget.Of(label, site);
        if (request.IsNavigation && target is not null && verdict is GatewayVerdict.Unknown or GatewayVerdict.Refused { Why: Refusal.NotRunning })
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect($"{options.Origin}{target!.DoorOf(label!, request.Target)}");
            return;
        }

        var (status, sentence) = Tell(verdict, target is GatewayTarget.ToWorkspace, language);
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "5";
        if (!request.IsNavigation)
        {
            await context.Response.WriteAsJsonAsync(new { message = sentence }, context.RequestAborted);
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        await context.Response.WriteAsync(
            $"""
            <!doctype html><html lang="{language.Code}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>MesoNET</title><h1>{HtmlEncoder.Default.Encode(sentence)}</h1>
            <p><a href="{options.Origin}/">{HtmlEncoder.Default.Encode(language.Say("Retour au portail", "Back to the portal"))}</a></p></html>
            """, context.RequestAborted);
    }

    private static (int Status, string Sentence) Tell(GatewayVerdict verdict, bool isWorkspace, Language language) => verdict switch
    {
        GatewayVerdict.Unknown when isWorkspace => (StatusCodes.Status401Unauthorized, language.Say("Entrez d’abord par le portail.", "Come in by the portal first.")),
        GatewayVerdict.Unknown => (StatusCodes.Status401Unauthorized, language.Say("Ouvrez d’abord votre lien d’invitation.", "Open your invitation link first.")),
        GatewayVerdict.Refused { Why: Refusal.NotYours } => (StatusCodes.Status403Forbidden, language.Say("Cet environnement n’est pas le vôtre.", "This environment is not yours.")),
        GatewayVerdict.Refused { Why: Refusal.WrongNetwork } when isWorkspace => (StatusCodes.Status403Forbidden, NetworkSentences.OfWorkspace(language)),
        GatewayVerdict.Refused { Why: Refusal.WrongNetwork } => (StatusCodes.Status403Forbidden, NetworkSentences.OfCourse(language)),
        GatewayVerdict.Refused { Why: Refusal.FromElsewhere } => (StatusCodes.Status403Forbidden, language.Say("Une autre page a demandé ceci\u00a0; c’est refusé.", "Another page asked for this; it is refused.")),
        GatewayVerdict.Refused { Why: Refusal.BadPath } => (StatusCodes.Status400BadRequest, language.Say("Cette adresse n’est pas correcte.", "This address is not correct.")),
        GatewayVerdict.Refused { Why: Refusal.NoSuchPort } => (StatusCodes.Status404NotFound, language.Say(
            "L’espace ne déclare pas de port de ce nom\u00a0: ajoutez-le à spec.ports.", "The workspace declares no port of that name: add it to spec.ports.")),
        GatewayVerdict.Refused { Why: Refusal.SilentPort } => (StatusCodes.Status502BadGateway, language.Say(
            "Rien ne répond sur ce port. Lancez le programme dans l’espace, à l’écoute de toutes les adresses (0.0.0.0), puis rechargez.", "Nothing answers on this port. Start the program in the workspace, listening on all addresses (0.0.0.0), then reload.")),
        GatewayVerdict.Refused { Why: Refusal.NotRunning } => (StatusCodes.Status503ServiceUnavailable, language.Say("L’environnement ne tourne pas\u00a0; ouvrez-le depuis le portail.", "The environment is not running; open it from the portal.")),
        _ => (StatusCodes.Status404NotFound, language.Say("Il n’y a rien à cette adresse.", "There is nothing at this address.")),
    };

    /// <summary>At a seat's host: the ticket that the portal gave becomes a cookie of that host alone.</summary>
    private static IResult Enter(HttpContext context, string? ticket, string? to, SiteView site, Passes passes, PortalOptions options)
    {
        var label = SeatHost.LabelIn(context.Request.Host.Value ?? "", options.SeatsDomain);
        if (label is null || GatewayTarget.Of(label, site) is not { } target) return Results.NotFound();
        var home = target.BasePath;
        // A ticket that was used, by a page that is loaded again, say: the portal gives another to whom it should.
        if (passes.TakeTicket(ticket) is not { } pass || pass.Label != label) return Results.Redirect(options.Origin + target.DoorOf(label, null));
        Hand(context, pass, passes, options);
        return Results.Redirect(to is not null && SeatPath.IsWithin(to, home) ? to : home + "lab");
    }

    /// <summary>At a seat's host: the browser's pass is taken away, then it goes on to the next host that it was let into, and at last to the portal.</summary>
    private static IResult Leave(HttpContext context, string? then, string? to, PortalOptions options)
    {
        if (SeatHost.LabelIn(context.Request.Host.Value ?? "", options.SeatsDomain) is null) return Results.NotFound();
        if (PageSafety.IsFetchedFromElsewhere(context.Request)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Cookies.Delete(options.PassCookie, PassOptions(options));
        return EnteredHosts.GoOn(then, to, options);
    }

    private static void Hand(HttpContext context, SeatPass pass, Passes passes, PortalOptions options)
    {
        context.Response.Headers.CacheControl = "no-store";
        var cookie = PassOptions(options);
        cookie.MaxAge = SeatPass.Validity;
        context.Response.Cookies.Append(options.PassCookie, passes.Write(pass), cookie);
    }

    private static CookieOptions PassOptions(PortalOptions options) => new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = options.IsSecure, Path = "/" };
}
