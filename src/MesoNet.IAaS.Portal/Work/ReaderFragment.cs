using System.Text.Encodings.Web;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>What a teacher reads while the reader starts, as HTML: in the page at first, by server-sent events afterwards.</summary>
internal static class ReaderFragment
{
    /// <summary>The fragment.</summary>
    /// <param name="outlook">How far the reader is.</param>
    /// <param name="goesOnTo">Where the page goes by itself once it answers.</param>
    /// <param name="language">The teacher's language.</param>
    public static string Render(ReaderOutlook outlook, string goesOnTo, Language language)
    {
        var html = HtmlEncoder.Default;
        var (state, text) = outlook.Step switch
        {
            ReaderStep.Ready => ($" data-goes-on-to=\"{html.Encode(goesOnTo)}\"", language.Say("C’est prêt.", "It is ready.")),
            ReaderStep.Stuck => (" class=\"problem\"", Why(outlook, language)),
            ReaderStep.NotAsked => ("", language.Say("Rien n’est en cours. Revenez à la page du cours et demandez à nouveau.", "Nothing is under way. Go back to the course’s page and ask again.")),
            _ => (" aria-busy=\"true\"", language.Say("Les dossiers s’ouvrent\u00a0; cela prend quelques secondes. La page continue d’elle-même.", "The homes are being opened; this takes some seconds. The page goes on by itself.")),
        };
        var fragment = $"<div><p{state}>{html.Encode(text)}</p>";
        if (outlook.Step == ReaderStep.Ready) fragment += $"<p><a role=\"button\" href=\"{html.Encode(goesOnTo)}\">{html.Encode(language.Say("Continuer", "Go on"))}</a></p>";
        // The operator's own words, for whoever is asked for help.
        if (outlook is { Step: ReaderStep.Stuck, Detail: { } detail })
            fragment += $"<details><summary>{html.Encode(language.Say("Détail technique", "Technical detail"))}</summary><p lang=\"en\">{html.Encode(detail)}</p></details>";
        return fragment.ReplaceLineEndings(" ") + "</div>";
    }

    private static string Why(ReaderOutlook outlook, Language language) => outlook.Reason switch
    {
        "NoRoom" => language.Say("Aucune machine n’a de place en ce moment\u00a0; cela continue dès qu’il y en a.", "No machine has room at the moment; it goes on as soon as there is some."),
        "ImagePullFailed" => language.Say("L’image du modèle ne peut pas être utilisée\u00a0: prévenez l’administrateur.", "The template’s image cannot be used: tell the administrator."),
        ReaderOutlook.NoPod => language.Say("Le cluster n’a pas encore répondu à la demande. Si le cours contient une erreur, corrigez-la\u00a0; sinon, prévenez l’administrateur.", "The cluster has not answered the request yet. If the course has a mistake, correct it; otherwise tell the administrator."),
        _ => language.Say("Les dossiers n’ont pas pu être ouverts\u00a0; un nouvel essai a lieu. Si cela dure, prévenez l’administrateur.", "The homes could not be opened; it is tried again. If this goes on, tell the administrator."),
    };
}
