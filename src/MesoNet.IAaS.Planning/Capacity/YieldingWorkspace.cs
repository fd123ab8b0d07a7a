using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>A workspace that makes room for lessons. Its hours are not looked at: outside them it leaves more room than is counted on.</summary>
/// <param name="Key">The workspace.</param>
/// <param name="Created">When it was made: of two that lack room, the younger makes it.</param>
/// <param name="Resources">What it holds.</param>
/// <param name="Architectures">The architectures that it runs on; null where nobody knows.</param>
/// <param name="End">After which it never runs.</param>
/// <param name="LeastStay">For how long it is worth coming back between two lessons.</param>
/// <param name="TakesRoom">Whether younger ones find what it would hold taken; one that is refused cannot start.</param>
internal sealed record YieldingWorkspace(
    ObjectKey Key, Instant Created, SeatResources Resources, IReadOnlyList<string>? Architectures, Instant End, Duration LeastStay, bool TakesRoom)
{
    private static readonly Duration ShortestStay = Duration.FromMinutes(30);

    /// <summary>Whether younger ones find what it would hold taken at a moment.</summary>
    public bool TakesRoomAt(Instant moment) => TakesRoom && moment < End;

    /// <summary>A workspace as one that makes room; null where it does not, or holds nothing for want of somebody who wants it to run.</summary>
    public static YieldingWorkspace? Of(ResearchWorkspace workspace)
    {
        if (workspace.Metadata.DeletionTimestamp is not null || workspace.Spec.Suspend == true) return null;
        if (BookedWorkspace.IsHeldFor(workspace) || WorkspaceDemands.IsIdle(workspace) || !WorkspaceResources.AreComplete(workspace.Spec.Resources)) return null;
        return new(
            workspace.Key, workspace.Metadata.CreationTimestamp is { } created ? Instant.FromDateTimeOffset(created) : Instant.MaxValue,
            WorkspaceResources.Of(workspace.Spec.Resources), workspace.Architectures, WorkspaceHours.Of(workspace.Spec)?.End ?? Instant.MaxValue,
            Duration.Max(ShortestStay, 2 * Workspace.CheckpointOf(workspace.Spec)), !IsRefused(workspace));
    }

    /// <summary>Whether a workspace was refused when it was last looked at, and does not run: for its spec, for its project's grant, or since it would make no room.</summary>
    internal static bool IsRefused(ResearchWorkspace workspace) => workspace.Status?.Stage is WorkspaceStage.Refused;
}
