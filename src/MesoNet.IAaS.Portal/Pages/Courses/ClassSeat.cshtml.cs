using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using NodaTime;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>One student's seat, to a teacher: how it is, and what can be done about it.</summary>
internal sealed class ClassSeatModel(SiteView site, SeatDoor door, SeatActions actions, Links links, PortalOptions options, TimeProvider time) : PageModel
{
    private const string SaidKey = "said";
    private Visitor visitor = null!;

    public Language Language { get; private set; } = Language.French;

    public string Label { get; private set; } = "";

    public FoundSeat Found { get; private set; } = null!;

    public SeatOutlook Outlook { get; private set; } = null!;

    /// <summary>What the student does in it, as far as somebody asked of late.</summary>
    public SeatUse? Use => site.Pods.Find(Found.Seat.Key) is { } pod ? SeatUses.Of(site.Answers.Of(pod), Instant.FromDateTimeOffset(time.GetUtcNow())) : null;

    /// <summary>What has just been done, in a sentence.</summary>
    public string? Said { get; private set; }

    public string Login => Found.Seat.Spec.Login;

    public string CourseTitle => SiteView.TitleOf(Found.Course);

    public string CoursePath => $"/courses/{Found.Course.Metadata.Namespace}/{Found.Course.Metadata.Name}";

    /// <summary>The uid of its pod; null where there is none.</summary>
    public string? Pod => site.Pods.Find(Found.Seat.Key) is { Metadata.DeletionTimestamp: null } pod ? pod.Metadata.Uid : null;

    /// <summary>Whether it runs by somebody's wish, and so stops by one.</summary>
    public bool MayStop => Outlook.Now.Stage is Stage.HandIn or Stage.Resting && Pod is not null;

    public string Link => options.Origin + links.PathTo(Found.Seat, Found.Course);

    public IActionResult OnGet(string label)
    {
        Response.Headers.CacheControl = "no-store";
        if (Look(label) is { } refused) return refused;
        Said = TempData[SaidKey] as string;
        return Page();
    }

    public Task<IActionResult> OnPostStartAsync(string label, CancellationToken cancellationToken) => ActAsync(label, () => actions.StartAsync(Found, visitor, cancellationToken));

    public Task<IActionResult> OnPostStopAsync(string label, CancellationToken cancellationToken) => ActAsync(label, () => actions.StopAsync(Found, visitor, cancellationToken));

    public Task<IActionResult> OnPostRestartAsync(string label, string pod, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(pod) ? Task.FromResult<IActionResult>(BadRequest()) : ActAsync(label, () => actions.RestartAsync(Found, pod, visitor, cancellationToken));

    public Task<IActionResult> OnPostExtendAsync(string label, string? until, CancellationToken cancellationToken) => ActAsync(label, () => actions.ExtendAsync(Found, until, visitor, cancellationToken));

    public Task<IActionResult> OnPostRenewAsync(string label, int serial, CancellationToken cancellationToken) => ActAsync(label, () => actions.RenewLinkAsync(Found, serial, visitor, cancellationToken));

    public Task<IActionResult> OnPostHandInAsync(string label, string lesson, CancellationToken cancellationToken) => ActAsync(label, () => actions.HandInAsync(Found, lesson, visitor, cancellationToken));

    private async Task<IActionResult> ActAsync(string label, Func<Task<Sentence>> action)
    {
        if (Look(label) is { } refused) return refused;
        TempData[SaidKey] = (await ClusterAnswers.OfAsync(action)).In(Language);
        return LocalRedirect($"/class/{label}");
    }

    private IActionResult? Look(string label)
    {
        (Language, Label) = (Languages.Of(Request), label);
        if (Sessions.VisitorOf(User) is not { } known) return Redirect(OpenIdSignIn.FrontPage(Request));
        // A teacher who is on the list of students, too, is a student to their own seat.
        if (door.Find(label, known) is not { Part: Part.Teacher or Part.Administrator } found) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        (Found, Outlook, visitor) = (found, door.OutlookOf(found), known);
        return null;
    }
}
