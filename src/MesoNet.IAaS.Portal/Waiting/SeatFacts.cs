using System.Text;
using System.Text.Encodings.Web;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>What the student's page says of the seat, as HTML in one line: in the page at first, by server-sent events afterwards.</summary>
internal static class SeatFacts
{
    /// <summary>State, next lesson, deadlines, what was handed in, and who looked in.</summary>
    /// <param name="seat">The seat.</param>
    /// <param name="outlook">How far it is.</param>
    /// <param name="language">The reader's language.</param>
    public static string Render(Seat seat, SeatOutlook outlook, Language language)
    {
        var facts = new StringBuilder("<dl class=\"facts\">");
        Add(language.Say("État", "State"), WaitingSentences.Title(outlook, language));
        if (outlook.NextLesson is { } next) Add(language.Say("Prochaine séance", "Next lesson"), $"{next.Name}, {Moment(next.Start)}");
        if (outlook.InTime.Any()) Add(language.Say("À rendre avant", "Hand in by"), [.. outlook.InTime.Select(open => $"{Moment(open.Until)} ({open.Lesson})")]);
        foreach (var answer in seat.Status?.HandedIn ?? []) facts.Append($"<dt>{Html(language.Say("Rendu", "Handed in"))}</dt><dd>{HandedIn(answer)}</dd>");
        if (seat.Spec.Visit is { } visit)
        {
            var at = Moment(Instant.FromDateTimeOffset(visit.At));
            Add(language.Say("Visite", "Visit"), language.Say($"{visit.By} a ouvert votre environnement {at}.", $"{visit.By} opened your environment on {at}."));
        }

        return facts.Append("</dl>").ToString().ReplaceLineEndings(" ");

        void Add(string term, params ReadOnlySpan<string> texts)
        {
            facts.Append($"<dt>{Html(term)}</dt>");
            foreach (var text in texts) facts.Append($"<dd>{Html(text)}</dd>");
        }

        string Moment(Instant moment) => WaitingSentences.Moment(moment, outlook.Zone, language);

        string HandedIn(HandInAnswer answer)
        {
            var what = Html($"{answer.Lesson}, {Moment(Instant.FromDateTimeOffset(answer.At))}");
            // Why is told by the program that takes the work, in English.
            if (answer.Problem is { } problem)
            {
                return $"{what} <span class=\"problem\">{Html(language.Say("rien n’a pu être récupéré", "nothing could be taken"))}</span>"
                    + $"<details><summary>{Html(language.Say("Détail technique", "Technical detail"))}</summary><p lang=\"en\">{Html(problem)}</p></details>";
            }

            return outlook.IsLate(answer)
                ? what + Html(language.Say(
                    ", en retard\u00a0: rangé à part pour l’enseignant, dans le dossier late. Ce qui a été récupéré jusqu’à la date limite compte toujours.",
                    ", late: kept apart for the teacher, in the folder late. What was taken up to the deadline still counts."))
                : what;
        }
    }

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);
}
