using System.Collections.Frozen;
using System.Security.Cryptography;

namespace MesoNet.IAaS.Portal.Hosting;

/// <summary>The styles and scripts of the pages, embedded in the program; each address holds a hash of the content, so that browsers keep them for good.</summary>
internal static class Assets
{
    private const string Prefix = "assets/";

    private static readonly FrozenDictionary<string, Asset> ByName = Load();

    /// <summary>The address of an asset.</summary>
    public static string Url(string name) => $"/assets/{ByName[name].Version}/{name}";

    /// <summary>Adds their endpoint.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/assets/{version}/{name}", (HttpContext context, string version, string name) =>
    {
        if (!ByName.TryGetValue(name, out var asset) || asset.Version != version) return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset.Content, name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8");
    }).WithMetadata(new CompressedAttribute());

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(Assets).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(name => name[Prefix.Length..], name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return new Asset(content, Convert.ToHexStringLower(SHA256.HashData(content))[..12]);
        }, StringComparer.Ordinal);
    }

    private sealed record Asset(byte[] Content, string Version);
}
