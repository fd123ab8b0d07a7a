using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>A request as the proxy received it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path without the query.</param>
/// <param name="Query">The query with its question mark, or empty.</param>
/// <param name="Resource">The plural, with the subresource where there is one, such as <c>seats/status</c>; empty for other paths.</param>
/// <param name="Token">The bearer token, or null.</param>
/// <param name="ReceivedAt">When it came.</param>
public sealed record ProxiedRequest(string Method, string Path, string Query, string Resource, string? Token, DateTimeOffset ReceivedAt)
{
    private const string BearerPrefix = "Bearer ";

    /// <summary>Whether it asks for a stream of changes.</summary>
    public bool IsWatch => Argument("watch") is "1" or "true";

    /// <summary>Whether it asks for all objects of a kind, or for a page of them.</summary>
    public bool IsList => Method == "GET" && !IsWatch && Resource.Length > 0 && Path.EndsWith('/' + Resource, StringComparison.Ordinal);

    /// <summary>An argument of the query, or null.</summary>
    public string? Argument(string name) => QueryHelpers.ParseQuery(Query).TryGetValue(name, out var values) ? (string?)values : null;

    internal static ProxiedRequest From(HttpRequest request, DateTimeOffset now)
    {
        var path = request.Path.Value ?? "";
        var authorization = (string?)request.Headers.Authorization;
        var token = authorization?.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) == true ? authorization[BearerPrefix.Length..] : null;
        return new(request.Method, path, request.QueryString.Value ?? "", ResourceOf(path), token, now);
    }

    // /api/VERSION/... or /apis/GROUP/VERSION/..., then namespaces/NAME/ where there is one, then PLURAL/NAME/SUBRESOURCE.
    private static string ResourceOf(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var rest = parts switch
        {
            ["api", _, .. var core] => core,
            ["apis", _, _, .. var grouped] => grouped,
            _ => [],
        };
        if (rest is ["namespaces", _, var plural, ..] && plural is not ("status" or "finalize")) rest = rest[2..];
        return rest switch
        {
            [] => "",
            [var only] => only,
            [var kind, _] => kind,
            [var kind, _, var part, ..] => $"{kind}/{part}",
        };
    }
}
