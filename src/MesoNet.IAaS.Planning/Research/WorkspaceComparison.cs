using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>Whether a change of a workspace matters to others.</summary>
public static class WorkspaceComparison
{
    /// <summary>Whether two states of a workspace take the same room at the same times: statuses are written often.</summary>
    public static bool TakeTheSameRoom(ResearchWorkspace before, ResearchWorkspace after) =>
        ReferenceEquals(before, after)
        || (before.Metadata.Uid == after.Metadata.Uid
            && (before.Metadata.DeletionTimestamp is null) == (after.Metadata.DeletionTimestamp is null)
            && before.Metadata.Generation == after.Metadata.Generation
            && before.Status?.IdleAt == after.Status?.IdleAt
            && YieldingWorkspace.IsRefused(before) == YieldingWorkspace.IsRefused(after)
            && IsSame(before.Status?.Admitted, after.Status?.Admitted));

    /// <summary>Whether a status has something held for a workspace that is not held for it yet.</summary>
    public static bool IsAdmittedAnew(ResearchWorkspace workspace, ResearchWorkspaceStatus next) => next.Admitted is not null && !IsSame(workspace.Status?.Admitted, next.Admitted);

    /// <summary>Whether a status says that others use up the grant: of its own pod, which it may have by now, it cannot be.</summary>
    public static bool WaitsForGrant(ResearchWorkspaceStatus status) => status.Conditions?.Any(condition => condition is { Type: Readiness.Ready, Reason: Grant.UsedUp }) == true;

    internal static bool IsSame(AdmittedStatus? before, AdmittedStatus? after) =>
        ReferenceEquals(before, after)
        || (before is not null && after is not null && KubernetesJson.Write(before).AsSpan().SequenceEqual(KubernetesJson.Write(after)));
}
