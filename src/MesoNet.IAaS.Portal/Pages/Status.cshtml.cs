using MesoNet.IAaS.Portal.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages;

/// <summary>What somebody reads who got nothing: why, in a sentence. Shown in place of the page, with the status of its answer.</summary>
[IgnoreAntiforgeryToken]
internal sealed class StatusModel : PageModel
{
    public Language Language { get; private set; } = Language.French;

    public string Sentence { get; private set; } = "";

    public void OnGet(int code) => Tell(code);

    public void OnPost(int code) => Tell(code);

    private void Tell(int code)
    {
        Language = Languages.Of(Request);
        Sentence = code switch
        {
            StatusCodes.Status401Unauthorized => Language.Say("Votre session est terminée. Entrez à nouveau dans le portail.", "Your session is over. Enter the portal again."),
            StatusCodes.Status403Forbidden => Language.Say("Ceci n’est pas à vous\u00a0: ouvrez votre propre lien.", "This is not yours: open your own link."),
            StatusCodes.Status404NotFound => Language.Say("Il n’y a rien à cette adresse.", "There is nothing at this address."),
            StatusCodes.Status400BadRequest => Language.Say("La page a expiré, ou la demande était incomplète. Rechargez-la et recommencez.", "The page has expired, or the request was incomplete. Reload it and try again."),
            >= 500 => Language.Say("Le portail n’a pas pu répondre. Réessayez dans un instant.", "The portal could not answer. Try again in a moment."),
            _ => Language.Say("Cette demande a été refusée.", "This request was refused."),
        };
    }
}
