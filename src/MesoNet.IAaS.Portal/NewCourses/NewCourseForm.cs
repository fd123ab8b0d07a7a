using MesoNet.IAaS.Portal.Timetables;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>How a teacher gives the timetable.</summary>
internal enum TimetableKind
{
    /// <summary>A row for each lesson.</summary>
    Table,

    /// <summary>An iCalendar file.</summary>
    Calendar,

    /// <summary>The same hours each week.</summary>
    Weekly,

    /// <summary>None: the seats run all the time.</summary>
    None,
}

/// <summary>The form of a new course as it was typed, right or wrong: it is shown again as it came.</summary>
internal sealed record NewCourseForm
{
    /// <summary>Made with the empty form: two clicks on "create" are one course.</summary>
    public string Attempt { get; init; } = "";

    /// <summary>The course's title.</summary>
    public string Title { get; init; } = "";

    /// <summary>The template's name.</summary>
    public string Template { get; init; } = "";

    /// <summary>Values of the template's parameters; what is empty is the template's.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Logins of other teachers.</summary>
    public string Teachers { get; init; } = "";

    /// <summary>The roster, as pasted or as a file had it.</summary>
    public string Roster { get; init; } = "";

    /// <summary>How the timetable is given. What was written for another way is kept.</summary>
    public TimetableKind Kind { get; init; }

    /// <summary>The rows of the table.</summary>
    public IReadOnlyList<LessonRow> Rows { get; init; } = [];

    /// <summary>The text of the iCalendar file.</summary>
    public string Calendar { get; init; } = "";

    /// <summary>How many days after each of its lessons students may hand in.</summary>
    public string CalendarHandInDays { get; init; } = "";

    /// <summary>The same hours each week.</summary>
    public WeeklyFields Weekly { get; init; } = new("1", "", "", "", "", "", "", "");

    /// <summary>The first day of the students' access.</summary>
    public string ValidFrom { get; init; } = "";

    /// <summary>The last day of the students' access.</summary>
    public string ValidUntil { get; init; } = "";

    /// <summary>The zone of all times.</summary>
    public string TimeZone { get; init; } = "Europe/Paris";

    /// <summary>The networks from which students connect.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>The size of the homes' volume; the default where empty.</summary>
    public string StorageSize { get; init; } = "";

    /// <summary>Whether the course is wanted though it does not fit.</summary>
    public bool IsWantedAnyway { get; init; }
}
