using System.CommandLine;
using MesoNet.IAaS.Cli.Options;
using MesoNet.IAaS.Cli.Progress;
using MesoNet.IAaS.Cli.Up;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary><c>mesonet bench</c>: what the operator costs and how fast it is, on a real API server with simulated nodes.</summary>
internal static class BenchCommand
{
    public static Command Create(TimeProvider time) => new("bench", "Measure the operator on a real API server with simulated nodes; docs/benchmarks.md says how to read it.") { Bell(time), Planning(), Soak(time), Copy(time), Gateway(time), Simulate(time) };

    private static Command Bell(TimeProvider time)
    {
        var seats = AtLeastOne(new("--seats") { Description = "How many seats start at once.", DefaultValueFactory = _ => 1000 });
        var nodes = AtLeastOne(new("--nodes") { Description = "How many simulated nodes there are; by default one for each 100 seats." });
        var courses = AtLeastOne(new("--courses") { Description = "Over how many courses the seats are dealt; by default one for each 1000 seats." });
        var rest = AtLeastOne(new("--rest") { Description = "For how many seconds the operator is watched at rest.", DefaultValueFactory = _ => 60 });
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a table." };
        var bell = new Command("bell", "Start many seats at once; then rest, restart, and suspend them.") { seats, nodes, courses, rest, json };
        bell.SetAction(async (parsed, token) =>
        {
            Preconditions.Check(new("bench"));
            var count = parsed.GetValue(seats)!.Value;
            var options = new BellOptions(
                count, parsed.GetValue(nodes) ?? Math.Max(1, count / 100), parsed.GetValue(courses) ?? Math.Max(1, (count + 999) / 1000),
                TimeSpan.FromSeconds(parsed.GetValue(rest)!.Value));
            if (options.Courses > count) throw new Site.UserMistakeException($"--courses {options.Courses} is more than --seats {count}: give each course a seat at least.");
            var report = await new BellBench(options, time).RunAsync(Steps.OnConsole(time), token);
            if (parsed.GetValue(json)) Console.WriteLine(report.ToJson());
            else report.Print(Console.Out);
            return 0;
        });
        return bell;
    }

    private static Command Planning()
    {
        var planning = new Command("planning", "Measure what one pass of planning costs by the size of the course (BenchmarkDotNet).");
        planning.SetAction((_, token) => PlanningBench.RunAsync(token));
        return planning;
    }

    private static Command Soak(TimeProvider time)
    {
        var minutes = AtLeastOne(new("--minutes") { Description = "For how long.", DefaultValueFactory = _ => 15 });
        var seed = new Option<int?>("--seed") { Description = "Chooses everything that is random; by default another each time." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a text." };
        var soak = new Command("soak", "Let faults strike while courses change at random; then see whether all is as it should be.") { minutes, seed, json };
        soak.SetAction(async (parsed, token) =>
        {
            Preconditions.Check(new("bench"));
            var options = new SoakOptions(TimeSpan.FromMinutes(parsed.GetValue(minutes)!.Value), parsed.GetValue(seed) ?? Random.Shared.Next(1_000_000));
            var report = await new SoakBench(options, time).RunAsync(Steps.OnConsole(time), token);
            if (parsed.GetValue(json)) Console.WriteLine(report.ToJson());
            else report.Print(Console.Out);
            return report.Violations.Count == 0 ? 0 : 1;
        });
        return soak;
    }

    private static Command Copy(TimeProvider time)
    {
        var homes = AtLeastOne(new("--homes") { Description = "How many students' homes there are.", DefaultValueFactory = _ => 300 });
        var files = AtLeastOne(new("--files") { Description = "How many files the course has.", DefaultValueFactory = _ => 200 });
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a text." };
        var copy = new Command("copy", "Copy a course into many homes and update it, with the materials Job's own program on this machine's disk; no cluster is needed.") { homes, files, json };
        copy.SetAction(async (parsed, token) =>
        {
            var report = await new CopyBench(parsed.GetValue(homes)!.Value, parsed.GetValue(files)!.Value, time).RunAsync(token);
            if (parsed.GetValue(json)) Console.WriteLine(report.ToJson());
            else report.Print(Console.Out);
            return 0;
        });
        return copy;
    }

    private static Command Gateway(TimeProvider time)
    {
        var minutes = AtLeastOne(new("--minutes") { Description = "For how many minutes WebSockets are held.", DefaultValueFactory = _ => 10 });
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a table." };
        var gateway = new Command("gateway", "Measure the portal's decisions, what they add to a request to a seat, and WebSockets that are held.") { minutes, json };
        gateway.SetAction(async (parsed, token) =>
        {
            Preconditions.Check(new("bench"));
            var options = new GatewayOptions { Hold = TimeSpan.FromMinutes(parsed.GetValue(minutes)!.Value) };
            var report = await new GatewayBench(options, time).RunAsync(Steps.OnConsole(time), token);
            if (parsed.GetValue(json)) Console.WriteLine(report.ToJson());
            else report.Print(Console.Out);
            return 0;
        });
        return gateway;
    }

    private static Command Simulate(TimeProvider time)
    {
        var folder = new Option<string>("--semester") { Description = "The semester that is played.", DefaultValueFactory = _ => Path.Combine(Site.LocalSite.RepositoryRoot, "samples", "semester") };
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of a text." };
        var simulate = new Command("simulate", "Play the sample semester and measure how long that takes; no cluster is needed.") { folder, json };
        simulate.SetAction(async (parsed, token) =>
        {
            var report = await new SimulateBench(parsed.GetValue(folder)!, time).RunAsync(token);
            if (parsed.GetValue(json)) Console.WriteLine(report.ToJson());
            else report.Print(Console.Out);
            return report.IsSameBytes ? 0 : 1;
        });
        return simulate;
    }

    private static Option<int?> AtLeastOne(Option<int?> option) => option.Checked("a whole number from one on", number => number >= 1);
}
