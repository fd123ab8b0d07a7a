using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>What was taken of the students' work.</summary>
public sealed record SubmissionsStatus
{
    /// <summary>The Job that last ended well, all of which is noted here.</summary>
    public string? Job { get; init; }

    /// <summary>The Job that failed since, and is repeated.</summary>
    public string? FailedJob { get; init; }

    /// <summary>Each lesson whose deadline has passed for somebody, or for which somebody has handed in.</summary>
    [ListMap("name")]
    public IReadOnlyList<LessonSubmissions>? Lessons { get; init; }
}

/// <summary>What was taken for one lesson.</summary>
public sealed record LessonSubmissions
{
    /// <summary>The lesson.</summary>
    public required string Name { get; init; }

    /// <summary>All deadlines until then are taken care of, this one included; not given where none is. Of students with an extension, their seat's status.taken says it.</summary>
    public DateTimeOffset? TakenUntil { get; init; }

    /// <summary>The last deadline at which work was taken, extensions included.</summary>
    public DateTimeOffset? LastDeadline { get; init; }

    /// <summary>Of how many students there is work.</summary>
    public int? Students { get; init; }

    /// <summary>Of how many students the last deadline's could not be taken.</summary>
    public int? Failed { get; init; }

    /// <summary>The same in a sentence.</summary>
    public string? Summary { get; init; }
}
