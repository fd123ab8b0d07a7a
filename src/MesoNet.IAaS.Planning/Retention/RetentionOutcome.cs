using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>The last word of a Job that archives, deletes or restores.</summary>
public sealed record RetentionOutcome
{
    /// <summary>How many students' work is archived and verified.</summary>
    public int Archived { get; init; }

    /// <summary>How many homes were deleted.</summary>
    public int Deleted { get; init; }

    /// <summary>How many homes it could do nothing for.</summary>
    public int Failed { get; init; }

    /// <summary>How many of those had been changed since they were archived.</summary>
    public int Changed { get; init; }

    /// <summary>The first of those that failed.</summary>
    public IReadOnlyList<HomeFailure>? Failures { get; init; }

    /// <summary>How many files were restored.</summary>
    public int Restored { get; init; }

    /// <summary>The folder of the home they were restored into; empty for the home itself.</summary>
    public string? Into { get; init; }

    /// <summary>When the archive was made.</summary>
    public string? Made { get; init; }

    /// <summary>The names of the student's older archives.</summary>
    public IReadOnlyList<string>? Older { get; init; }

    /// <summary>Why nothing could be done, in one word.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in the program's words.</summary>
    public string? Detail { get; init; }

    /// <summary>A home that failed, and why.</summary>
    public sealed record HomeFailure(string Home = "", string What = "");

    /// <summary>Reads it; null where it is none.</summary>
    public static RetentionOutcome? TryRead(string? message) => JobMessage.TryRead<RetentionOutcome>(message);

    /// <summary>The homes that failed, the first of them by name.</summary>
    internal string? Sentence(Course course, string couldNotBe)
    {
        if (Failed == 0) return null;
        var logins = course.Students.ToDictionary(student => student.SeatName, student => student.Login, StringComparer.Ordinal);
        var named = (Failures ?? []).Select(failure => $"{logins.GetValueOrDefault(failure.Home, failure.Home)} ({failure.What})").ToList();
        var others = Failed - named.Count;
        return $"{Failed} {(Failed == 1 ? "home" : "homes")} could not be {couldNotBe}: {string.Join(", ", named)}{(others > 0 ? $" and {others} more" : "")}.";
    }
}
