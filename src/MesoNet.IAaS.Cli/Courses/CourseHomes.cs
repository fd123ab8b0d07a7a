using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Planning.Quota;
using MesoNet.IAaS.Portal.Work;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary><c>mesonet course homes COURSE</c>: what each home takes, as the watch last wrote it into the course's volume.</summary>
internal sealed class CourseHomes(ClusterReader cluster, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<int> RunAsync(string name, bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var (course, template) = await CourseOnCluster.FindAsync(client, name, cancellationToken);
        var read = await new VolumeReader(client, time).ReadAsync(course, template, ".mesonet/use.json", cancellationToken)
            ?? throw new UserMistakeException($"The homes of \"{name}\" have not been measured yet. They are while a seat runs.");
        var homes = HomeReports.Use(course, JsonNode.Parse(read)!);
        if (asJson) await output.WriteLineAsync(homes.ToJsonString(Json));
        else Print(homes, output);
        return 0;
    }

    /// <summary>Prints a line for each home.</summary>
    internal static void Print(JsonObject homes, TextWriter output)
    {
        var list = homes["homes"]!.AsArray().OfType<JsonObject>().ToList();
        var (most, all) = (Number(homes["quota"]!, "bytes"), list.Sum(home => Number(home, "bytes")));
        output.WriteLine($"{homes["course"]}: {list.Count} homes take {ByteSize.Text(all)} of {ByteSize.Text(Number(homes["volume"]!, "bytes"))}, measured at {homes["measuredAt"]}");
        var walled = list.Count(home => home["wall"] is not null);
        output.WriteLine(Guard(walled, list.Count));
        output.WriteLine();
        var table = new TextTable("student", "takes", "of", "%", "files", "").WithNumbersIn(1, 2, 3, 4);
        foreach (var home in list)
        {
            var login = home["login"]?.GetValue<string>() ?? $"{home["home"]} (no longer on the roster)";
            table.Add(login, ByteSize.Text(Number(home, "bytes")), ByteSize.Text(most), $"{home["percent"]}", $"{home["files"]}", Remark(home, walled > 0));
        }

        table.Print(output, "");
    }

    private static string Guard(int walled, int all) => walled switch
    {
        0 => "MesoNet's watch guards them; the file system gives none of them a wall of its own (docs/quota.md says how it can)",
        _ when walled == all => "MesoNet's watch guards them, and the file system stops each at a wall of its own (project quotas)",
        _ => $"MesoNet's watch guards them, and the file system stops {walled} of {all} at a wall of their own (project quotas)",
    };

    private static string Remark(JsonObject home, bool isOneOfSome) => home switch
    {
        _ when home["percent"]!.GetValue<int>() > 100 => "over its quota: the seat is stopped",
        _ when home["unreadable"]!.GetValue<bool>() => "a part of it cannot be read",
        _ when home["percent"]!.GetValue<int>() >= 80 => "nearly full",
        _ when isOneOfSome && home["wall"] is null => "without a wall",
        _ => "",
    };

    private static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();
}
