using MesoNet.IAaS.Planning.Timetable;
using NodaTime;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>What a seat runs for.</summary>
internal enum SeatPurpose
{
    /// <summary>It does not run.</summary>
    None,

    /// <summary>For a lesson, with its resources.</summary>
    Lesson,

    /// <summary>On demand, with the resources of hand-in.</summary>
    HandIn,
}

/// <summary>What a seat should be now.</summary>
internal sealed record SeatDemand
{
    /// <summary>What it should run for.</summary>
    public required SeatPurpose Purpose { get; init; }

    /// <summary>The student's stage.</summary>
    public required StagePeriod Period { get; init; }

    /// <summary>Why it does not run, in a word; for one that runs, nothing.</summary>
    public string Why { get; init; } = "";

    /// <summary>What it lacks, where it may not start because others have reserved that; a sentence.</summary>
    public string? Lacks { get; init; }

    /// <summary>Whether it waits for its turn to be started: stopped still, and about to run.</summary>
    public bool AwaitsItsTurn { get; init; }

    /// <summary>When it will be stopped, as far as is known.</summary>
    public Instant? EndsAt { get; init; }

    /// <summary>When something about it changes though nothing happens.</summary>
    public Instant? LookAgainAt { get; init; }

    /// <summary>Whether its pod is to be asked now if somebody works in it.</summary>
    public bool Ask { get; init; }

    /// <summary>Nobody came to this lesson: to be noted in the seat's status, upon which it stops.</summary>
    public string? NoteAbsentFrom { get; init; }

    /// <summary>No work is done in it any more: to be noted in the seat's status that its wish is fulfilled, upon which it stops.</summary>
    public bool NoteServed { get; init; }

    /// <summary>Its home is over the quota: to be noted in the seat's status that it is stopped for that, upon which it stops.</summary>
    public bool NoteOverQuota { get; init; }

    /// <summary>Whether the seat should be up at the bell: it counts in "28/30".</summary>
    public bool IsExpected => Purpose != SeatPurpose.None || AwaitsItsTurn || Lacks is not null;
}
