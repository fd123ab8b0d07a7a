using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages.Seats;

/// <summary>A teacher is about to go into a student's environment: the student will be told.</summary>
internal sealed class VisitModel(SeatDoor door, SeatVisits visits) : PageModel
{
    private Visitor visitor = null!;

    public Language Language { get; private set; } = Language.French;

    public string Label { get; private set; } = "";

    public string? To { get; private set; }

    public FoundSeat Found { get; private set; } = null!;

    /// <summary>Why it could not be announced.</summary>
    public string? Problem { get; private set; }

    public IActionResult OnGet(string label, string? to) => Look(label, to) ?? Page();

    public async Task<IActionResult> OnPostAsync(string label, string? to, CancellationToken cancellationToken)
    {
        if (Look(label, to) is { } refused) return refused;
        var announced = false;
        var said = await ClusterAnswers.OfAsync(async () =>
        {
            await visits.AnnounceAsync(Found, visitor, cancellationToken);
            announced = true;
            return new("", "");
        });
        if (announced) return LocalRedirect(SeatDoor.PathOf(label, to));
        Problem = said.In(Language);
        return Page();
    }

    private IActionResult? Look(string label, string? to)
    {
        (Language, Label, To) = (Languages.Of(Request), label, to);
        Response.Headers.CacheControl = "no-store";
        if (Sessions.VisitorOf(User) is not { } known) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (door.Find(label, known) is not { } found) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        if (found.Part == Part.Student) return LocalRedirect(SeatDoor.PathOf(label, to));
        (Found, visitor) = (found, known);
        return null;
    }
}
