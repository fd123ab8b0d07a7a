using System.Security.Cryptography;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>What is in a folder: for each file and link below it, by its relative path, a text that is the same where kind, content and right to run are.</summary>
internal static class FileSnapshot
{
    /// <summary>Takes one; of a folder that is not there it is empty. Students' git repositories are left out: git says whether those are whole.</summary>
    public static SortedDictionary<string, string> Of(string folder)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Directory.Exists(folder)) Add(new(folder), "", found);
        return found;
    }

    // No link is followed.
    private static void Add(DirectoryInfo folder, string above, SortedDictionary<string, string> found)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => entry.Name != ".git"))
        {
            if (entry.LinkTarget is { } target) found.Add(above + entry.Name, $"-> {target}");
            else if (entry is DirectoryInfo below) Add(below, $"{above}{entry.Name}/", found);
            else found.Add(above + entry.Name, HashOf(entry.FullName) + (entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? " runs" : ""));
        }
    }

    /// <summary>The SHA-256 of a file, in lower-case hexadecimal digits.</summary>
    public static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
