using MesoNet.IAaS.Portal.Classes;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>Where a course's pages about code, report and work are.</summary>
internal static class WorkPaths
{
    /// <summary>The page of the code.</summary>
    public static string Code(TaughtCourse taught) => $"{taught.Path}/code";

    /// <summary>The page of the report.</summary>
    public static string Report(TaughtCourse taught) => $"{taught.Path}/report";

    /// <summary>The page from which a lesson's work is downloaded.</summary>
    public static string Work(TaughtCourse taught, string lesson) => $"{taught.Path}/work/{Uri.EscapeDataString(lesson)}";

    /// <summary>The download itself.</summary>
    public static string Zip(TaughtCourse taught, string lesson) => $"{Work(taught, lesson)}/zip";

    /// <summary>What the waiting pages hear of.</summary>
    public static string ReaderEvents(TaughtCourse taught, string? lesson) => $"{taught.Path}/reader/events{(lesson is null ? "" : $"?lesson={Uri.EscapeDataString(lesson)}")}";
}
