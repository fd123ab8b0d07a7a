namespace MesoNet.IAaS.Cli.Timetable;

/// <summary>Rows of text in columns as wide as they need to be.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> rows = [header];
    private readonly HashSet<int> numbers = [];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Aligns these columns to the right.</summary>
    public TextTable WithNumbersIn(params IEnumerable<int> columns)
    {
        numbers.UnionWith(columns);
        return this;
    }

    /// <summary>Prints all rows.</summary>
    public void Print(TextWriter output, string indent = "  ")
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine((indent + string.Join("  ", row.Select((cell, column) => numbers.Contains(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])))).TrimEnd());
    }
}
