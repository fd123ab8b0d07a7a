using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>A lesson that a student may hand in now.</summary>
/// <param name="Lesson">Its name.</param>
/// <param name="Until">The student's deadline.</param>
/// <param name="IsLate">Whether that is over.</param>
internal sealed record HandInChance(string Lesson, Instant Until, bool IsLate)
{
    /// <summary>All lessons that have begun, the open ones by their deadlines, then the late ones, the last one first; none once the course is closed.</summary>
    /// <param name="lessons">The student's lessons.</param>
    /// <param name="period">The student's stage.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyList<HandInChance> Of(IReadOnlyList<LessonTimes> lessons, StagePeriod period, Instant now)
    {
        if (period.Stage == Stage.Closed) return [];
        var begun = lessons.Where(lesson => lesson.Start <= now).Select(lesson => new HandInChance(lesson.Name, lesson.HandInUntil, lesson.HandInUntil <= now)).ToList();
        return [.. begun.Where(chance => !chance.IsLate).OrderBy(chance => chance.Until), .. begun.Where(chance => chance.IsLate).OrderByDescending(chance => chance.Until)];
    }
}
