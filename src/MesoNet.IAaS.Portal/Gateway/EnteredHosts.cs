using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>
/// The hosts that a browser was let into, in a cookie of the portal's. Whoever leaves the portal leaves those too: each has a pass in a cookie of its own,
/// which nobody but it can take back, so that the browser goes by all of them. The cookie stays, for a way out that was cut short to be gone again.
/// </summary>
internal static class EnteredHosts
{
    // A cookie may have 4 KB.
    private const int Most = 150;

    // Browsers give up after twenty redirects in a row; a page in between begins a new row.
    private const int RedirectsInARow = 10;

    /// <summary>Notes a host that a browser is let into.</summary>
    /// <param name="context">The browser's request.</param>
    /// <param name="label">The first label of the host's name.</param>
    /// <param name="options">Where the portal is.</param>
    public static void Add(HttpContext context, string label, PortalOptions options) => context.Response.Cookies.Append(
        options.EnteredCookie, string.Join('.', Read(context.Request.Cookies[options.EnteredCookie]).Where(known => known != label).Prepend(label).Take(Most)),
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = options.IsSecure, Path = "/", MaxAge = SeatPass.Longest });

    /// <summary>The address that leads out of all of them and then on.</summary>
    /// <param name="context">The browser's request.</param>
    /// <param name="goesOnTo">A path of the portal.</param>
    /// <param name="options">Where the portal is.</param>
    public static string WayOut(HttpContext context, string goesOnTo, PortalOptions options) =>
        Read(context.Request.Cookies[options.EnteredCookie]) is { Count: > 0 } labels ? AddressOf(labels, goesOnTo, options) : goesOnTo;

    /// <summary>On from one of them, once it is left.</summary>
    /// <param name="then">The labels of those that are still to be left.</param>
    /// <param name="goesOnTo">Where the way out ends; the front page where that is no path of the portal.</param>
    /// <param name="options">Where the portal is.</param>
    public static IResult GoOn(string? then, string? goesOnTo, PortalOptions options)
    {
        var end = LinkEndpoints.IsOwnPath(goesOnTo) ? goesOnTo! : "/";
        if (Read(then) is not { Count: > 0 } labels) return Results.Redirect(options.Origin + end);
        var next = AddressOf(labels, end, options);
        return labels.Count % RedirectsInARow > 0
            ? Results.Redirect(next)
            : Results.Text($"<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url={Encode(next)}\"><title>MesoNET</title><a href=\"{Encode(next)}\">MesoNET</a>", "text/html");

        static string Encode(string text) => System.Text.Encodings.Web.HtmlEncoder.Default.Encode(text);
    }

    private static string AddressOf(List<string> labels, string goesOnTo, PortalOptions options) =>
        $"{options.OriginOf(labels[0])}/gateway/leave?to={Uri.EscapeDataString(goesOnTo)}{(labels.Count > 1 ? $"&then={string.Join('.', labels.Skip(1))}" : "")}";

    // Whoever wrote it: nothing but hosts of ours, each once.
    private static List<string> Read(string? text) => [.. (text ?? "").Split('.').Where(SeatHost.IsLabel).Distinct(StringComparer.Ordinal).Take(Most)];
}
