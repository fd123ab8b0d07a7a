using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>A time in which a workspace holds what it asks for, or is away for lessons.</summary>
/// <param name="From">From when on.</param>
/// <param name="Until">Until when.</param>
/// <param name="Lessons">The lessons that it makes room for, as course/lesson; none where it runs.</param>
public sealed record WorkspaceStretch(Instant From, Instant Until, IReadOnlyList<string> Lessons);

/// <summary>When a workspace will run and when it will make room, as the calendar is now.</summary>
public static class WorkspaceCalendar
{
    /// <summary>The stretches of a workspace between two moments, in order; none where it is stopped, is over, or is not admitted.</summary>
    /// <param name="workspace">The workspace, with its platform's image.</param>
    /// <param name="calendar">The site's calendar.</param>
    /// <param name="from">The first moment.</param>
    /// <param name="until">The last.</param>
    public static IEnumerable<WorkspaceStretch> Of(ResearchWorkspace workspace, SiteCalendar calendar, Instant from, Instant until)
    {
        if (workspace.Spec.Suspend == true || WorkspaceDemands.IsIdle(workspace) || WorkspaceRules.HoursOf(workspace.Spec) is not { } hours) yield break;
        if (workspace.Spec.YieldsToLessons == false && !BookedWorkspace.IsHeldFor(workspace)) yield break;
        foreach (var window in hours.Windows(from).TakeWhile(window => window.From < until))
        {
            var (at, end) = (Instant.Max(window.From, from), Instant.Min(window.Until, until));
            while (at < end && calendar.Research.NextAbsence(workspace.Key, at).Absence is { } absence && absence.AwayFrom - WorkspacePod.Grace < end)
            {
                var leaves = absence.AwayFrom - WorkspacePod.Grace;
                if (leaves > at) yield return new(at, leaves, []);
                yield return new(Instant.Max(at, leaves), Instant.Min(absence.Until, end), [.. absence.Holders.Select(Admission.NameOf)]);
                at = absence.Until;
            }

            if (at < end) yield return new(at, end, []);
        }
    }

    /// <summary>What is wrong with a workspace and with its place beside lessons: the sentences that its conditions would have; none where it can run.</summary>
    /// <param name="observed">The workspace and the site.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyList<string> Problems(ObservedWorkspace observed, Instant now)
    {
        var broken = WorkspaceRules.Check(observed.Workspace!, observed);
        if (broken.Count > 0) return [.. broken.Select(problem => problem.Sentence)];
        var workspace = Workspace.Resolve(observed);
        var grant = Grant.Check(workspace, observed.Quotas);
        if (!grant.Holds) return [grant.Sentence];
        var admission = Admission.Of(workspace, observed, grant, now).Finding;
        if (!admission.Holds) return [admission.Sentence];
        return observed.Calendar.Research.WrongNodesFor(workspace.Resources, workspace.Architectures) is { } wrong ? [WorkspaceHealth.SentenceFor(wrong)] : [];
    }
}
