using System.Net;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>What a browser asked a seat's host for, as nginx tells it.</summary>
/// <param name="Host">The host it was asked of, with the port.</param>
/// <param name="Target">The raw request target.</param>
/// <param name="Method">The method.</param>
/// <param name="Origin">The page that asks, where the browser says; else empty.</param>
/// <param name="FetchSite">The browser's <c>Sec-Fetch-Site</c>; empty from programs and old browsers.</param>
/// <param name="FetchMode">The browser's <c>Sec-Fetch-Mode</c>.</param>
/// <param name="FetchDest">The browser's <c>Sec-Fetch-Dest</c>.</param>
/// <param name="IsUpgrade">Whether a WebSocket is asked for.</param>
/// <param name="Client">The browser's address.</param>
/// <param name="Pass">The pass it shows, unread; null for none.</param>
internal sealed record GatewayRequest(
    string Host, string Target, string Method, string Origin, string FetchSite, string FetchMode, string FetchDest, bool IsUpgrade, IPAddress? Client, string? Pass)
{
    /// <summary>Reads it from the headers that nginx sets.</summary>
    public static GatewayRequest Of(HttpRequest request, string passCookie)
    {
        var headers = request.Headers;
        return new(
            headers["X-Original-Host"].ToString(), headers["X-Original-Uri"].ToString(), headers["X-Original-Method"].ToString(), headers["X-Original-Origin"].ToString(),
            headers["X-Original-Fetch-Site"].ToString(), headers["X-Original-Fetch-Mode"].ToString(), headers["X-Original-Fetch-Dest"].ToString(),
            headers["X-Original-Upgrade"].Count > 0 && headers["X-Original-Upgrade"].ToString().Length > 0,
            ClientOf(request), request.Cookies[passCookie]);
    }

    /// <summary>The browser's address, as nginx tells it; null where it did not.</summary>
    public static IPAddress? ClientOf(HttpRequest request) => IPAddress.TryParse(request.Headers["X-Client-Address"].ToString(), out var address) ? address : null;

    /// <summary>Whether somebody goes to a page, rather than a page that fetches something.</summary>
    public bool IsNavigation => Method == "GET" && !IsUpgrade && (FetchMode is "navigate" or "");

    /// <summary>
    /// Whether another page makes the browser ask: another seat's, say, whose host is so near that cookies are sent along. Going to a page by a link is
    /// no such thing, as it tells the page that linked nothing; showing it in a frame is, where clicks can be led to it.
    /// </summary>
    /// <param name="ownOrigin">The origin of the seat.</param>
    public bool IsFromElsewhere(string ownOrigin)
    {
        if (Origin.Length > 0 && !string.Equals(Origin, ownOrigin, StringComparison.OrdinalIgnoreCase)) return true;
        return FetchSite is "same-site" or "cross-site" && !(Method == "GET" && FetchMode == "navigate" && FetchDest is "document" or "" && !IsUpgrade);
    }
}
