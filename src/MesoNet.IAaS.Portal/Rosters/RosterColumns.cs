using System.Text;

namespace MesoNet.IAaS.Portal.Rosters;

/// <summary>What the columns of a roster are called, in French and in English, by Moodle, by Apogée and by hand. Accents, spaces and case are left out.</summary>
internal static class RosterColumns
{
    /// <summary>Titles of columns with logins, the surest first: where there is a login, the student's number is none.</summary>
    private static readonly string[][] Logins =
    [
        ["login", "logins", "identifiant", "identifiants", "username", "user", "nomdutilisateur", "utilisateur", "compte", "uid", "identifiantent", "loginent", "loginname", "userid"],
        ["numeroetudiant", "netudiant", "numetudiant", "noetudiant", "nroetudiant", "numerodetudiant", "ndetudiant", "codeetudiant", "codetu", "codetud", "numetu", "netu",
            "numeroine", "studentnumber", "studentno", "studentid"],
        ["numerodidentification", "idnumber", "id"],
        ["adressedecourriel", "courriel", "adressecourriel", "adresseelectronique", "adressemail", "adresseemail", "email", "mail", "emailaddress", "mel"],
    ];

    /// <summary>Titles of columns with groups, the most precise first: lessons are held for a TP's group.</summary>
    private static readonly string[] Groups =
        ["groupetp", "grouptp", "grtp", "tp", "groupe", "groupes", "group", "groups", "group1", "groupe1", "nomdugroupe", "groupname", "grp", "gr", "groupetd", "grtd", "td"];

    private static readonly HashSet<string> OfPeople = new(
        ["nom", "nomdefamille", "nomusuel", "nompatronymique", "nomdenaissance", "prenom", "prenoms", "nometprenom", "nomprenom", "prenomnom", "nomcomplet", "nomdelutilisateur",
            "lastname", "surname", "familyname", "firstname", "givenname", "fullname", "name", "datedenaissance", "birthdate"], StringComparer.Ordinal);

    private static readonly HashSet<string> NoGroup = new(["aucungroupe", "sansgroupe", "nogroup", "nogroups", "aucun", "none", "nongroupe"], StringComparer.Ordinal);

    /// <summary>Whether a title is one of logins.</summary>
    public static bool IsLogin(string title) => Logins.Any(names => names.Contains(Plain(title), StringComparer.Ordinal));

    /// <summary>Whether a title is one of people's names, so that the line is one of titles.</summary>
    public static bool IsOfPeople(string title) => OfPeople.Contains(Plain(title));

    /// <summary>The columns with logins, the surest first.</summary>
    public static IReadOnlyList<int> LoginColumns(IReadOnlyList<string> titles)
    {
        var plain = titles.Select(Plain).ToList();
        return [.. Logins.SelectMany(names => names.SelectMany(name => Enumerable.Range(0, plain.Count).Where(column => plain[column] == name)))];
    }

    /// <summary>The column with the group; null where there is none.</summary>
    public static int? GroupColumn(IReadOnlyList<string> titles)
    {
        var plain = titles.Select(Plain).ToList();
        return Groups.Select(name => plain.IndexOf(name)).Where(column => column >= 0).Select(column => (int?)column).FirstOrDefault();
    }

    /// <summary>The groups in a cell: Moodle lists several.</summary>
    public static IReadOnlyList<string> GroupsIn(string cell) =>
        [.. cell.Split([',', ';', '|']).Select(RosterCollector.Trimmed).Where(name => name.Length > 0 && name != "-" && !NoGroup.Contains(Plain(name)))];

    /// <summary>Letters and digits only, small and without accents.</summary>
    private static string Plain(string title)
    {
        var plain = new StringBuilder();
        foreach (var letter in title.Length <= 80 ? title : "")
        {
            var small = char.ToLowerInvariant(letter);
            plain.Append(small switch
            {
                'à' or 'â' or 'ä' => 'a',
                'é' or 'è' or 'ê' or 'ë' => 'e',
                'î' or 'ï' => 'i',
                'ô' or 'ö' => 'o',
                'ù' or 'û' or 'ü' => 'u',
                'ç' => 'c',
                >= 'a' and <= 'z' or >= '0' and <= '9' => small,
                // An accent that stands by itself, as macOS writes it, goes with all else.
                _ => '\0',
            });
        }

        return plain.Replace("\0", "").ToString();
    }
}
