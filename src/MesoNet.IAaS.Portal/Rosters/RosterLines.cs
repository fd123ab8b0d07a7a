using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Rosters;

/// <summary>A roster without titles: "login", "login group", "login;group", one a line.</summary>
internal static class RosterLines
{
    private static readonly char[] Separators = ['\t', ';', ','];

    /// <summary>The roster of such a text.</summary>
    public static Roster Read(string text)
    {
        var collector = new RosterCollector();
        using var reader = new StringReader(text);
        for (var line = 1; reader.ReadLine() is { } written; line++)
        {
            var content = RosterCollector.Trimmed(written);
            if (content.Length == 0) continue;
            var cells = Cells(content);
            // "login groupe", with a space between: the titles of a table that somebody typed.
            if (line == 1 && cells is [var title, ..] && RosterColumns.IsLogin(title)) continue;
            if (cells.Count > 2)
            {
                collector.Refuse(line, new(
                    $"La ligne a {cells.Count} colonnes. Écrivez l’identifiant et le groupe seulement, ou ajoutez une première ligne avec les titres des colonnes, dont «\u00a0Identifiant\u00a0».",
                    $"The line has {cells.Count} columns. Write only the login and the group, or add a first line with the columns’ titles, “Login” among them."));
            }
            else
            {
                collector.Add(line, cells[0], cells.Count > 1 ? cells[1] : null);
            }
        }

        return collector.Collected();
    }

    private static List<string> Cells(string line)
    {
        foreach (var separator in Separators)
        {
            if (!line.Contains(separator, StringComparison.Ordinal)) continue;
            var cells = line.Split(separator).Select(Unquoted).ToList();
            // Sheets fill their lines up with empty cells.
            while (cells.Count > 1 && cells[^1].Length == 0) cells.RemoveAt(cells.Count - 1);
            return cells;
        }

        var space = line.AsSpan().IndexOfAny(' ', '\u00a0');
        return space < 0 ? [Unquoted(line)] : [Unquoted(line[..space]), Unquoted(line[(space + 1)..])];
    }

    private static string Unquoted(string cell)
    {
        var trimmed = RosterCollector.Trimmed(cell);
        return trimmed is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"", StringComparison.Ordinal) : trimmed;
    }
}
