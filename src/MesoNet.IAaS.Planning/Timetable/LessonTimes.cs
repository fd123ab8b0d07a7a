using NodaTime;

namespace MesoNet.IAaS.Planning.Timetable;

/// <summary>A lesson of the timetable, as moments.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">The bell.</param>
/// <param name="End">Its end.</param>
/// <param name="HandInUntil">Its deadline, extensions apart; its end where it has none.</param>
/// <param name="Groups">The groups it is for; empty for everybody.</param>
public sealed record LessonTimes(string Name, Instant Start, Instant End, Instant HandInUntil, IReadOnlyList<string> Groups)
{
    /// <summary>Whether the lesson is for a student of this group (null: of none).</summary>
    public bool IsFor(string? group) => Groups.Count == 0 || (group is not null && Groups.Contains(group, StringComparer.Ordinal));
}
