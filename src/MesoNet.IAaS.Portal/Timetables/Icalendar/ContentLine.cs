using System.Text;

namespace MesoNet.IAaS.Portal.Timetables.Icalendar;

/// <summary>A line of an iCalendar file (RFC 5545, 3.1), put together where it was folded: <c>DTSTART;TZID=Europe/Paris:20261123T140000</c>.</summary>
/// <param name="Number">The line of the file on which it begins, counted from 1.</param>
/// <param name="Name">The property, in capitals.</param>
/// <param name="Parameters">Its parameters by their names in capitals.</param>
/// <param name="Value">What stands behind the colon.</param>
internal sealed record ContentLine(int Number, string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    private const int Longest = 20_000;

    /// <summary>The lines of a text. What is no such line is passed over.</summary>
    public static IEnumerable<ContentLine> Read(string text)
    {
        using var reader = new StringReader(text);
        var (unfolded, begin, number) = (new StringBuilder(), 1, 0);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length > 0 && line[0] is ' ' or '\t')
            {
                // A description may be of any length, and says nothing of the time.
                if (unfolded.Length < Longest) unfolded.Append(line, 1, line.Length - 1);
                continue;
            }

            if (Parse(begin, unfolded.ToString()) is { } whole) yield return whole;
            unfolded.Clear().Append(line.TrimStart('\uFEFF'));
            begin = number;
        }

        if (Parse(begin, unfolded.ToString()) is { } last) yield return last;
    }

    /// <summary>The value as a text: RFC 5545, 3.3.11.</summary>
    public string Text
    {
        get
        {
            if (!Value.Contains('\\', StringComparison.Ordinal)) return Value;
            var text = new StringBuilder();
            for (var i = 0; i < Value.Length; i++)
            {
                if (Value[i] == '\\' && i + 1 < Value.Length) text.Append(Value[++i] is 'n' or 'N' ? ' ' : Value[i]);
                else text.Append(Value[i]);
            }

            return text.ToString();
        }
    }

    private static ContentLine? Parse(int number, string line)
    {
        var parts = new List<string>();
        var (begin, isQuoted) = (0, false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"') isQuoted = !isQuoted;
            if (isQuoted || line[i] is not (';' or ':')) continue;
            parts.Add(line[begin..i]);
            begin = i + 1;
            if (line[i] == ':') return new(number, parts[0].Trim().ToUpperInvariant(), ParametersOf(parts), line[begin..]);
        }

        return null;
    }

    private static Dictionary<string, string> ParametersOf(List<string> parts)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) parameters[part[..equals].ToUpperInvariant()] = part[(equals + 1)..].Trim('"');
        }

        return parameters;
    }
}
