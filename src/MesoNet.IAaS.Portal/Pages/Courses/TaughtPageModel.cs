using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>A page of a course for who teaches it.</summary>
internal abstract class TaughtPageModel(SiteView site) : PageModel
{
    private const string SaidKey = "said";

    public Language Language { get; private set; } = Language.French;

    public TaughtCourse Taught { get; private set; } = null!;

    /// <summary>What has just been done, in a sentence.</summary>
    public string? Said { get; private set; }

    /// <summary>Finds the course, and who asks.</summary>
    /// <returns>What they get instead of the page; null where it is theirs.</returns>
    protected IActionResult? Look(string ns, string name)
    {
        Language = Languages.Of(Request);
        Response.Headers.CacheControl = "no-store";
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (site.Environments.Find(new ObjectKey(ns, name)) is not { } course || TaughtCourse.Of(course, visitor) is not { } taught)
            return new StatusCodeResult(StatusCodes.Status403Forbidden);
        Taught = taught;
        if (HttpMethods.IsGet(Request.Method)) Said = TempData[SaidKey] as string;
        return null;
    }

    /// <summary>Does something and shows a page that says what happened.</summary>
    protected async Task<IActionResult> SayAsync(Func<Task<Sentence?>> action, string path)
    {
        if ((await ClusterAnswers.OfAsync(async () => await action() ?? new("", ""))).In(Language) is { Length: > 0 } said) TempData[SaidKey] = said;
        return LocalRedirect(path);
    }
}
