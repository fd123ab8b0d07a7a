using MesoNet.IAaS.Portal.Timetables;
using Microsoft.Extensions.Primitives;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>The names of the form's fields in the page, and the form from what a browser sends.</summary>
internal static class NewCourseFields
{
    /// <summary>What stands before a parameter's name.</summary>
    public const string ParameterPrefix = "parameter-";

    /// <summary>The names of a row's fields; each occurs once for each row.</summary>
    public static readonly string[] OfRow = ["rowName", "rowDate", "rowStart", "rowEnd", "rowHandIn", "rowGroups"];

    /// <summary>How many empty rows an empty table has.</summary>
    public const int EmptyRows = 3;

    /// <summary>The form that a browser sent. What is not in it is empty.</summary>
    public static NewCourseForm Read(IFormCollection sent)
    {
        string Text(string name) => sent[name].ToString();
        var columns = OfRow.Select(name => sent[name]).ToList();
        return new()
        {
            // Made here only, so that nobody writes into a course what they like.
            Attempt = Guid.TryParse(Text("Attempt"), out var attempt) ? attempt.ToString("N") : NewAttempt(),
            Title = Text("Title"),
            Template = Text("Template"),
            Parameters = sent.Where(field => field.Key.StartsWith(ParameterPrefix, StringComparison.Ordinal))
                .ToDictionary(field => field.Key[ParameterPrefix.Length..], field => field.Value.ToString(), StringComparer.Ordinal),
            Teachers = Text("Teachers"),
            Roster = Text("Roster"),
            Kind = Enum.TryParse<TimetableKind>(Text("Kind"), out var kind) && Enum.IsDefined(kind) ? kind : TimetableKind.Table,
            Rows = [.. Enumerable.Range(0, columns.Max(column => column.Count)).Select(row => RowOf(columns, row))],
            Calendar = Text("Calendar"),
            CalendarHandInDays = Text("CalendarHandInDays"),
            Weekly = new(Text("Weekday"), Text("WeeklyStart"), Text("WeeklyEnd"), Text("Weeks"), Text("WeeklyFrom"), Text("WeeklyHandInDays"), Text("Holidays"), Text("WeeklyGroups")),
            ValidFrom = Text("ValidFrom"),
            ValidUntil = Text("ValidUntil"),
            TimeZone = Text("TimeZone"),
            Networks = [.. sent["Networks"].OfType<string>()],
            StorageSize = Text("StorageSize"),
            IsWantedAnyway = Text("IsWantedAnyway") == "true",
        };
    }

    /// <summary>What tells one form from another.</summary>
    public static string NewAttempt() => Guid.NewGuid().ToString("N");

    /// <summary>The form with more rows to write in.</summary>
    public static NewCourseForm WithMoreRows(NewCourseForm form) => form with { Rows = [.. form.Rows, .. Enumerable.Repeat(LessonRow.Empty, EmptyRows)] };

    private static LessonRow RowOf(List<StringValues> columns, int row)
    {
        string Cell(int column) => row < columns[column].Count ? columns[column][row] ?? "" : "";
        return new(Cell(0), Cell(1), Cell(2), Cell(3), Cell(4), Cell(5));
    }
}
