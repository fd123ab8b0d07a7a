using System.Text.Json.Nodes;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>Why a workspace cannot be given a last day.</summary>
public enum ExtensionProblem
{
    /// <summary>It is no date.</summary>
    NoDate,

    /// <summary>It is over already.</summary>
    IsOver,
}

/// <summary>What people wish of a workspace, as a change of its spec: the command line and the portal write the same, and the operator brings it about.</summary>
public static class WorkspaceWishes
{
    /// <summary>Somebody wants it to run: it does, where its hours, its last day and the lessons let it.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="now">The moment by the clock of whoever wishes it, which may be behind the operator's: it is after the last stop all the same.</param>
    public static JsonObject Start(ResearchWorkspace workspace, DateTimeOffset now)
    {
        var startedAt = workspace.Status?.IdleAt is { } idleAt && idleAt.AddSeconds(1) > now ? idleAt.AddSeconds(1) : now;
        return Spec(new() { ["suspend"] = false, ["startedAt"] = startedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) });
    }

    /// <summary>Somebody wants it not to run.</summary>
    public static JsonObject Stop() => Spec(new() { ["suspend"] = true });

    /// <summary>It is to have another last day.</summary>
    /// <param name="until">The day, such as 2027-06-30.</param>
    public static JsonObject Extend(string until) => Spec(new() { ["until"] = until });

    /// <summary>Why a workspace cannot have a last day; null where it can.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="until">The day, such as 2027-06-30.</param>
    /// <param name="now">The moment.</param>
    public static ExtensionProblem? ProblemOf(ResearchWorkspace workspace, string? until, Instant now) => LocalTimes.Date(until) switch
    {
        null => ExtensionProblem.NoDate,
        { } date when date < Today(workspace, now) => ExtensionProblem.IsOver,
        _ => null,
    };

    /// <summary>The day it is where a workspace counts its days.</summary>
    public static LocalDate Today(ResearchWorkspace workspace, Instant now) => now.InZone(LocalTimes.Zone(workspace.Spec.TimeZone) ?? DateTimeZone.Utc).Date;

    private static JsonObject Spec(JsonObject change) => new() { ["spec"] = change };
}
