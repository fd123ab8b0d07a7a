using MesoNet.IAaS.Kubernetes.Objects;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>Whether a course's lessons fit beside those of the courses before it.</summary>
/// <param name="Lessons">Its lessons that have not ended, in order; a course without lessons has one entry without a name.</param>
/// <param name="Sentence">The answer for the teacher.</param>
/// <param name="HoldsUntil">When the answer may become another though nothing changes: a lesson ends, or a time that was named is over.</param>
public sealed record FitAnswer(IReadOnlyList<LessonFit> Lessons, string Sentence, Instant HoldsUntil)
{
    /// <summary>The answer for a course that books nothing.</summary>
    public static FitAnswer NothingBooked { get; } = new([], FitSentences.Fits, Instant.MaxValue);

    /// <summary>Whether all fit.</summary>
    public bool Fits => Lessons.All(lesson => lesson.Fits);

    /// <summary>Fits, LessonDoesNotFit, or NotEnoughCapacity where an empty site could not hold a lesson either.</summary>
    public string Reason => Lessons.FirstOrDefault(lesson => !lesson.Fits) switch
    {
        null => "Fits",
        { Shortage.EmptySite: not null } => "NotEnoughCapacity",
        _ => "LessonDoesNotFit",
    };

    /// <summary>How many seats of a lesson fit beside what has precedence: those the operator may start without taking from others.</summary>
    /// <param name="lesson">Its name; null for a course without lessons.</param>
    public int? SeatsThatFit(string? lesson) =>
        Lessons.FirstOrDefault(fit => fit.Lesson == lesson) is { } found ? found.Seats - (found.Shortage?.Seats ?? 0) : null;
}

/// <summary>Whether a lesson fits.</summary>
/// <param name="Lesson">Its name; null for a course without lessons.</param>
/// <param name="Start">When it begins, the lead apart.</param>
/// <param name="Seats">How many seats it has.</param>
/// <param name="Shortage">What it lacks; null where it fits.</param>
/// <param name="Slots">Other starts at which it would fit, in the course's zone, the nearest first; null where it is too late to move it, or no use.</param>
/// <param name="Sentence">What is missing and what can be done, for the teacher; empty where it fits.</param>
public sealed record LessonFit(string? Lesson, Instant Start, int Seats, Shortage? Shortage, IReadOnlyList<LocalDateTime>? Slots, string Sentence)
{
    /// <summary>Whether it fits.</summary>
    public bool Fits => Shortage is null;

    /// <summary>Whether one of the slots ends after the lesson's deadline, which must be moved with it then.</summary>
    public bool MovesDeadline { get; init; }
}

/// <summary>What a lesson lacks at the moment at which it lacks most.</summary>
/// <param name="At">That moment.</param>
/// <param name="Seats">How many of the lesson's seats find no room then.</param>
/// <param name="Resource">The resource that runs out first.</param>
/// <param name="Missing">How much of it is missing, in its own unit.</param>
/// <param name="Wanted">How much of it the lesson needs.</param>
/// <param name="Holders">Who has it then; of a lesson that is too large for the empty site, all who have precedence during it.</param>
/// <param name="EmptySite">What an empty site could hold, where that is not enough either.</param>
public sealed record Shortage(
    Instant At, int Seats, string Resource, decimal Missing, decimal Wanted, IReadOnlyList<Holder> Holders, CapacityAnswer? EmptySite);

/// <summary>A course that holds something.</summary>
/// <param name="Environment">The course.</param>
/// <param name="Lesson">Its lesson; null for a course without lessons.</param>
public sealed record Holder(ObjectKey Environment, string? Lesson);
