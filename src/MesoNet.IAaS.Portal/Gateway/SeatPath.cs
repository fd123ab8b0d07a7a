namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>The path that a browser asked a seat's host for, as it came.</summary>
internal static class SeatPath
{
    private const int Longest = 8_000;

    // JupyterLab encodes once; a file's name may itself look encoded.
    private const int Deepest = 3;

    /// <summary>
    /// Whether a raw request target lies under a seat's base path and cannot leave it, however it is decoded on the way: no dot segments, encoded
    /// or not, no backslash, nothing but visible ASCII.
    /// </summary>
    /// <param name="target">The request target, with its query.</param>
    /// <param name="basePath">The seat's base path, which ends with a slash.</param>
    public static bool IsWithin(string target, string basePath)
    {
        if (target.Length > Longest || !target.StartsWith(basePath, StringComparison.Ordinal)) return false;
        foreach (var character in target)
        {
            // Browsers encode what is not ASCII, and no header could hold it.
            if (character is <= ' ' or > '~' or '\\') return false;
        }

        var path = target.AsSpan(0, target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? query : target.Length);
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.IndexOfAny('.', '%') < 0) continue;
            if (!StaysWithin(segment.ToString())) return false;
        }

        return true;
    }

    // Decoded until nothing changes, since those next on the way might do so too; what is encoded deeper than anybody encodes is up to something.
    private static bool StaysWithin(string segment)
    {
        for (var times = 0; times <= Deepest; times++)
        {
            // A question mark or a number sign ends the path for whoever decodes first.
            if (segment.Split('/', '\\', '?', '#').Any(part => part is "." or ".." || part.Contains('\0', StringComparison.Ordinal))) return false;
            var decoded = Uri.UnescapeDataString(segment);
            if (decoded == segment) return true;
            segment = decoded;
        }

        return false;
    }
}
