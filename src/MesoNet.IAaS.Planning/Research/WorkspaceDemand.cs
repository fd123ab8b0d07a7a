using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>Why a workspace is stopped. In small letters, the pod is told the same word.</summary>
internal enum EndReason
{
    /// <summary>A lesson needs what it holds.</summary>
    Lesson,

    /// <summary>Its hours are over.</summary>
    Hours,

    /// <summary>Its last day is over.</summary>
    End,

    /// <summary>Nothing is done in it.</summary>
    Idle,
}

/// <summary>When a workspace is stopped, and why.</summary>
internal sealed record PlannedEnd(Instant At, EndReason Why);

/// <summary>What a workspace should be now.</summary>
internal sealed record WorkspaceDemand
{
    /// <summary>Whether it should run.</summary>
    public required bool Runs { get; init; }

    /// <summary>What it is, where it does not run.</summary>
    public WorkspaceStage Off { get; init; }

    /// <summary>When a pod that runs is stopped, as far as is known: it is told.</summary>
    public PlannedEnd? End { get; init; }

    /// <summary>Whether a pod that runs is to know by now that it is stopped soon.</summary>
    public bool EndsWithin(Duration warning, Instant now) => End is { } end && end.At - warning <= now;

    /// <summary>The lessons that it makes room for, now or next.</summary>
    public Absence? Absence { get; init; }

    /// <summary>When it starts again, where that is known.</summary>
    public Instant? BackAt { get; init; }

    /// <summary>When something about it changes though nothing happens.</summary>
    public Instant? LookAgainAt { get; init; }

    /// <summary>Whether its pod is to be asked now if anything is done in it, and what is left of its volume.</summary>
    public bool Ask { get; init; }

    /// <summary>Nothing is done in it any more, and it was told: to be noted in the status, upon which it stops.</summary>
    public bool NoteIdle { get; init; }
}
