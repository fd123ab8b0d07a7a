using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Uploads;

namespace MesoNet.IAaS.Portal.Rosters;

/// <summary>
/// Reads a roster, pasted or from a file: one login a line, perhaps with a group behind it, or a table whose titles say where the logins are, as
/// Moodle and Apogée export them.
/// </summary>
internal static class RosterText
{
    /// <summary>The roster of a file.</summary>
    public static Roster Read(ReadOnlySpan<byte> file) => UploadedText.Read(file) is { Text: { } text } read ? Read(text) : Roster.Unread(UploadedText.Read(file).Problem!);

    /// <summary>The roster of a text.</summary>
    public static Roster Read(string text)
    {
        if (UploadedText.Checked(text).Problem is { } problem) return Roster.Unread(problem);
        if (string.IsNullOrWhiteSpace(text))
        {
            return Roster.Unread(new(
                "La liste est vide. Écrivez un identifiant par ligne, ou choisissez un fichier CSV.", "The list is empty. Write one login a line, or choose a CSV file."));
        }

        return RosterTable.Find(text) switch
        {
            { } table => table.Read(),
            null when RosterTable.TitlesWithoutLogins(text) is { } titles => Roster.Unread(new(
                $"Aucune colonne ne contient les identifiants\u00a0: il y a {Listed(titles, "«\u00a0", "\u00a0»")}. Donnez à celle des identifiants le titre «\u00a0Identifiant\u00a0».",
                $"No column has the logins: there are {Listed(titles, "“", "”")}. Give the one with the logins the title “Login”.")),
            null => RosterLines.Read(text),
        };
    }

    private static string Listed(IReadOnlyList<string> titles, string open, string close)
    {
        const int atMost = 8;
        return string.Join(", ", titles.Take(atMost).Select(title => $"{open}{(title.Length <= 40 ? title : $"{title[..39]}…")}{close}")) + (titles.Count > atMost ? "…" : "");
    }
}
