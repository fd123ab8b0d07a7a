using System.Text;
using System.Text.Encodings.Web;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using NodaTime;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>The part of a workspace's pages that changes, as HTML in one line: in the page at first, by server-sent events afterwards.</summary>
internal static class WorkspaceFragment
{
    /// <summary>How it is, on the page that leads into it.</summary>
    /// <param name="outlook">How it is.</param>
    /// <param name="goesOnTo">Where the page goes by itself once the workspace answers.</param>
    /// <param name="language">The reader's language.</param>
    public static string OfDoor(WorkspaceOutlook outlook, string goesOnTo, Language language)
    {
        var html = HtmlEncoder.Default;
        var goesOn = outlook.IsOpen ? $" data-goes-on-to=\"{html.Encode(goesOnTo)}\"" : "";
        var text = State(outlook, "h1", goesOn, language);
        return outlook.IsOpen ? $"{text}<p><a role=\"button\" class=\"one-step\" href=\"{html.Encode(goesOnTo)}\">{html.Encode(language.Say("Ouvrir JupyterLab", "Open JupyterLab"))}</a></p>" : text;
    }

    /// <summary>How it is, with its times, on its own page.</summary>
    public static string OfPage(WorkspaceOutlook outlook, Language language) => State(outlook, "h2", "", language) + Facts(outlook, language);

    // The classes say which of the page's buttons help now.
    private static string State(WorkspaceOutlook outlook, string heading, string attributes, Language language)
    {
        var html = HtmlEncoder.Default;
        var can = $"{(outlook.IsOpen ? " is-open" : "")}{(outlook.MayStart ? " may-start" : "")}{(outlook.MayStop ? " may-stop" : "")}";
        var text = $"<div class=\"state{can}\"{attributes}><{heading}>{html.Encode(WorkspaceSentences.Title(outlook, language))}</{heading}><p>{html.Encode(WorkspaceSentences.Sentence(outlook, language))}</p>";
        if (VolumeWords.Sentence(outlook, language) is { } volume) text += $"<p class=\"problem\">{html.Encode(volume)}</p>";
        if (CodeWords.Sentence(outlook, language) is { } code) text += $"<p class=\"problem\">{html.Encode(code)}</p>";
        // The operator's own words name all that is known.
        var details = new[] { outlook.Detail, outlook.Code?.Message }.OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (details.Count > 0)
            text += $"<details><summary>{html.Encode(language.Say("Détail technique", "Technical detail"))}</summary>{string.Concat(details.Select(detail => $"<p lang=\"en\">{html.Encode(detail)}</p>"))}</details>";
        return text.ReplaceLineEndings(" ") + "</div>";
    }

    private static string Facts(WorkspaceOutlook outlook, Language language)
    {
        var facts = new StringBuilder("<dl class=\"facts\">");
        if (outlook.Next is { } next) Add(language.Say("Prochain changement", "Next change"), WaitingSentences.Moment(next, outlook.Zone, outlook.Now, language));
        Add(
            language.Say("Laisse la place", "Makes room"),
            WorkspaceSentences.Yielding(outlook, language) ?? language.Say("à aucune séance connue", "for no lesson that is known of"));
        if (outlook.Lost > Duration.Zero) Add(language.Say("Temps perdu pour des séances", "Time lost to lessons"), WorkspaceWords.Of(outlook.Lost, language));
        Add(language.Say("Dernier jour", "Last day"), WorkspaceWords.Day(outlook.Workspace.Spec.Until, language));
        return facts.Append("</dl>").ToString().ReplaceLineEndings(" ");

        void Add(string term, string text) => facts.Append($"<dt>{HtmlEncoder.Default.Encode(term)}</dt><dd>{HtmlEncoder.Default.Encode(text)}</dd>");
    }
}
