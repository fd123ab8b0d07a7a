using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using NodaTime;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>A teacher's class: how far each student's seat is, and what can be done about a lesson that is on.</summary>
[Compressed]
internal sealed class CourseModel(SiteView site, LessonEnds ends, TimeProvider time) : PageModel
{
    private const string SaidKey = "said";

    public Language Language { get; private set; } = Language.French;

    public ClassView View { get; private set; } = null!;

    /// <summary>What has just been done, in a sentence.</summary>
    public string? Said { get; private set; }

    /// <summary>The lessons that are on and that are the visitor's to change, as the course writes them.</summary>
    public IEnumerable<Lesson> Lessons => View.Timetable.Running.Where(times => View.Taught.MayChange(times.Groups))
        .Select(times => View.Taught.Course.Spec.Lessons?.FirstOrDefault(lesson => lesson.Name == times.Name)).OfType<Lesson>();

    public string EventsPath => ClassEndpoints.PathOf(View, Language);

    public string State => ClassFragments.State(View, ClassFragments.RunningLessons(View), Language);

    public string Counts => ClassFragments.Counts(View, Language);

    public string Tiles => ClassFragments.Tiles(View, Language);

    public IActionResult OnGet(string ns, string name)
    {
        Response.Headers.CacheControl = "no-store";
        if (Look(ns, name) is { } refused) return refused;
        Said = TempData[SaidKey] as string;
        return Page();
    }

    public Task<IActionResult> OnPostLengthenAsync(string ns, string name, string lesson, string end, int minutes, CancellationToken cancellationToken) =>
        minutes is 15 or 30 ? ActAsync(ns, name, () => ends.LengthenAsync(View.Taught, lesson, end, minutes, cancellationToken)) : Task.FromResult<IActionResult>(BadRequest());

    public Task<IActionResult> OnPostStopAsync(string ns, string name, string lesson, string end, CancellationToken cancellationToken) =>
        ActAsync(ns, name, () => ends.StopAsync(View.Taught, lesson, end, cancellationToken));

    /// <summary>The end of a lesson on the clock.</summary>
    public static string ClockOf(string localTime) => LocalTimes.Time(localTime) is null ? localTime : localTime.Split('T')[1];

    private async Task<IActionResult> ActAsync(string ns, string name, Func<Task<Sentence>> action)
    {
        if (Look(ns, name) is { } refused) return refused;
        TempData[SaidKey] = (await ClusterAnswers.OfAsync(action)).In(Language);
        return LocalRedirect(View.Taught.Path);
    }

    private IActionResult? Look(string ns, string name)
    {
        Language = Languages.Of(Request);
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (site.Environments.Find(new ObjectKey(ns, name)) is not { } course || TaughtCourse.Of(course, visitor) is not { } taught)
            return new StatusCodeResult(StatusCodes.Status403Forbidden);
        View = ClassView.Of(taught, site, Instant.FromDateTimeOffset(time.GetUtcNow()));
        return null;
    }
}
