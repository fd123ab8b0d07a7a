using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>What is said of a workspace's home and of the code in it: in a condition of its own, which also tells of it while the workspace runs with what it has.</summary>
internal static class WorkspaceMaterials
{
    private const string Failed = "MaterialsFailed";

    /// <summary>The condition MaterialsReady.</summary>
    public static Finding Finding(Workspace workspace, MaterialsPlan materials)
    {
        if (materials.Problem is { } problem) return Not(problem.Reason, problem.Sentence);
        // Its count stands while that is repeated.
        if (materials.Pinned?.Failed is > 0) return Not(Readiness.SomeHomesNotPrepared, $"{materials.Pinned.Summary} It is tried again by itself every few minutes; what is in its home stays as it is.");
        if (!materials.IsReady) return Not("Preparing", workspace.Code is null ? "Its home is being prepared." : "Its code is being fetched and copied into its home.");
        return new(Readiness.MaterialsReady, true, "Prepared", "Its home is prepared" + materials.PreparedWith);
    }

    /// <summary>How a workspace is that has no pod because its home is not prepared; null where it is, or nothing but time is missing.</summary>
    public static WorkspaceHealth? Hindrance(Workspace workspace, MaterialsPlan materials)
    {
        if (materials.PreparedHomes.Contains(workspace.SeatName)) return null;
        if (materials.MissingHomes.GetValueOrDefault(workspace.SeatName) is { } missing)
            return new(WorkspaceStage.Failed, Unready(Failed, $"The code could not be copied into its home: {missing}. It is tried again every few minutes, and the workspace starts then."));
        if (materials.Problem is { } problem) return new(materials.IsTransient ? WorkspaceStage.Starting : WorkspaceStage.Failed, Unready(problem.Reason, problem.Sentence));
        // While that is tried again, what was said of it stands.
        if (materials.Pinned?.Failed is > 0 && workspace.KnownConditions?.FirstOrDefault(condition => condition is { Type: Readiness.Ready, Status: "False", Reason: Failed }) is { } told)
            return new(WorkspaceStage.Failed, Unready(told.Reason, told.Message ?? ""));
        return materials.IsReady ? null : new(WorkspaceStage.Starting, Unready("PreparingMaterials", "Its home is being prepared."));
    }

    private static Finding Not(string reason, string sentence) => new(Readiness.MaterialsReady, false, reason, sentence);

    private static Finding Unready(string reason, string sentence) => new(Readiness.Ready, false, reason, sentence);
}
