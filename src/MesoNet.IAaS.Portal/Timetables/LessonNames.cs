using System.Text.RegularExpressions;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Portal.Timetables;

/// <summary>Names of lessons that the resource allows, from the titles that calendars and people give them.</summary>
internal static class LessonNames
{
    private const RegexOptions Plainly = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    private static readonly Regex Allowed = new(@"\A[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?\z", Plainly);

    // "TP 1", "tp-1".
    private static readonly Regex NumberApart = new(@"\A(?<what>tp|td|lab|lesson|seance)-(?<number>[0-9]{1,3})(?<rest>\z|-.*\z)", Plainly);

    /// <summary>What a lesson without a title is called.</summary>
    public const string Default = "tp";

    /// <summary>The name for a title: "TP 1" becomes tp1, "Réseaux de neurones" becomes reseaux-de-neurones. Null where nothing of it can be used.</summary>
    public static string? Of(string? title)
    {
        var text = (title ?? "").Trim();
        if (!text.Any(char.IsAsciiLetterOrDigit)) return null;
        // The resource's own pattern: what obeys it stays as it is written.
        var name = Allowed.IsMatch(text) ? text : ObjectNames.Slug(text);
        return NumberApart.Replace(name, "${what}${number}${rest}");
    }

    /// <summary>
    /// Names for lessons in order, none twice: titles that occur once become names; those that occur again are numbered (tp1, tp2), as are lessons
    /// without one.
    /// </summary>
    public static IReadOnlyList<string> Distinct(IReadOnlyList<string?> titles)
    {
        var wanted = titles.Select(title => Of(title) ?? Default).ToList();
        var once = wanted.GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Count() == 1 && same.Key != Default).Select(same => same.Key);
        var taken = once.ToHashSet(StringComparer.Ordinal);
        var isOwn = new HashSet<string>(taken, StringComparer.Ordinal);
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var name in wanted)
        {
            names.Add(isOwn.Contains(name) ? name : Numbered(name, taken, next));
        }

        return names;
    }

    private static string Numbered(string name, HashSet<string> taken, Dictionary<string, int> next)
    {
        var between = char.IsAsciiLetter(name[^1]) && name.Length <= 6 ? "" : "-";
        while (true)
        {
            var number = next[name] = next.GetValueOrDefault(name) + 1;
            if (taken.Add($"{name}{between}{number}")) return $"{name}{between}{number}";
        }
    }
}
