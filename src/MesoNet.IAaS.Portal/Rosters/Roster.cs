using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Rosters;

/// <summary>Who takes a course, as read from a text; nothing of a person is kept but the login and the group.</summary>
/// <param name="Students">The students of the lines that are right, in their order.</param>
/// <param name="Problems">What to change; a roster with problems is not used.</param>
/// <param name="LoginColumn">The column that the logins were taken from, as it is titled; null where there were no columns.</param>
internal sealed record Roster(IReadOnlyList<Student> Students, IReadOnlyList<RosterProblem> Problems, string? LoginColumn = null)
{
    /// <summary>A roster of which only a problem is known.</summary>
    public static Roster Unread(Sentence problem) => new([], [new(null, problem)]);
}

/// <summary>Something in a roster that must be changed.</summary>
/// <param name="Line">The line, counted from 1; null where it is about all of it.</param>
/// <param name="Sentence">What to change.</param>
internal sealed record RosterProblem(int? Line, Sentence Sentence);
