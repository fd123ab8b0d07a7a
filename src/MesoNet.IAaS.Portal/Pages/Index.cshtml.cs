using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Portal.Workspaces;
using MesoNet.IAaS.Resources.Courses;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;

namespace MesoNet.IAaS.Portal.Pages;

/// <summary>What whoever comes has here: the courses they take, those they teach, and their research workspaces.</summary>
internal sealed class IndexModel(SiteView site, SeatDoor door, WorkspaceDoor workspaces, PortalOptions options, IServiceProvider services) : PageModel
{
    public Language Language { get; private set; } = Language.French;

    public Visitor? Visitor { get; private set; }

    public bool BadLink { get; private set; }

    /// <summary>Whether somebody has just left.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Where to sign out of the institution, too, after leaving the portal; null where that is nowhere.</summary>
    public string? SignOutAddress { get; private set; }

    /// <summary>Where to sign in; null where links are the only way.</summary>
    public string? SignInPath { get; private set; }

    public IReadOnlyList<(string Label, FoundSeat Found)> Seats { get; private set; } = [];

    public IReadOnlyList<ClassroomEnvironment> Taught { get; private set; } = [];

    public IReadOnlyList<FoundWorkspace> Workspaces { get; private set; } = [];

    /// <summary>Whether it is a page of courses: a researcher's is not.</summary>
    public bool HasCourses => Seats.Count > 0 || Taught.Count > 0 || Workspaces.Count == 0;

    public void OnGet(string? link, string? left, [FromQuery(Name = "return")] string? returnPath)
    {
        (Language, Visitor, BadLink) = (Languages.Of(Request), Sessions.VisitorOf(User), link == "bad");
        HasLeft = left is not null && Visitor is null;
        if (HasLeft && OpenIdSignIn.IsToAsk(Request, options) && options.OpenId is { } openId && services.GetRequiredService<ProviderDiscovery>().Known?.EndSession is { } end)
            SignOutAddress = QueryHelpers.AddQueryString(end.AbsoluteUri, "client_id", openId.ClientId);
        if (options.OpenId is not null) SignInPath = OpenIdSignIn.PathOf(returnPath);
        if (Visitor is not { } visitor) return;
        Workspaces = workspaces.AllOf(visitor);
        var courses = site.Environments.All.OrderBy(SiteView.TitleOf, StringComparer.OrdinalIgnoreCase).ToList();
        Taught = [.. courses.Where(course => TaughtCourse.Of(course, visitor) is not null)];
        Seats =
        [
            .. courses.SelectMany(course => site.SeatsOf(course.Key)).Where(seat => IsOwn(seat, visitor)).Select(seat => SeatHost.LabelOf(seat))
                .Select(label => (Label: label, Found: door.Find(label, visitor))).Where(own => own.Found is { Part: Part.Student }).Select(own => (own.Label, own.Found!)),
        ];
    }

    private static bool IsOwn(Seat seat, Visitor visitor) => visitor.IsIdentified
        ? string.Equals(seat.Spec.Login, visitor.Login, StringComparison.OrdinalIgnoreCase)
        : visitor.Grants.Any(grant => grant.Seat == seat.Key);
}
