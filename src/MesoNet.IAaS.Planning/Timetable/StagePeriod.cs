using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Timetable;

/// <summary>A stage and how long it lasts.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Lesson">The lesson that is warmed for, on, or handed in; null where there is none.</param>
/// <param name="Until">When the stage or its lesson changes; null for never.</param>
public sealed record StagePeriod(Stage Stage, string? Lesson, Instant? Until)
{
    /// <summary>Whether seats may hold a lesson's resources.</summary>
    public bool HasLessonResources => Stage is Stage.Warming or Stage.Lesson;
}
