using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Timetables;

/// <summary>Lessons as read from what a teacher gave.</summary>
/// <param name="Lessons">The lessons that could be read, in order of their starts, each with a name of its own.</param>
/// <param name="Problems">What to change; a timetable with problems is not used.</param>
internal sealed record TimetableReading(IReadOnlyList<Lesson> Lessons, IReadOnlyList<TimetableProblem> Problems)
{
    /// <summary>As many lessons as a course may have.</summary>
    public const int MostLessons = 500;

    /// <summary>A timetable of which only a problem is known.</summary>
    public static TimetableReading Unread(Sentence problem) => new([], [new(null, problem)]);

    /// <summary>Too many lessons.</summary>
    public static Sentence TooMany(int count) => new(
        $"Cela fait {count} séances, et un cours en a {MostLessons} au plus. Faites plusieurs cours.",
        $"These are {count} lessons, and a course has at most {MostLessons}. Make several courses.");
}

/// <summary>Something in a timetable that must be changed.</summary>
/// <param name="Line">The row of the table or the line of the file, counted from 1; null where it is about all of it.</param>
/// <param name="Sentence">What to change.</param>
internal sealed record TimetableProblem(int? Line, Sentence Sentence);
