using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages.Seats;

/// <summary>The way into a seat: at once where it answers; else the page on which to wait for it, which starts it.</summary>
internal sealed class OpenModel(SeatDoor door, SeatWishes wishes, SeatVisits visits) : PageModel
{
    public Language Language { get; private set; } = Language.French;

    public string Label { get; private set; } = "";

    public string? To { get; private set; }

    public FoundSeat Found { get; private set; } = null!;

    public SeatOutlook Outlook { get; private set; } = null!;

    /// <summary>Whether the course may be reached from where they are. Where not, the seat is not started for nothing.</summary>
    public bool IsWithinReach { get; private set; }

    /// <summary>Why it could not be started.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether the page asks for the seat by itself: for the student who came for it, not for a teacher who looks in, and not again and again.</summary>
    public bool StartsByItself => Found.Part == Part.Student && Outlook.Step == SeatStep.Stopped && Problem is null;

    public string EventsPath => SeatDoor.PathOf(Label + "/events", To);

    public string Fragment => WaitingFragment.Render(Outlook, SeatDoor.PathOf(Label, To), Language);

    public IActionResult OnGet(string label, string? to)
    {
        Response.Headers.CacheControl = "no-store";
        if (Look(label, to) is { } refused) return refused;
        if (!IsWithinReach || Outlook.Step != SeatStep.Ready) return Page();
        return Redirect(door.EntryTo(Found, Sessions.VisitorOf(User)!, to, HttpContext));
    }

    public async Task<IActionResult> OnPostStartAsync(string label, string? to, CancellationToken cancellationToken)
    {
        if (Look(label, to) is { } refused) return refused;
        if (!IsWithinReach) return Page();
        if (Outlook.Step is SeatStep.Stopped or SeatStep.Stopping) Problem = (await ClusterAnswers.ProblemOfAsync(() => wishes.StartAsync(Found.Seat.Key, cancellationToken)))?.In(Language);
        return Problem is null ? LocalRedirect(SeatDoor.PathOf(label, to)) : Page();
    }

    private IActionResult? Look(string label, string? to)
    {
        (Language, Label, To) = (Languages.Of(Request), label, to);
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (door.Find(label, visitor) is not { } found) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        (Found, Outlook, IsWithinReach) = (found, door.OutlookOf(found), door.IsWithinReach(found, Request));
        // Nobody but the student goes in unannounced.
        if (IsWithinReach && !visits.MayEnter(found, visitor)) return LocalRedirect(SeatVisits.PathOf(label, to));
        return null;
    }
}
