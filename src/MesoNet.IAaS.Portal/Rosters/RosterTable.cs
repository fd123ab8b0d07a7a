using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Rosters;

/// <summary>A roster as a table (CSV) with a line of titles, which may stand below some lines about the export.</summary>
internal sealed class RosterTable
{
    /// <summary>How far down the titles are looked for.</summary>
    private const int MostLinesAbove = 30;

    private const int LongestCell = 20_000;
    private static readonly string[] Separators = [";", "\t", ","];

    private readonly string text;
    private readonly string separator;
    private readonly int titlesAt;
    private readonly IReadOnlyList<string> titles;

    private RosterTable(string text, string separator, int titlesAt, IReadOnlyList<string> titles) =>
        (this.text, this.separator, this.titlesAt, this.titles) = (text, separator, titlesAt, titles);

    /// <summary>The table in a text; null where no line has a title of logins.</summary>
    public static RosterTable? Find(string text)
    {
        foreach (var separator in Separators)
        {
            if (First(text, separator, cells => RosterColumns.LoginColumns(cells).Count > 0) is { } found) return new(text, separator, found.Line, found.Cells);
        }

        return null;
    }

    /// <summary>The titles of a table that tell of people but not of logins; null where the text is no such table.</summary>
    public static IReadOnlyList<string>? TitlesWithoutLogins(string text) => Separators
        .Select(separator => First(text, separator, cells => cells.Any(RosterColumns.IsOfPeople))?.Cells.Where(cell => cell.Length > 0).ToList())
        .OfType<IReadOnlyList<string>>().FirstOrDefault();

    /// <summary>The roster.</summary>
    public Roster Read()
    {
        var candidates = RosterColumns.LoginColumns(titles);
        // Moodle gives the ID number a column of its own, which is often empty.
        var filled = candidates.ToDictionary(column => column, _ => false);
        foreach (var (line, cells) in Lines(text, separator))
        {
            if (line <= titlesAt) continue;
            foreach (var column in candidates) filled[column] |= column < cells.Count && cells[column].Length > 0;
            if (filled[candidates[0]]) break;
        }

        var login = candidates.FirstOrDefault(column => filled[column], candidates[0]);
        var group = RosterColumns.GroupColumn(titles);
        var collector = new RosterCollector();
        foreach (var (line, cells) in Lines(text, separator, collector))
        {
            if (line <= titlesAt || cells.All(cell => cell.Length == 0)) continue;
            Take(line, Cell(cells, login), group is { } column ? Cell(cells, column) : "", collector);
        }

        return collector.Collected(titles[login]);
    }

    private static void Take(int line, string login, string groupCell, RosterCollector collector)
    {
        var groups = RosterColumns.GroupsIn(groupCell);
        if (groups.Count > 1)
        {
            collector.Refuse(line, new(
                $"«\u00a0{login}\u00a0» est dans plusieurs groupes ({string.Join(", ", groups.Take(4))}). Gardez celui qui a les séances\u00a0: un étudiant n’en a qu’un ici.",
                $"“{login}” is in several groups ({string.Join(", ", groups.Take(4))}). Keep the one that has the lessons: a student has only one here."));
        }
        else
        {
            collector.Add(line, login, groups.Count == 1 ? groups[0] : null);
        }
    }

    private static string Cell(IReadOnlyList<string> cells, int column) => column < cells.Count ? cells[column] : "";

    private static (int Line, IReadOnlyList<string> Cells)? First(string text, string separator, Func<IReadOnlyList<string>, bool> isWanted)
    {
        foreach (var (line, cells) in Lines(text, separator))
        {
            if (line > MostLinesAbove) break;
            if (isWanted(cells)) return (line, cells);
        }

        return null;
    }

    /// <summary>The lines with their numbers. One that is no CSV ends them: what follows an open quotation mark means nothing.</summary>
    private static IEnumerable<(int Line, IReadOnlyList<string> Cells)> Lines(string text, string separator, RosterCollector? collector = null)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator, HasHeaderRecord = false, BadDataFound = null, MaxFieldSize = LongestCell, IgnoreBlankLines = false,
        };
        using var reader = new StringReader(text);
        using var parser = new CsvParser(reader, configuration);
        var before = 0;
        while (true)
        {
            string[]? cells = null;
            try
            {
                if (parser.Read()) cells = parser.Record;
                else yield break;
            }
            catch (CsvHelperException)
            {
                // Told below.
            }

            if (cells is null || cells.Any(cell => cell.AsSpan().IndexOfAny('\r', '\n') >= 0))
            {
                collector?.Refuse(before + 1, new(
                    "Un guillemet (\") est ouvert et n’est pas fermé à la même ligne, ou une cellule est démesurée. Corrigez la ligne ou enlevez le guillemet.",
                    "A quotation mark (\") is opened and not closed in the same line, or a cell is far too long. Correct the line, or take the mark out."));
                yield break;
            }

            before = parser.RawRow;
            yield return (parser.RawRow, [.. cells.Select(RosterCollector.Trimmed)]);
        }
    }
}
