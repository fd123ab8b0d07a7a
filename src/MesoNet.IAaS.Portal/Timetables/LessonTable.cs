using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Timetables;

/// <summary>A row of the table in which a teacher writes a timetable, as it was typed.</summary>
/// <param name="Name">The lesson's name; empty for the next free one.</param>
/// <param name="Date">The day.</param>
/// <param name="Start">The time at which it begins.</param>
/// <param name="End">The time at which it ends.</param>
/// <param name="HandInUntil">Until when students hand in: a day, or a day and a time; empty where they do not.</param>
/// <param name="Groups">The groups it is for, with commas between; empty for all.</param>
internal sealed record LessonRow(string Name, string Date, string Start, string End, string HandInUntil, string Groups)
{
    /// <summary>A row that nobody has written in.</summary>
    public static LessonRow Empty { get; } = new("", "", "", "", "", "");

    /// <summary>Whether nothing is written in it but a name: such a row is passed over.</summary>
    public bool IsEmpty => new[] { Date, Start, End, HandInUntil, Groups }.All(string.IsNullOrWhiteSpace);

    /// <summary>The row that says the same as a lesson.</summary>
    public static LessonRow Of(Lesson lesson) => new(
        lesson.Name, lesson.Start[..10], lesson.Start[11..], lesson.End[11..], lesson.HandInUntil ?? "", string.Join(", ", lesson.Groups ?? []));
}

/// <summary>Reads a timetable from the rows of a table.</summary>
internal static class LessonTable
{
    private const int MostGroups = 50;
    private const int LongestGroup = 63;

    /// <summary>The lessons of the rows that are not empty.</summary>
    public static TimetableReading Read(IReadOnlyList<LessonRow> rows)
    {
        var problems = new List<TimetableProblem>();
        var written = rows.Select((row, index) => (Row: row, Number: index + 1)).Where(item => !item.Row.IsEmpty).ToList();
        if (written.Count > TimetableReading.MostLessons) return TimetableReading.Unread(TimetableReading.TooMany(written.Count));

        var read = new List<(string? Title, Lesson Lesson)>();
        foreach (var (row, number) in written)
        {
            if (row.Name.Trim().Length > 0 && LessonNames.Of(row.Name) is null)
            {
                problems.Add(new(number, new(
                    $"Le nom «\u00a0{row.Name.Trim()}\u00a0» n’a ni lettre ni chiffre. Écrivez par exemple tp1.", $"The name “{row.Name.Trim()}” has no letter and no digit. Write tp1, for example.")));
            }

            if (Lesson(row, number, problems) is { } lesson) read.Add((LessonNames.Of(row.Name), lesson));
        }

        problems.AddRange(Twice(written));
        var inOrder = read.OrderBy(item => item.Lesson.Start, StringComparer.Ordinal).ToList();
        var names = LessonNames.Distinct([.. inOrder.Select(item => item.Title)]);
        return new([.. inOrder.Zip(names).Select(pair => pair.First.Lesson with { Name = pair.Second })], problems);
    }

    // Two names that somebody wrote are not numbered without a word: the second is likely a slip.
    private static IEnumerable<TimetableProblem> Twice(IEnumerable<(LessonRow Row, int Number)> written) => written
        .Select(item => (Name: LessonNames.Of(item.Row.Name), item.Number)).Where(item => item.Name is not null)
        .GroupBy(item => item.Name, StringComparer.Ordinal).Where(same => same.Count() > 1)
        .SelectMany(same => same.Skip(1).Select(item => new TimetableProblem(item.Number, new(
            $"Le nom «\u00a0{same.Key}\u00a0» est déjà à la ligne {same.First().Number}. Donnez un autre nom, ou aucun\u00a0: la séance sera numérotée.",
            $"The name “{same.Key}” is in row {same.First().Number} already. Give another name, or none: the lesson will be numbered."))));

    private static Lesson? Lesson(LessonRow row, int number, List<TimetableProblem> problems)
    {
        var before = problems.Count;
        void Tell(string french, string english) => problems.Add(new(number, new(french, english)));

        var date = WrittenTimes.Date(row.Date);
        if (date is null)
            Tell($"La date {Quoted(row.Date)} n’est pas une date. Écrivez par exemple 23/11/2026.", $"The date {Quoted(row.Date, "“", "”")} is no date. Write 2026-11-23, for example.");
        var (start, end) = (WrittenTimes.Time(row.Start), WrittenTimes.Time(row.End));
        if (start is null)
            Tell($"Le début {Quoted(row.Start)} n’est pas une heure. Écrivez par exemple 14:00.", $"The start {Quoted(row.Start, "“", "”")} is no time. Write 14:00, for example.");
        if (end is null) Tell($"La fin {Quoted(row.End)} n’est pas une heure. Écrivez par exemple 17:00.", $"The end {Quoted(row.End, "“", "”")} is no time. Write 17:00, for example.");
        if (start is not null && end is not null && end <= start)
            Tell($"La séance finit ({row.End.Trim()}) avant de commencer ({row.Start.Trim()}). Corrigez le début ou la fin.", $"The lesson ends ({row.End.Trim()}) before it starts ({row.Start.Trim()}). Correct its start or its end.");
        var handIn = WrittenTimes.Deadline(row.HandInUntil);
        if (handIn is null && row.HandInUntil.Trim().Length > 0)
            Tell($"Le rendu {Quoted(row.HandInUntil)} n’est pas une date. Écrivez par exemple 27/11/2026 ou 27/11/2026 23:59.", $"The hand-in {Quoted(row.HandInUntil, "“", "”")} is no date. Write 2026-11-27 or 2026-11-27 23:59, for example.");
        if (date is { } day && end is { } until && handIn < day + until)
            Tell("Le rendu est avant la fin de la séance. Corrigez l’un des deux.", "The hand-in is before the end of the lesson. Correct one of them.");
        var groups = row.Groups.Split([',', ';']).Select(group => group.Trim()).Where(group => group.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (groups.Count > MostGroups || groups.Any(group => group.Length > LongestGroup))
            Tell($"Une séance a {MostGroups} groupes au plus, de {LongestGroup} caractères au plus, séparés par des virgules.", $"A lesson has at most {MostGroups} groups, of at most {LongestGroup} characters, with commas between them.");
        if (problems.Count > before) return null;
        return new()
        {
            Name = LessonNames.Default,
            Start = LocalTimes.Write(date!.Value + start!.Value),
            End = LocalTimes.Write(date.Value + end!.Value),
            HandInUntil = handIn is { } deadline ? LocalTimes.Write(deadline) : null,
            Groups = groups.Count == 0 ? null : groups,
        };
    }

    private static string Quoted(string text, string open = "«\u00a0", string close = "\u00a0»")
    {
        var trimmed = text.Trim();
        return $"{open}{(trimmed.Length <= 40 ? trimmed : $"{trimmed[..39]}…")}{close}";
    }
}
