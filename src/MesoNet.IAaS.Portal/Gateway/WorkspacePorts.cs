using System.Buffers;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>
/// The ports beside JupyterLab's that a workspace declares, such as TensorBoard's: below its path, at <c>port/NAME/</c>. nginx remembers decisions by the same rule
/// (images/gateway/nginx.conf, plain_seat), so that one port's is never used for another.
/// </summary>
internal static class WorkspacePorts
{
    private const string Folder = "port/";
    private const int LongestName = 15;
    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The path that a port is reached at; the program behind it sees the whole of it.</summary>
    /// <param name="basePath">The workspace's path.</param>
    /// <param name="port">The port.</param>
    public static string PathOf(string basePath, WorkspacePort port) => $"{basePath}{Folder}{port.Name}/";

    /// <summary>The name of the port that a request target is for; null where it is for JupyterLab.</summary>
    /// <param name="target">The raw request target.</param>
    /// <param name="basePath">The workspace's path, which it begins with.</param>
    public static string? NameIn(string target, string basePath)
    {
        var rest = target.AsSpan(basePath.Length);
        if (!rest.StartsWith(Folder, StringComparison.Ordinal)) return null;
        rest = rest[Folder.Length..];
        var end = rest.IndexOfAny('/', '?');
        var name = end < 0 ? rest : rest[..end];
        return name.Length is > 0 and <= LongestName && char.IsAsciiLetterLower(name[0]) && !name.ContainsAnyExcept(NameLetters) ? name.ToString() : null;
    }
}
