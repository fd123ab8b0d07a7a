using System.Text.Encodings.Web;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>The part of the waiting page that changes, as HTML: in the page at first, by server-sent events afterwards.</summary>
internal static class WaitingFragment
{
    /// <summary>The fragment.</summary>
    /// <param name="outlook">How far the seat is.</param>
    /// <param name="goesOnTo">Where the page goes by itself once the seat answers.</param>
    /// <param name="language">The reader's language.</param>
    public static string Render(SeatOutlook outlook, string goesOnTo, Language language)
    {
        var html = HtmlEncoder.Default;
        var goesOn = outlook.Step == SeatStep.Ready ? $" data-goes-on-to=\"{html.Encode(goesOnTo)}\"" : "";
        var busy = outlook.Step is SeatStep.Asked or SeatStep.Queued or SeatStep.Preparing or SeatStep.Starting or SeatStep.Stopping ? " aria-busy=\"true\"" : "";
        // The page's button shows where this says that it helps: what stops while somebody waits may be started from the same page.
        var mayStart = outlook.Step == SeatStep.Stopped ? " class=\"may-start\"" : "";
        var text = $"<div{mayStart}{goesOn}><h1{busy}>{html.Encode(WaitingSentences.Title(outlook, language))}</h1><p>{html.Encode(WaitingSentences.Sentence(outlook, language))}</p>";
        if (outlook.Step == SeatStep.Ready) text += $"<p><a role=\"button\" class=\"one-step\" href=\"{html.Encode(goesOnTo)}\">{html.Encode(language.Say("Ouvrir JupyterLab", "Open JupyterLab"))}</a></p>";
        // The operator's own words, for whoever is asked for help.
        if (outlook is { Step: SeatStep.Failed or SeatStep.Queued or SeatStep.Stopped or SeatStep.Asked, Detail: { } detail })
            text += $"<details><summary>{html.Encode(language.Say("Détail technique", "Technical detail"))}</summary><p lang=\"en\">{html.Encode(detail)}</p></details>";
        return text.ReplaceLineEndings(" ") + "</div>";
    }
}
