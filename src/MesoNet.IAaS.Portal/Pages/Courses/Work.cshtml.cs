using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Work;
using Microsoft.AspNetCore.Mvc;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>The page from which a lesson's work comes: it waits for the reader, and the download begins by itself.</summary>
internal sealed class WorkModel(SiteView site, ReaderWishes wishes, TimeProvider time) : TaughtPageModel(site)
{
    private readonly SiteView site = site;

    public string Lesson { get; private set; } = "";

    public ReaderOutlook Outlook { get; private set; } = null!;

    public string Fragment => ReaderFragment.Render(Outlook, WorkPaths.Work(Taught, Lesson), Language);

    public IActionResult OnGet(string ns, string name, string lesson)
    {
        if (LookAtLesson(ns, name, lesson) is { } refused) return refused;
        Outlook = ReaderOutlook.Of(Taught, site, time.GetUtcNow());
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string ns, string name, string lesson, CancellationToken cancellationToken)
    {
        if (LookAtLesson(ns, name, lesson) is { } refused) return refused;
        return await SayAsync(
            async () =>
            {
                await wishes.AskAsync(Taught.Course, cancellationToken);
                return null;
            },
            WorkPaths.Work(Taught, lesson));
    }

    private IActionResult? LookAtLesson(string ns, string name, string lesson)
    {
        if (Look(ns, name) is { } refused) return refused;
        Lesson = lesson;
        return Taught.Course.Spec.Lessons?.Any(known => known.Name == lesson) == true ? null : NotFound();
    }
}
