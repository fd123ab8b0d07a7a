using MesoNet.IAaS.Cli.Site;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>What a text of the repository tells its readers to run, and to write.</summary>
internal static class Guide
{
    /// <summary>The commands of a text, from top to bottom: the lines of its blocks of shell.</summary>
    /// <param name="path">The text, from the repository's root.</param>
    public static async Task<IReadOnlyList<string>> CommandsAsync(string path) =>
        [.. (await LinesAsync(path, "sh")).Where(line => line.Length > 0).Select(line => line.Split('#')[0].Trim())];

    /// <summary>The lines of a text's blocks in a language.</summary>
    /// <param name="path">The text, from the repository's root.</param>
    /// <param name="language">The word behind the block's fence.</param>
    public static async Task<IReadOnlyList<string>> LinesAsync(string path, string language) =>
        [.. Within(await File.ReadAllLinesAsync(Path.Combine(LocalSite.RepositoryRoot, path)), $"```{language}")];

    private static IEnumerable<string> Within(IEnumerable<string> lines, string fence)
    {
        var isWithin = false;
        foreach (var line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) isWithin = line == fence;
            else if (isWithin) yield return line;
        }
    }
}
