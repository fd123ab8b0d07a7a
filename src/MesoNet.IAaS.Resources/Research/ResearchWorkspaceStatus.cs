using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Research;

/// <summary>What a workspace is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkspaceStage>))]
public enum WorkspaceStage
{
    /// <summary>It does not run: what it asks for breaks a rule, or is not granted.</summary>
    Refused,

    /// <summary>It is being started, or waits for something that the condition Ready names.</summary>
    Starting,

    /// <summary>Its JupyterLab answers.</summary>
    Running,

    /// <summary>It runs, and has been told that it will stop soon.</summary>
    Stopping,

    /// <summary>It has made room for a lesson, and comes back by itself.</summary>
    Yielding,

    /// <summary>It is outside its hours, and comes back by itself.</summary>
    Resting,

    /// <summary>It was stopped because nothing was done in it.</summary>
    Idle,

    /// <summary>Somebody stopped it.</summary>
    Suspended,

    /// <summary>Its last day is over.</summary>
    Ended,

    /// <summary>It cannot start; the condition Ready says what to change.</summary>
    Failed,
}

/// <summary>How the workspace is doing.</summary>
public sealed record ResearchWorkspaceStatus
{
    /// <summary>The generation of the spec that the status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>What it is doing.</summary>
    public WorkspaceStage? Stage { get; init; }

    /// <summary>When it is stopped or started next, as far as is known.</summary>
    public DateTimeOffset? NextTransition { get; init; }

    /// <summary>The name of its pod, which is also that of its home's folder and of the entry of its token.</summary>
    public string? Pod { get; init; }

    /// <summary>The image that it runs, or will run when it is started next.</summary>
    public string? Image { get; init; }

    /// <summary>The room that it makes, or will make next, for lessons; not given where none is known of.</summary>
    public YieldingStatus? Yielding { get; init; }

    /// <summary>How long it could not run because lessons, or the scheduler, had its devices, in all that have ended, in seconds.</summary>
    public long? LostSeconds { get; init; }

    /// <summary>Since when it could not run for that reason; not given where it runs.</summary>
    public DateTimeOffset? LostSince { get; init; }

    /// <summary>When it was last stopped because nothing was done in it.</summary>
    public DateTimeOffset? IdleAt { get; init; }

    /// <summary>Since when it cannot start though its pod is there, and no waiting helps; not given where it can, as far as is known.</summary>
    public FailedStartStatus? FailedStart { get; init; }

    /// <summary>What is held for it in the calendar of lessons, where it does not yield.</summary>
    public AdmittedStatus? Admitted { get; init; }

    /// <summary>The code as it was pinned.</summary>
    public PinnedMaterials? Materials { get; init; }

    /// <summary>How little is left on the volume, as it was last told; not given where there is room.</summary>
    public VolumeStatus? Volume { get; init; }

    /// <summary>Ready, WithinGrant, Admitted, MaterialsReady and, once it has been looked at, VolumeHasRoom, each with a reason and a sentence.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>What is left on a volume that is full or nearly so: not of this very moment, it is told again where it is clearly another.</summary>
public sealed record VolumeStatus
{
    /// <summary>What is left: bytes or, where lacksFiles says so, files.</summary>
    public required long Left { get; init; }

    /// <summary>Of how much.</summary>
    public required long Size { get; init; }

    /// <summary>Whether it is the number of files that is used up, rather than the room.</summary>
    public bool? LacksFiles { get; init; }
}

/// <summary>A start that failed.</summary>
public sealed record FailedStartStatus
{
    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The generation of the spec that cannot start: another is tried at once.</summary>
    public long? Generation { get; init; }

    /// <summary>When it gave its devices back; it is tried again half an hour later. Not given where it has them.</summary>
    public DateTimeOffset? GaveBackAt { get; init; }

    /// <summary>Why it could not start, in a word.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in a sentence.</summary>
    public string? Message { get; init; }
}

/// <summary>A time in which lessons need what a workspace holds.</summary>
public sealed record YieldingStatus
{
    /// <summary>The lesson, as course/lesson; the first where there are several.</summary>
    public string? Lesson { get; init; }

    /// <summary>When the workspace is told.</summary>
    public DateTimeOffset? TellAt { get; init; }

    /// <summary>When it is stopped.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it is started again.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>What is held for a workspace in the calendar of lessons.</summary>
public sealed record AdmittedStatus
{
    /// <summary>Since when: courses that were asked for later do not take it.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The last day.</summary>
    public string? Until { get; init; }

    /// <summary>What it holds.</summary>
    public IReadOnlyDictionary<string, Quantity>? Resources { get; init; }

    /// <summary>On nodes of which architectures; not given where nobody knows on which its image runs.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>When it holds it.</summary>
    public RunningTime? Running { get; init; }

    /// <summary>The zone of these.</summary>
    public string? TimeZone { get; init; }
}
