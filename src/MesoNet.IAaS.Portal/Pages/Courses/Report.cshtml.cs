using MesoNet.IAaS.Portal.Hosting;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Work;
using Microsoft.AspNetCore.Mvc;

namespace MesoNet.IAaS.Portal.Pages.Courses;

/// <summary>What the last update of the code did in each student's home, and how full it is; some at a time: a long list makes a heavy page.</summary>
[Compressed]
internal sealed class ReportModel(SiteView site, ReaderWishes wishes, ReaderClient readers, TimeProvider time) : TaughtPageModel(site)
{
    private const int PerPage = 100;
    private readonly SiteView site = site;

    public ReaderOutlook Outlook { get; private set; } = null!;

    /// <summary>The report; null where it is not there yet.</summary>
    public ClassReport? Report { get; private set; }

    /// <summary>Why the report could not be read, in the words of what could not.</summary>
    public string? Problem { get; private set; }

    public IReadOnlyList<HomeReport> Shown { get; private set; } = [];

    /// <summary>Which page, from 1.</summary>
    public int Number { get; private set; }

    public int Pages { get; private set; }

    public string Fragment => ReaderFragment.Render(Outlook, WorkPaths.Report(Taught), Language);

    public async Task<IActionResult> OnGetAsync(string ns, string name, [FromQuery(Name = "p")] int number = 1, CancellationToken cancellationToken = default)
    {
        if (Look(ns, name) is { } refused) return refused;
        Outlook = ReaderOutlook.Of(Taught, site, time.GetUtcNow());
        if (Outlook.Door is not { } door) return Page();
        try
        {
            Report = ClassReport.Of(Taught, await readers.ReadAsync(door, "report", cancellationToken), await readers.ReadAsync(door, "homes", cancellationToken));
        }
        catch (HttpRequestException exception)
        {
            Problem = exception.Message;
            return Page();
        }

        Pages = Math.Max(1, (Report.Homes.Count + PerPage - 1) / PerPage);
        Number = Math.Clamp(number, 1, Pages);
        Shown = [.. Report.Homes.Skip((Number - 1) * PerPage).Take(PerPage)];
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string ns, string name, CancellationToken cancellationToken)
    {
        if (Look(ns, name) is { } refused) return refused;
        return await SayAsync(
            async () =>
            {
                await wishes.AskAsync(Taught.Course, cancellationToken);
                return null;
            },
            WorkPaths.Report(Taught));
    }
}
