using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>Something to tell in an Event.</summary>
/// <param name="IsWarning">Whether somebody should do something.</param>
/// <param name="Reason">One word in CamelCase.</param>
/// <param name="Message">A sentence.</param>
public sealed record Announcement(bool IsWarning, string Reason, string Message);

/// <summary>Whether a new status says anything new, and what of it is worth an Event.</summary>
public static class StatusComparison
{
    private static readonly HashSet<string> Expected = ["Suspended", "SeatsStarting", "PreparingMaterials", "Preparing", "NotYetValid", "ValidityOver", "NoStudents", "Scheduled", "Resting", "SeatsWarming", "PreparingNodes", "Fetching", "NotUsed", "TakingWork", "HomesArchived", "Archiving", "Deleting", "Deleted", "Stopped", "Starting", "YieldsToLesson", "OutsideHours", "Idle", "Ended"];

    /// <summary>Whether writing <paramref name="next"/> over <paramref name="known"/> would change nothing.</summary>
    public static bool IsSame<T>(T? known, T next) where T : class =>
        known is not null && KubernetesJson.Write(known).AsSpan().SequenceEqual(KubernetesJson.Write(next));

    /// <summary>Whether two statuses differ only in how many seats are in which state.</summary>
    public static bool OnlyCountsDiffer(ClassroomEnvironmentStatus? known, ClassroomEnvironmentStatus next) =>
        known is not null && IsSame(known with { Ready = next.Ready, Seats = next.Seats }, next);

    /// <summary>Whether two statuses differ only in how much has been fetched.</summary>
    public static bool OnlyProgressDiffers(DatasetStatus? known, DatasetStatus next) =>
        known is not null && IsSame(known with { FetchedBytes = next.FetchedBytes, FetchingFile = next.FetchingFile }, next);

    /// <summary>What to tell of the step from a status's conditions to the next: each whose status or reason changed, and a new sentence on a new spec.</summary>
    public static IEnumerable<Announcement> Announcements(IReadOnlyList<Condition>? known, IReadOnlyList<Condition>? next)
    {
        foreach (var condition in next ?? [])
        {
            var before = known?.FirstOrDefault(other => other.Type == condition.Type);
            var isWarning = condition.Status == "False" && !Expected.Contains(condition.Reason);
            var changed = before?.Status != condition.Status || before.Reason != condition.Reason || (isWarning && before.Message != condition.Message && before.ObservedGeneration != condition.ObservedGeneration);
            // The same sentence twice, once for what is wrong and once for Ready being false because of it, is once too often.
            var repeats = condition.Type != Readiness.Ready
                && next!.Any(other => other.Type == Readiness.Ready && other.Message == condition.Message);
            if (changed && !repeats) yield return new(isWarning, condition.Reason, condition.Message ?? "");
        }
    }
}
