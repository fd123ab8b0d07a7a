using MesoNet.IAaS.Portal.Rosters;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Portal.Uploads;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>
/// Puts the text of chosen files into the form, as if it had been pasted: browsers forget which file was chosen, and nothing that somebody gave may be
/// lost when a page comes back with a mistake.
/// </summary>
internal static class NewCourseFiles
{
    /// <summary>The field of a roster's file.</summary>
    public const string Roster = "RosterFile";

    /// <summary>The field of a calendar's file.</summary>
    public const string Calendar = "CalendarFile";

    /// <summary>The form with its files' texts, and what is wrong with files that have none.</summary>
    public static async Task<(NewCourseForm Form, IReadOnlyList<FieldProblem> Problems)> TakeAsync(NewCourseForm form, IFormFileCollection files, CancellationToken cancellationToken)
    {
        var problems = new List<FieldProblem>();
        if (await ReadAsync(files, Roster, NewCourseField.Roster, problems, cancellationToken) is { } roster) form = form with { Roster = WithoutPeople(roster) };
        if (await ReadAsync(files, Calendar, NewCourseField.Timetable, problems, cancellationToken) is { } calendar) form = form with { Calendar = calendar };
        return (form, problems);
    }

    /// <summary>Whether a file was chosen.</summary>
    public static bool IsThere(IFormFileCollection files, string name) => files.GetFile(name) is { Length: > 0 };

    // Of a roster that is right, logins and groups are enough. Where something must be corrected, its lines must stay as they are numbered.
    private static string WithoutPeople(string text) => RosterText.Read(text) is { Problems.Count: 0 } roster
        ? string.Join('\n', roster.Students.Select(student => student.Group is null ? student.Login : $"{student.Login}\t{student.Group}"))
        : text;

    private static async Task<string?> ReadAsync(IFormFileCollection files, string name, NewCourseField field, List<FieldProblem> problems, CancellationToken cancellationToken)
    {
        if (files.GetFile(name) is not { Length: > 0 } file) return null;
        // One byte more than is read: then it is told that it is too big.
        var bytes = new byte[(int)Math.Min(file.Length, UploadedText.MostBytes + 1)];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        var read = UploadedText.Read(bytes);
        if (read.Problem is { } problem) problems.Add(new(field, null, problem));
        return read.Text;
    }
}
