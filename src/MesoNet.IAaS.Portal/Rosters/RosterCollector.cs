using System.Globalization;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Rosters;

/// <summary>Takes the lines of a roster one by one and keeps what the rules allow. What it holds stays small, however long the text is.</summary>
internal sealed class RosterCollector
{
    /// <summary>As many as a course may have.</summary>
    public const int MostStudents = 5000;

    private const int MostProblems = 20;
    private const int LongestLogin = 200;
    private const int LongestGroup = 63;

    private readonly List<Student> students = [];
    private readonly List<RosterProblem> problems = [];
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);
    private int others;
    private int count;

    /// <summary>A line with a login and perhaps a group.</summary>
    public void Add(int line, string login, string? group)
    {
        login = Trimmed(login);
        group = group is null ? "" : Trimmed(group);
        count++;
        if (ProblemOf(login, group) is { } problem)
        {
            Refuse(line, problem);
        }
        else if (count <= MostStudents && !lines.TryAdd(login.ToLowerInvariant(), line))
        {
            var first = lines[login.ToLowerInvariant()];
            Refuse(line, new(
                $"«\u00a0{login}\u00a0» est déjà à la ligne {first} (majuscules et minuscules ne comptent pas). Gardez une seule des deux lignes.",
                $"“{login}” is in line {first} already (capitals make no difference). Keep one of the two lines."));
        }
        else if (count <= MostStudents)
        {
            students.Add(new() { Login = login, Group = group.Length == 0 ? null : group });
        }
    }

    /// <summary>A line that cannot be used.</summary>
    public void Refuse(int line, Sentence sentence)
    {
        if (problems.Count < MostProblems) problems.Add(new(line, sentence));
        else others++;
    }

    /// <summary>What was collected.</summary>
    /// <param name="loginColumn">The column that the logins were taken from.</param>
    public Roster Collected(string? loginColumn = null)
    {
        if (count > MostStudents)
        {
            return Roster.Unread(new(
                $"La liste a {count} lignes, et un cours a {MostStudents} étudiants au plus. Faites plusieurs cours.",
                $"The list has {count} lines, and a course has at most {MostStudents} students. Make several courses."));
        }

        if (count == 0 && problems.Count == 0)
            return Roster.Unread(new("La liste ne contient aucun identifiant. Écrivez un identifiant par ligne.", "The list has no logins. Write one login a line."));
        if (others == 1) problems.Add(new(null, new("Une autre ligne est à corriger.", "One other line must be corrected.")));
        if (others > 1) problems.Add(new(null, new($"{others} autres lignes sont à corriger.", $"{others} other lines must be corrected.")));
        if (problems.Count == 0 && EachHasAGroup())
        {
            problems.Add(new(null, new(
                "Chaque étudiant a un groupe à lui seul\u00a0: sont-ce des prénoms et des noms\u00a0? Écrivez l’identifiant, puis le groupe s’il y en a un.",
                "Each student has a group of their own: are these first and last names? Write the login, then the group if there is one.")));
        }

        return new(students, problems, loginColumn);
    }

    /// <summary>A text as it is pasted, without what cannot be seen at its ends.</summary>
    public static string Trimmed(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsUnseen(text[start])) start++;
        while (end > start && IsUnseen(text[end - 1])) end--;
        return text[start..end];
    }

    private static bool IsUnseen(char letter) => char.IsWhiteSpace(letter) || char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format;

    // Names of people must not get into the cluster as groups.
    private bool EachHasAGroup() =>
        students.Count >= 5 && students.Select(student => student.Group).OfType<string>().Distinct(StringComparer.Ordinal).Count() == students.Count;

    // The resource's pattern, and no letter that nobody can see: such a login could never be typed.
    private static Sentence? ProblemOf(string login, string group)
    {
        if (login.Length == 0) return new("L’identifiant manque. Ajoutez-le, ou enlevez la ligne.", "The login is missing. Add it, or take the line out.");
        if (login.Length > LongestLogin)
        {
            return new($"L’identifiant «\u00a0{login[..20]}…\u00a0» a {login.Length} caractères\u00a0; {LongestLogin} au plus sont permis.",
                $"The login “{login[..20]}…” has {login.Length} characters; at most {LongestLogin} are allowed.");
        }

        if (login.Contains('/', StringComparison.Ordinal))
            return new($"L’identifiant «\u00a0{login}\u00a0» contient une barre oblique (/). Enlevez-la.", $"The login “{login}” has a slash (/). Take it out.");
        if (login.Any(IsUnseen))
            return new($"L’identifiant «\u00a0{Seen(login)}\u00a0» contient une espace ou un signe invisible. Enlevez-le.", $"The login “{Seen(login)}” has a space or an invisible character. Take it out.");
        if (group.Length > LongestGroup)
        {
            return new($"Le groupe «\u00a0{Seen(group[..20])}…\u00a0» a {group.Length} caractères\u00a0; {LongestGroup} au plus sont permis. Raccourcissez son nom.",
                $"The group “{Seen(group[..20])}…” has {group.Length} characters; at most {LongestGroup} are allowed. Shorten its name.");
        }

        return group.Any(letter => letter != ' ' && letter != '\u00a0' && IsUnseen(letter))
            ? new($"Le groupe «\u00a0{Seen(group)}\u00a0» contient un signe invisible. Enlevez-le.", $"The group “{Seen(group)}” has an invisible character. Take it out.")
            : null;
    }

    private static string Seen(string text) => string.Concat(text.Select(letter => letter != ' ' && IsUnseen(letter) ? '·' : letter));
}
