using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages.Seats;

/// <summary>A student's course: how the seat is, what comes next, what was handed in.</summary>
internal sealed class SeatModel(SeatDoor door, SeatWishes wishes) : PageModel
{
    public Language Language { get; private set; } = Language.French;

    public string Label { get; private set; } = "";

    public FoundSeat Found { get; private set; } = null!;

    public SeatOutlook Outlook { get; private set; } = null!;

    public string Title => SiteView.TitleOf(Found.Course);

    public string Facts => SeatFacts.Render(Found.Seat, Outlook, Language);

    /// <summary>What has just been done, or why it could not be, in a sentence.</summary>
    public string? Said { get; private set; }

    public IActionResult OnGet(string label, string? did)
    {
        if (Look(label) is { } refused) return refused;
        if (did is "hand-in" or "hand-in-late") Said = HandInSentences.Asked(Found.Course, isLate: did == "hand-in-late").In(Language);
        return Page();
    }

    public async Task<IActionResult> OnPostHandInAsync(string label, string lesson, CancellationToken cancellationToken)
    {
        if (Look(label) is { } refused) return refused;
        // A student's own, and a lesson that has begun for them: nothing else may be asked for here.
        if (Found.Part != Part.Student || Outlook.HandIns.FirstOrDefault(chance => chance.Lesson == lesson) is not { } chosen) return BadRequest();
        if (await ClusterAnswers.ProblemOfAsync(() => wishes.HandInAsync(Found.Seat.Key, lesson, cancellationToken)) is { } problem)
        {
            Said = problem.In(Language);
            return Page();
        }

        return LocalRedirect($"/seats/{label}?did={(chosen.IsLate ? "hand-in-late" : "hand-in")}");
    }

    private IActionResult? Look(string label)
    {
        (Language, Label) = (Languages.Of(Request), label);
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (door.Find(label, visitor) is not { } found) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        (Found, Outlook) = (found, door.OutlookOf(found));
        return null;
    }
}
