using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Work;
using MesoNet.IAaS.Resources.Courses;
using Microsoft.AspNetCore.Mvc;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>Which version of the code the students have, and the button that gives them another. It concerns everybody: no assistant of a group changes it.</summary>
[Compressed]
internal sealed class CodeModel(SiteView site, CodeWishes wishes) : TaughtPageModel(site)
{
    private readonly SiteView site = site;

    /// <summary>The code of the course's template; null where it has none.</summary>
    public CodeSource? Code { get; private set; }

    public string Fragment => CodeFragment.Render(Taught.Course, Code!, Language);

    public IActionResult OnGet(string ns, string name) => LookAtWhole(ns, name) ?? Page();

    public async Task<IActionResult> OnPostUpdateAsync(string ns, string name, string? reference, CancellationToken cancellationToken)
    {
        if (LookAtWhole(ns, name) is { } refused) return refused;
        return await SayAsync(() => UpdateAsync(reference?.Trim() ?? "", cancellationToken), WorkPaths.Code(Taught));
    }

    private async Task<Sentence?> UpdateAsync(string reference, CancellationToken cancellationToken)
    {
        if (Code is null) return new("Ce cours n’a pas de code.", "This course has no code.");
        if (reference.Length > 0 && !GitRef.IsValid(reference))
        {
            return new(
                "Ce n’est pas le nom d’une version\u00a0: donnez une branche, une étiquette ou un commit, comme main, v2 ou 1a2b3c4…",
                "This is no name of a version: give a branch, a tag or a commit, such as main, v2 or 1a2b3c4…");
        }

        await wishes.LookAsync(Taught.Course.Key, reference.Length == 0 || reference == Code.Ref ? null : reference, cancellationToken);
        return new("C’est demandé\u00a0: où cela en est se lit ci-dessous.", "It has been asked for: how far it has got is told below.");
    }

    private IActionResult? LookAtWhole(string ns, string name)
    {
        if (Look(ns, name) is { } refused) return refused;
        Code = WorkEndpoints.CodeOf(Taught.Course, site);
        return Taught.IsWhole ? null : new StatusCodeResult(StatusCodes.Status403Forbidden);
    }
}
