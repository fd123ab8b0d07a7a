using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>When a workspace runs and when it makes room.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="IsHeld">Whether its room is held in the calendar of lessons: it is among the bookings then.</param>
/// <param name="Stretches">Its times, in order.</param>
public sealed record WorkspaceTimes(ResearchWorkspace Workspace, bool IsHeld, IReadOnlyList<WorkspaceStretch> Stretches);

/// <summary>
/// The research workspaces of a site between two moments, as every calendar shows them beside its bookings. What is held for those that make no room is booked
/// already; the others take what lessons leave.
/// </summary>
public sealed class ResearchInTime
{
    private readonly IReadOnlyList<WorkspaceTimes> yielding;

    private ResearchInTime(IReadOnlyList<WorkspaceTimes> workspaces) => (Workspaces, yielding) = (workspaces, [.. workspaces.Where(times => !times.IsHeld)]);

    /// <summary>The workspaces that run or make room at some time, in the order of their names.</summary>
    public IReadOnlyList<WorkspaceTimes> Workspaces { get; }

    /// <summary>The moments at which those that make room begin to run.</summary>
    public IEnumerable<Instant> Begins => yielding.SelectMany(times => times.Stretches).Where(IsRunning).Select(stretch => stretch.From).Distinct();

    /// <summary>The workspaces of a site.</summary>
    /// <param name="workspaces">All of them, with their platforms' images.</param>
    /// <param name="calendar">The site's calendar, made with the same.</param>
    /// <param name="from">The first moment: what was before now, nobody knows any more.</param>
    /// <param name="until">The last.</param>
    public static ResearchInTime Of(IEnumerable<ResearchWorkspace> workspaces, SiteCalendar calendar, Instant from, Instant until) => new(
    [
        .. workspaces.OrderBy(workspace => workspace.Key.ToString(), StringComparer.Ordinal)
            .Select(workspace => new WorkspaceTimes(workspace, BookedWorkspace.IsHeldFor(workspace), [.. WorkspaceCalendar.Of(workspace, calendar, from, until)]))
            .Where(times => times.Stretches.Count > 0),
    ]);

    /// <summary>What of a resource those that make room take at a moment, and which they are: never more than lessons leave, whatever all of them ask for.</summary>
    /// <param name="resource">cpu, memory or an extended resource.</param>
    /// <param name="moment">The moment.</param>
    /// <param name="left">What of it is not booked then.</param>
    public (decimal Amount, IReadOnlyList<ObjectKey> Workspaces) YieldingAt(string resource, Instant moment, decimal left)
    {
        var running = yielding.Where(times => AmountOf(times) > 0 && times.Stretches.Any(stretch => IsRunning(stretch) && stretch.From <= moment && moment < stretch.Until)).ToList();
        if (running.Count == 0) return (0, []);
        return (Math.Min(left, running.Sum(AmountOf)), left == 0 ? [] : [.. running.Select(times => times.Workspace.Key)]);

        decimal AmountOf(WorkspaceTimes times) => times.Workspace.Spec.Resources.GetValueOrDefault(resource).Value;
    }

    private static bool IsRunning(WorkspaceStretch stretch) => stretch.Lessons.Count == 0;
}
