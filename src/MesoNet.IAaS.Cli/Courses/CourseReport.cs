using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Portal.Work;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary><c>mesonet course report COURSE</c>: the materials Job's report of each home, read from the course's volume.</summary>
internal sealed class CourseReport(ClusterReader cluster, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<int> RunAsync(string name, bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var (course, template) = await CourseOnCluster.FindAsync(client, name, cancellationToken);
        var read = await new VolumeReader(client, time).ReadAsync(course, template, ".mesonet/report.json", cancellationToken)
            ?? throw new UserMistakeException($"No homes of \"{name}\" have been prepared yet; 'mesonet kubectl describe ce' tells why.");
        var report = HomeReports.Updates(course, JsonNode.Parse(read)!);
        if (asJson) await output.WriteLineAsync(report.ToJsonString(Json));
        else Print(report, output);
        return 0;
    }

    /// <summary>Prints a line for each student, and one for each file that was kept.</summary>
    internal static void Print(JsonObject report, TextWriter output)
    {
        output.WriteLine($"{report["course"]}: what commit {report["commit"]} changed in the folder {report["directory"]} of each student");
        output.WriteLine();
        var table = new TextTable("student", "updated", "added", "removed", "deleted", "kept", "");
        foreach (var student in report["students"]!.AsArray().OfType<JsonObject>())
        {
            var kept = student["kept"]?.AsArray().Select(Sentence).ToList() ?? [];
            var first = student["error"]?.GetValue<string>() ?? (student["copied"] is not null ? "first copy" : kept.FirstOrDefault() ?? "");
            table.Add(student["login"]!.GetValue<string>(), Count("updated"), Count("added"), Count("removed"), Count("deleted"), Count("kept"), first);
            foreach (var more in kept.Skip(1)) table.Add("", "", "", "", "", "", more);

            string Count(string what) => student[what] is JsonArray { Count: > 0 } list ? $"{list.Count}" : "";
        }

        table.Print(output, "");
    }

    private static string Sentence(JsonNode? kept) => kept!["why"]!.GetValue<string>() switch
    {
        "changed" => $"{kept["file"]}: the student changed it; the new one is {kept["beside"]}",
        "removed" => $"{kept["file"]}: the course has it no more; the student changed it, so it stays",
        _ => $"{kept["file"]}: it cannot be put there; something else is in its place",
    };
}
