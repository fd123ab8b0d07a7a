using MesoNet.IAaS.Cli.Site;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>The commands that a text of the repository tells its readers to run: the lines of its blocks of shell.</summary>
internal static class DocumentedCommands
{
    /// <summary>The commands of a text, from top to bottom.</summary>
    /// <param name="path">The text, from the repository's root.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(string path) => [.. Commands(await File.ReadAllLinesAsync(Path.Combine(LocalSite.RepositoryRoot, path)))];

    private static IEnumerable<string> Commands(IEnumerable<string> lines)
    {
        var isShell = false;
        foreach (var line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) isShell = line == "```sh";
            else if (isShell && line.Length > 0) yield return line.Split('#')[0].Trim();
        }
    }
}
