using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Cli.Timetable;

/// <summary>A research workspace's time as <c>mesonet calendar -o json</c> prints it.</summary>
/// <param name="Workspace">Its name.</param>
/// <param name="Namespace">Its project's namespace.</param>
/// <param name="Holds">What it holds while it runs.</param>
/// <param name="From">From when on.</param>
/// <param name="Until">Until when.</param>
/// <param name="MakesRoomFor">The lessons it is away for; none where it runs.</param>
internal sealed record WorkspaceTime(string Workspace, string Namespace, string Holds, string From, string Until, IReadOnlyList<string> MakesRoomFor);

/// <summary>Which workspace holds which devices when, and when it makes room.</summary>
internal static class WorkspaceTable
{
    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("ddd uuuu'-'MM'-'dd HH':'mm");

    /// <summary>All workspaces of a site between two moments, in the order of their names.</summary>
    public static IReadOnlyList<WorkspaceTime> Times(SiteObjects site, SiteCalendar calendar, DateTimeZone zone, Instant from, Instant until) =>
    [
        .. ResearchInTime.Of(site.Workspaces, calendar, from, until).Workspaces.SelectMany(times => times.Stretches.Select(stretch => new WorkspaceTime(
            times.Workspace.Metadata.Name!, times.Workspace.Metadata.Namespace ?? "", Holds(times.Workspace), Time(stretch.From, zone), Time(stretch.Until, zone), stretch.Lessons))),
    ];

    /// <summary>Prints them.</summary>
    public static void Print(IReadOnlyList<WorkspaceTime> times, TextWriter output, string indent)
    {
        var table = new TextTable("workspace", "project", "from", "until", "");
        foreach (var time in times)
            table.Add(time.Workspace, time.Namespace, time.From, time.Until, time.MakesRoomFor.Count == 0 ? $"holds {time.Holds}" : $"makes room for {string.Join(", ", time.MakesRoomFor)}");
        table.Print(output, indent);
    }

    /// <summary>Prints one that is planned: what is wrong with it, or when it runs.</summary>
    /// <returns>Whether nothing is wrong.</returns>
    public static bool PrintPlan(ResearchWorkspace workspace, SiteObjects site, SiteCalendar? calendar, bool isClusterKnown, Instant now, TextWriter output)
    {
        const int days = 28;
        output.WriteLine($"{workspace.Metadata.Name}: a research workspace of {workspace.Spec.Owner}, {Holds(workspace)}, until {workspace.Spec.Until}");
        var observed = new ObservedWorkspace
        {
            Key = workspace.Key, Workspace = workspace, Platforms = site.Platforms, Datasets = site.Datasets, Calendar = calendar ?? SiteCalendar.Of([], [], []),
        };
        // Without a cluster, nobody knows which data sets there are; without nodes, nobody knows what fits.
        var problems = isClusterKnown && calendar is not null
            ? WorkspaceCalendar.Problems(observed, now)
            : [.. WorkspaceRules.Check(workspace, observed).Where(problem => isClusterKnown || !problem.Reason.StartsWith("Dataset", StringComparison.Ordinal)).Select(problem => problem.Sentence)];
        foreach (var problem in problems) output.WriteLine($"  - {problem}");
        if (problems.Count > 0) return false;
        if (calendar is null) return true;
        // In a file it has not been admitted yet: nothing is in its way.
        var asked = workspace.Spec.YieldsToLessons == false ? workspace with { Spec = workspace.Spec with { YieldsToLessons = null } } : workspace;
        var times = Times(site with { Workspaces = [asked] }, calendar, WorkspaceHours.Of(workspace.Spec)!.Zone, now, now + Duration.FromDays(days));
        output.WriteLine(times.Count == 0 ? $"  It does not run in the next {days} days." : $"  In the next {days} days, times in {workspace.Spec.TimeZone ?? "Europe/Paris"}:");
        if (times.Count > 0) Print(times, output, "  ");
        return true;
    }

    private static string Holds(ResearchWorkspace workspace)
    {
        var devices = workspace.Spec.Resources.Where(resource => ExtendedResources.IsName(resource.Key)).OrderBy(resource => resource.Key, StringComparer.Ordinal)
            .Select(resource => $"{resource.Value} {resource.Key}").ToList();
        return devices.Count > 0 ? string.Join(" and ", devices) : string.Join(" and ", workspace.Spec.Resources.OrderBy(resource => resource.Key, StringComparer.Ordinal).Select(resource => $"{resource.Value} {resource.Key}"));
    }

    private static string Time(Instant moment, DateTimeZone zone) => Pattern.Format(moment.InZone(zone).LocalDateTime);
}
