using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Portal.Admin;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Workspaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using NodaTime;

namespace MesoNet.IAaS.Portal.Pages.Admin;

/// <summary>The whole site: how full it will be, how courses and workspaces are, what runs where.</summary>
[Compressed]
internal sealed class SiteModel(SiteView site, WorkspaceDoor door, TimeProvider time) : PageModel
{
    public const int Days = 14;

    // Of a site with many workspaces that run by night, a page that loads at once rather than all of their nights.
    private const int MostTimes = 100;
    private const int MostNames = 5;

    public Language Language { get; private set; } = Language.French;

    public SiteBookings Bookings { get; private set; } = null!;

    public IReadOnlyList<ClassroomEnvironment> Courses { get; private set; } = [];

    /// <summary>The research workspaces; those that are as they should not be come first.</summary>
    public IReadOnlyList<WorkspaceOutlook> Workspaces { get; private set; } = [];

    public IReadOnlyList<NodeUse> Nodes { get; private set; } = [];

    public IActionResult OnGet()
    {
        Language = Languages.Of(Request);
        Response.Headers.CacheControl = "no-store";
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        if (!visitor.IsAdministrator) return new StatusCodeResult(StatusCodes.Status403Forbidden);
        Bookings = SiteBookings.Of(site, Days, Instant.FromDateTimeOffset(time.GetUtcNow()));
        Courses = [.. site.Environments.All.OrderByDescending(course => ProblemsOf(course).Any()).ThenBy(SiteView.TitleOf, StringComparer.OrdinalIgnoreCase)];
        Workspaces = [.. site.Workspaces.All.Select(door.OutlookOf).OrderByDescending(IsProblem).ThenBy(outlook => outlook.Workspace.Key.ToString(), StringComparer.Ordinal)];
        Nodes = NodeUse.AllOf(site);
        return Page();
    }

    public static IEnumerable<Condition> ProblemsOf(ClassroomEnvironment course) => (course.Status?.Conditions ?? []).Where(ConditionWords.IsProblem);

    /// <summary>Whether somebody should look at a workspace.</summary>
    public static bool IsProblem(WorkspaceOutlook outlook) => outlook.Stage is WorkspaceStage.Refused or WorkspaceStage.Failed || outlook.Volume is not null;

    /// <summary>When the research workspaces run and when they make room, the first in time first; and how many times more there are.</summary>
    public (IReadOnlyList<(ResearchWorkspace Workspace, bool IsHeld, WorkspaceStretch Stretch)> Times, int More) ResearchTimes
    {
        get
        {
            var all = Bookings.Research.Workspaces.SelectMany(times => times.Stretches.Select(stretch => (times.Workspace, times.IsHeld, Stretch: stretch))).ToList();
            var shown = all.OrderBy(time => time.Stretch.From).Take(MostTimes).OrderBy(time => time.Workspace.Key.ToString(), StringComparer.Ordinal).ThenBy(time => time.Stretch.From).ToList();
            return (shown, all.Count - shown.Count);
        }
    }

    /// <summary>A course or a research workspace as a booking names it.</summary>
    public string NameOf(Holder holder)
    {
        if (site.Environments.Find(holder.Environment) is { } course) return holder.Lesson is { } lesson ? $"{SiteView.TitleOf(course)} ({lesson})" : SiteView.TitleOf(course);
        return Language.Say($"{NameOf(holder.Environment)} (recherche, réservé)", $"{NameOf(holder.Environment)} (research, held)");
    }

    /// <summary>What people call a research workspace.</summary>
    public string NameOf(ObjectKey workspace) => site.Workspaces.Find(workspace) is { } found ? SiteView.TitleOf(found) : workspace.Name;

    /// <summary>The first of some names, and how many more there are.</summary>
    public static string Named(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(MostNames)) + (all.Count > MostNames ? $" +{all.Count - MostNames}" : "");
    }
}
