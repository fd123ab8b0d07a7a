namespace MesoNet.IAaS.Portal.Hosting;

/// <summary>What every answer of the portal says to browsers, and what it does not take from pages of others.</summary>
internal static class PageSafety
{
    /// <summary>Sets the headers, and refuses what another site's page sends. Forms carry a token as well; this holds for whatever somebody forgets to give one.</summary>
    public static Task Apply(HttpContext context, RequestDelegate next)
    {
        // nginx asks that, and no browser reads the answer.
        if (context.Request.Path == "/gateway/decision") return next(context);
        var options = context.RequestServices.GetRequiredService<PortalOptions>();
        var isForSeats = context.Request.Path.StartsWithSegments("/gateway", StringComparison.Ordinal);
        if (!isForSeats && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            && IsFromElsewhere(context.Request.Headers, options.Origin))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("Another page sent this; it is refused.", context.RequestAborted);
        }

        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // A form's answer may lead to a seat's host.
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self' {options.PublicUrl.Scheme}://*.{options.SeatsDomain}; base-uri 'none'; frame-ancestors 'none'";
        if (options.IsSecure) headers.StrictTransportSecurity = "max-age=31536000";
        return next(context);
    }

    /// <summary>
    /// Whether another site's page makes the browser ask for this without anybody going there: by a script, in a frame, or ahead of time. What a GET changes
    /// must not be changed so: a student's notebook would put its visitor's browser into other hands.
    /// </summary>
    public static bool IsFetchedFromElsewhere(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "same-site" or "cross-site"
        && (request.Headers["Sec-Fetch-Mode"] != "navigate" || request.Headers["Sec-Fetch-Dest"] != "document" || request.Headers.ContainsKey("Sec-Purpose"));

    // A browser names the page that sends a form, by one header or the other; several names are none.
    private static bool IsFromElsewhere(IHeaderDictionary headers, string own) =>
        (headers.Origin.Count > 0 && !string.Equals(headers.Origin.ToString(), own, StringComparison.OrdinalIgnoreCase)) || headers["Sec-Fetch-Site"].ToString() is "same-site" or "cross-site";
}
