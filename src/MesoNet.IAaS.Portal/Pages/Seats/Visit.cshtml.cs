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
        Problem = (await ClusterAnswers.ProblemOfAsync(() => visits.AnnounceAsync(Found, visitor, cancellationToken)))?.In(Language);
        return Problem is null ? LocalRedirect(SeatDoor.PathOf(label, to)) : Page();
    }

    private IActionResult? Look(string label, string? to)
    {
        (Language, Label, To) = (Languages.Of(Request), label, to);
        Response.Headers.CacheControl = "no-store";
        if (Sessions.VisitorOf(User) is not { } known) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (door.Find(label, known) is not { } found) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        // Who cannot go in announces nothing.
        if (found.Part == Part.Student || !door.IsWithinReach(found, Request)) return LocalRedirect(SeatDoor.PathOf(label, to));
        (Found, visitor) = (found, known);
        return null;
    }
}
