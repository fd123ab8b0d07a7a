using System.Text.Json.Nodes;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>A file of a student that an update left alone.</summary>
/// <param name="File">The file.</param>
/// <param name="Why">changed, removed, or that something else is in its place.</param>
/// <param name="Beside">The new one that was laid beside it; null where there is none.</param>
internal sealed record KeptFile(string File, string Why, string? Beside);

/// <summary>What the last update did to a student's home, and how full the home is.</summary>
internal sealed record HomeReport(string Login, string? Group)
{
    /// <summary>Why nothing could be done; null where something could.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it was the first copy.</summary>
    public bool IsFirstCopy { get; init; }

    /// <summary>How many files were replaced.</summary>
    public int Updated { get; init; }

    /// <summary>How many files are new.</summary>
    public int Added { get; init; }

    /// <summary>How many files were removed.</summary>
    public int Removed { get; init; }

    /// <summary>The files that were left alone.</summary>
    public IReadOnlyList<KeptFile> Kept { get; init; } = [];

    /// <summary>The commit that the home has; null where it is not known.</summary>
    public string? Commit { get; init; }

    /// <summary>How full it is, in percent of its quota; null where it was not measured.</summary>
    public int? Percent { get; init; }

    /// <summary>What it takes, in bytes.</summary>
    public long Bytes { get; init; }
}

/// <summary>The homes of a teacher's students, those with something to look at first.</summary>
/// <param name="Commit">The commit that the last update brought; null where there was none.</param>
/// <param name="MeasuredAt">When the homes were measured; null where they were not yet.</param>
/// <param name="Homes">The homes.</param>
internal sealed record ClassReport(string? Commit, DateTimeOffset? MeasuredAt, IReadOnlyList<HomeReport> Homes)
{
    /// <summary>Reads what a course's reader told.</summary>
    /// <param name="taught">The course, with what of it is the teacher's: others' students are left out.</param>
    /// <param name="report">The answer to <c>report</c>, or null.</param>
    /// <param name="use">The answer to <c>homes</c>, or null.</param>
    public static ClassReport Of(TaughtCourse taught, JsonNode? report, JsonNode? use)
    {
        var updates = report is null ? [] : HomeReports.Updates(taught.Course, report)["students"]!.AsArray().OfType<JsonObject>().ToDictionary(Home, StringComparer.Ordinal);
        var sizes = use is null ? null : HomeReports.Use(taught.Course, use);
        var taken = sizes is null ? [] : sizes["homes"]!.AsArray().OfType<JsonObject>().ToDictionary(Home, StringComparer.Ordinal);
        var homes = (taught.Course.Spec.Students ?? []).Where(student => taught.Has(student.Group)).Select(student =>
        {
            var seat = ObjectNames.Seat(taught.Course.Metadata.Name!, student.Login);
            return Of(student, updates.GetValueOrDefault(seat), taken.GetValueOrDefault(seat));
        });
        return new(
            Text(report, "commit"), DateTimeOffset.TryParse(Text(sizes, "measuredAt"), System.Globalization.CultureInfo.InvariantCulture, out var at) ? at : null,
            [.. homes.OrderBy(Rank).ThenBy(home => home.Login, StringComparer.Ordinal)]);

        static string Home(JsonObject item) => item["home"]!.GetValue<string>();
    }

    private static HomeReport Of(Student student, JsonObject? update, JsonObject? taken) => new(student.Login, student.Group)
    {
        Error = Text(update, "error"),
        IsFirstCopy = update?["copied"] is not null,
        Updated = Count(update, "updated"), Added = Count(update, "added"), Removed = Count(update, "removed"),
        Kept = [.. ((update?["kept"] as JsonArray) ?? []).OfType<JsonObject>().Select(kept => new KeptFile(Text(kept, "file") ?? "", Text(kept, "why") ?? "", Text(kept, "beside")))],
        Commit = Text(update, "has"),
        Percent = taken?["percent"]?.GetValue<int>(), Bytes = taken?["bytes"]?.GetValue<long>() ?? 0,
    };

    // What went wrong first, then conflicts, then homes that are nearly full.
    private static int Rank(HomeReport home) => home switch
    {
        { Error: not null } => 0,
        { Kept.Count: > 0 } => 1,
        { Percent: >= 80 } => 2,
        _ => 3,
    };

    private static int Count(JsonObject? update, string what) => update?[what] is JsonArray list ? list.Count : 0;

    private static string? Text(JsonNode? node, string member) => node?[member] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
