using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Simulation;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What <c>mesonet bench simulate</c> measured.</summary>
/// <param name="Courses">How many courses the semester has.</param>
/// <param name="Students">How many students.</param>
/// <param name="Lessons">How many lessons were played.</param>
/// <param name="ProcessSeconds">A process of its own, from its start to its end: what a user waits for. Each run.</param>
/// <param name="PlayedSeconds">The same semester played within this process, once it is warm.</param>
/// <param name="ReadingSeconds">The ceiling: the files read and checked within this process, and nothing played.</param>
/// <param name="IsSameBytes">Whether all processes printed the same bytes.</param>
internal sealed record SimulateReport(
    int Courses, int Students, int Lessons, IReadOnlyList<double> ProcessSeconds, double PlayedSeconds, double ReadingSeconds, bool IsSameBytes)
{
    public string ToJson() => new JsonObject
    {
        ["courses"] = Courses, ["students"] = Students, ["lessons"] = Lessons,
        ["processSeconds"] = new JsonArray([.. ProcessSeconds.Select(seconds => JsonValue.Create(Math.Round(seconds, 2)))]),
        ["playedSeconds"] = Math.Round(PlayedSeconds, 2), ["readingSeconds"] = Math.Round(ReadingSeconds, 2), ["isSameBytes"] = IsSameBytes,
    }.ToJsonString();

    public void Print(TextWriter output)
    {
        output.WriteLine($"{Courses} courses, {Students} students, {Lessons} lessons");
        output.WriteLine($"  a process, start to end   {string.Join(", ", ProcessSeconds.Select(seconds => $"{seconds:0.00} s"))}   {(IsSameBytes ? "the same bytes each time" : "NOT the same bytes each time")}");
        output.WriteLine($"  played, in a warm process {PlayedSeconds,7:0.00} s   of which the files are read and checked in {ReadingSeconds:0.00} s: the ceiling");
    }
}

/// <summary><c>mesonet bench simulate</c>: how long a semester takes that is played through; no cluster is needed.</summary>
/// <param name="folder">The semester.</param>
/// <param name="time">The clock.</param>
internal sealed class SimulateBench(string folder, TimeProvider time)
{
    private const int Runs = 3;

    public async Task<SimulateReport> RunAsync(CancellationToken cancellationToken)
    {
        var report = SemesterReport.Of(folder);
        var (played, reading) = (Measure(() => SemesterReport.Of(folder)), Measure(() => SiteFolder.ReadAll(folder)));
        var (seconds, printed) = (new List<double>(), new HashSet<string>(StringComparer.Ordinal));
        for (var run = 0; run < Runs; run++)
        {
            var from = time.GetTimestamp();
            var result = await Command.RunAsync("dotnet", [typeof(SimulateBench).Assembly.Location, "simulate", folder, "--json"], cancellationToken);
            seconds.Add(time.GetElapsedTime(from).TotalSeconds);
            printed.Add(result);
        }

        return new(report.Courses, report.Students, report.Total.Lessons, seconds, played, reading, printed.Count == 1);
    }

    private double Measure(Action act)
    {
        var from = time.GetTimestamp();
        act();
        return time.GetElapsedTime(from).TotalSeconds;
    }
}
