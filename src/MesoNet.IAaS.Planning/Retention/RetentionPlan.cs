using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Materials;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>What to do about the students' work after the validity, and what to say of it.</summary>
internal sealed record RetentionPlan
{
    /// <summary>The reason of MaterialsReady where nothing is copied into the homes.</summary>
    public const string NoCopies = "HomesArchived";

    /// <summary>What the status is to say; null where there is nothing to say.</summary>
    public RetentionStatus? Status { get; init; }

    /// <summary>Objects that must be there.</summary>
    public IReadOnlyList<KubernetesObject> Wanted { get; init; } = [];

    /// <summary>Jobs to create.</summary>
    public IReadOnlyList<Job> Create { get; init; } = [];

    /// <summary>Jobs to delete.</summary>
    public IReadOnlyList<PlannedDeletion> Delete { get; init; } = [];

    /// <summary>The conditions.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>When the next step is due.</summary>
    public DateTimeOffset? NextLookAt { get; init; }

    /// <summary>Whether nothing else may write to the homes: what is archived must stay as it was, and what is deleted must not come back.</summary>
    public bool AreHomesHeld { get; init; }

    /// <summary>The plan of the materials, as far as the homes may be written to.</summary>
    public MaterialsPlan Over(MaterialsPlan materials)
    {
        if (!AreHomesHeld) return materials;
        var without = materials with { Create = [] };
        if (Status is null || (materials.IsReady && Status.Deleted is null)) return without;
        var sentence = Status.Deleted is null
            ? "The course's homes are being archived, so nothing is copied into them any more."
            : "The course's homes were archived and deleted, so nothing is copied into them. With a later spec.validity.until they are made anew.";
        return without with
        {
            IsReady = false,
            PreparedHomes = Status.Deleted is null ? materials.PreparedHomes : new HashSet<string>(),
            Problem = new(NoCopies, sentence),
            // What stands there now is no word of a Job, and must not be taken for one when the course goes on.
            Pinned = materials.Pinned is null ? null : materials.Pinned with { Job = null },
            Delete = Status.Deleted is null ? materials.Delete : [],
            NextLookAt = null,
        };
    }

    /// <summary>The status with what is to say of retention.</summary>
    public ClassroomEnvironmentStatus In(ClassroomEnvironmentStatus status, ClassroomEnvironment environment, Instant now) => status with
    {
        Retention = Status,
        Conditions =
        [
            .. (status.Conditions ?? []).Select(condition => condition is { Type: Readiness.Ready, Reason: "ValidityOver" } && Status?.Deleted is not null
                ? condition with { Message = "The course's validity is over (spec.validity.until); the students' work is in the archive." } : condition),
            .. Conditions.Of(Findings, environment.Status?.Conditions, environment.Metadata.Generation, now),
        ],
    };
}
