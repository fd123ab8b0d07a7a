using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Identity.OpenId;
using MesoNet.IAaS.Portal.NewCourses;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Timetables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using NodaTime;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>
/// From template to running course in one form. It is checked while it is typed (htmx posts the form as it is, the answer is put beside it) and works
/// the same without any script.
/// </summary>
[SessionForScripts]
// Five hundred lessons have six fields each.
[RequestFormLimits(ValueCountLimit = 8192, ValueLengthLimit = 8 * 1024 * 1024, MultipartBodyLengthLimit = 12 * 1024 * 1024)]
internal sealed class NewModel(SiteView site, SiteChanges changes, KubernetesClient client, PortalOptions options, TimeProvider time) : PageModel
{
    // Longer than a watch takes to tell of a course.
    private static readonly TimeSpan UntilSeen = TimeSpan.FromSeconds(10);

    private IReadOnlyList<FieldProblem> problems = [];

    public Language Language { get; private set; } = Language.French;

    public NewCourseForm Form { get; private set; } = new();

    /// <summary>What the form means; null where nothing has been written yet.</summary>
    public NewCourse? Course { get; private set; }

    /// <summary>Whether the texts of files that were chosen must be shown.</summary>
    public (bool Roster, bool Calendar) Taken { get; private set; }

    public IReadOnlyList<CourseChoice> Templates =>
        [.. site.Templates.All.OrderBy(template => template.Spec.Title, StringComparer.OrdinalIgnoreCase).Select(template => new CourseChoice(template.Metadata.Name!, template.Spec.Title))];

    public IReadOnlyList<string> Networks => [.. options.Networks.Named.Keys.Where(name => name != AccessNetworks.Any).Order(StringComparer.Ordinal), AccessNetworks.Any];

    /// <summary>The template that is chosen.</summary>
    public Resources.Courses.CourseTemplate? Template => site.Templates.Find(new("", Form.Template));

    /// <summary>For which template the parameters on the browser's page are.</summary>
    public string ShownTemplate { get; private set; } = "";

    public IEnumerable<FieldProblem> ProblemsOf(NewCourseField field) => problems.Where(problem => problem.Field == field);

    /// <summary>What a field's aria-invalid says; null, which leaves it out, where nothing is wrong.</summary>
    public string? WrongOf(NewCourseField field) => ProblemsOf(field).Any() ? "true" : null;

    public bool HasProblems => problems.Count > 0;

    public IActionResult OnGet(string? template)
    {
        if (Refused() is { } refused) return refused;
        Form = NewCourseFields.WithMoreRows(new() { Attempt = NewCourseFields.NewAttempt(), Template = template ?? "" });
        return Page();
    }

    /// <summary>Whether the form would be taken from whoever asks: a page that was open for long asks before it lets go of what is written in it.</summary>
    public IActionResult OnGetKnown()
    {
        Response.Headers.CacheControl = "no-store";
        return Refused() ?? new NoContentResult();
    }

    /// <summary>What is written so far, checked. Fields that nobody has come to yet are not told of.</summary>
    public async Task<IActionResult> OnPostCheckAsync(CancellationToken cancellationToken)
    {
        if (await TakeAsync(cancellationToken) is { } refused) return refused;
        problems = [.. problems.Where(problem => !problem.IsMissing)];
        return IsForScript ? Partial("_NewCourseAnswer", this) : Page();
    }

    /// <summary>More rows to write lessons in.</summary>
    public async Task<IActionResult> OnPostRowsAsync(CancellationToken cancellationToken)
    {
        if (await TakeAsync(cancellationToken) is { } refused) return refused;
        problems = [.. problems.Where(problem => !problem.IsMissing)];
        Form = NewCourseFields.WithMoreRows(Form);
        return IsForScript ? Partial("_NewCourseRows", this) : Page();
    }

    /// <summary>The lessons of a calendar or of "every Monday" as rows, where each can be changed.</summary>
    public async Task<IActionResult> OnPostTableAsync(CancellationToken cancellationToken)
    {
        if (await TakeAsync(cancellationToken) is { } refused) return refused;
        problems = [.. problems.Where(problem => !problem.IsMissing)];
        if (Course!.Timetable.Lessons.Count > 0)
        {
            Form = NewCourseFields.WithMoreRows(Form with { Kind = TimetableKind.Table, Rows = [.. Course.Timetable.Lessons.Select(LessonRow.Of)] });
            ModelState.Clear();
        }

        return Page();
    }

    /// <summary>The course as a manifest.</summary>
    public async Task<IActionResult> OnPostYamlAsync(CancellationToken cancellationToken)
    {
        if (await TakeAsync(cancellationToken) is { } refused) return refused;
        return Course!.IsRight
            ? File(Encoding.UTF8.GetBytes(Course.Yaml), "application/yaml", $"{Course.Environment.Metadata.Name}.yaml")
            : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await TakeAsync(cancellationToken) is { } refused) return refused;
        if (problems.Count > 0) return Page();
        if (await NewCourseCreation.CreateAsync(client, Course!, cancellationToken) is { } problem)
        {
            problems = [problem];
            return Page();
        }

        var key = Course!.Environment.Key;
        await UntilSeenAsync(key, cancellationToken);
        return LocalRedirect($"/courses/{key.Namespace}/{key.Name}");
    }

    private bool IsForScript => SessionForScriptsAttribute.IsOfScript(Request);

    private IActionResult? Refused()
    {
        Language = Languages.Of(Request);
        if (Sessions.VisitorOf(User) is not { } visitor) return Redirect(OpenIdSignIn.FrontPage(Request));
        return MayMake(visitor) ? null : new StatusCodeResult(StatusCodes.Status403Forbidden);
    }

    /// <summary>Whether somebody may make courses.</summary>
    public static bool MayMake(Visitor visitor) => visitor.IsIdentified && (visitor.IsAdministrator || visitor.Roles.Contains(SiteRole.Teacher));

    private async Task<IActionResult?> TakeAsync(CancellationToken cancellationToken)
    {
        if (Refused() is { } refused) return refused;
        var sent = await Request.ReadFormAsync(cancellationToken);
        Taken = (NewCourseFiles.IsThere(sent.Files, NewCourseFiles.Roster), NewCourseFiles.IsThere(sent.Files, NewCourseFiles.Calendar));
        (Form, var ofFiles) = await NewCourseFiles.TakeAsync(NewCourseFields.Read(sent), sent.Files, cancellationToken);
        ShownTemplate = sent["ShownTemplate"].ToString();
        var known = new NewCourseSite([.. site.Environments.All], [.. site.Templates.All], [.. site.Datasets.All], [.. site.Nodes.All], Networks) { Platforms = site.Platforms, Workspaces = [.. site.ResolvedWorkspaces] };
        Course = NewCourseReader.Read(known, Form, Sessions.VisitorOf(User)!.Login, Instant.FromDateTimeOffset(time.GetUtcNow()));
        // What an unreadable file would have replaced is not to be corrected.
        problems = [.. ofFiles, .. Course.Problems.Where(problem => ofFiles.All(other => other.Field != problem.Field))];
        return null;
    }

    // The class page comes from the watches, which tell of the course a little later.
    private async Task UntilSeenAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(UntilSeen, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await foreach (var _ in changes.FollowAsync(key, either.Token))
            {
                if (site.Environments.Find(key) is not null) return;
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The course is made; its page will come with the next look.
        }
    }
}

/// <summary>A template to choose.</summary>
internal sealed record CourseChoice(string Name, string Title);

/// <summary>The place for sentences at a field.</summary>
/// <param name="Page">The page.</param>
/// <param name="Field">The field.</param>
/// <param name="IsAnswer">Whether it is sent to take the place of the one that is there.</param>
internal sealed record ProblemPlace(NewModel Page, NewCourseField Field, bool IsAnswer = false);
