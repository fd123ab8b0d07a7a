using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.LinkLists;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>The links of a course's students, some at a time: a long list makes a heavy page.</summary>
internal sealed class CourseLinksModel(SiteView site, Links links, PortalOptions options) : PageModel
{
    private const int PerPage = 100;

    public Language Language { get; private set; } = Language.French;

    public TaughtCourse Taught { get; private set; } = null!;

    public IReadOnlyList<StudentLink> Shown { get; private set; } = [];

    /// <summary>Which page, from 1.</summary>
    public int Number { get; private set; }

    public int Pages { get; private set; }

    public IActionResult OnGet(string ns, string name, [FromQuery(Name = "p")] int number = 1)
    {
        Language = Languages.Of(Request);
        Response.Headers.CacheControl = "no-store";
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (site.Environments.Find(new ObjectKey(ns, name)) is not { } course || TaughtCourse.Of(course, visitor) is not { } taught)
            return new StatusCodeResult(StatusCodes.Status403Forbidden);
        var all = CourseLinks.Of(Taught = taught, site, links, options);
        Pages = Math.Max(1, (all.Count + PerPage - 1) / PerPage);
        Number = Math.Clamp(number, 1, Pages);
        Shown = [.. all.Skip((Number - 1) * PerPage).Take(PerPage)];
        return Page();
    }
}
