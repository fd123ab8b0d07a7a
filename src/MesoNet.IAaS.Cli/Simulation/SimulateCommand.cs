using System.CommandLine;
using MesoNet.IAaS.Cli.Timetable;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Simulation;

/// <summary><c>mesonet simulate FOLDER</c>: a semester played through in a moment.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with a folder for each site: its nodes, templates and courses, such as samples/semester." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of tables." };
        var simulate = new Command("simulate", "Play a semester on a virtual clock: what was asked, what was ready at the bell, what did not fit.") { folder, json };
        simulate.SetAction(parsed =>
        {
            var report = SemesterReport.Of(parsed.GetValue(folder)!);
            if (parsed.GetValue(json)) Console.WriteLine(report.ToJson());
            else Print(report, Console.Out);
            return 0;
        });
        return simulate;
    }

    /// <summary>Prints a semester for people.</summary>
    public static void Print(SemesterReport report, TextWriter output)
    {
        output.WriteLine($"{report.Courses} courses, {report.Students} students, {report.Sites.Count} sites, {report.Weeks.Count} weeks from {report.From} to {report.Until} ({report.Zone})");
        output.WriteLine();
        var weeks = Table("week", "from");
        foreach (var week in report.Weeks) weeks.Add([$"{week.Week}", week.From, .. Cells(week.Figures)]);
        weeks.Add(["all", "", .. Cells(report.Total)]);
        weeks.Print(output, "");

        output.WriteLine();
        var sites = Table("site", "courses");
        foreach (var site in report.Sites) sites.Add([site.Title, $"{site.Courses}", .. Cells(site.Figures)]);
        sites.Print(output, "");

        output.WriteLine();
        var devices = new TextTable("site", "device", "there", "hours booked", "hours used").WithNumbersIn(2, 3, 4);
        foreach (var site in report.Sites)
        {
            foreach (var (device, use) in site.Devices) devices.Add(site.Title, device, $"{use.There:0.###}", $"{use.HoursBooked:0}", $"{use.HoursUsed:0}");
        }

        devices.Print(output, "");
        output.WriteLine();
        output.WriteLine(report.Conflicts.Count == 0 ? "Every lesson fits." : $"Lessons that do not fit: {report.Conflicts.Count}");
        foreach (var conflict in report.Conflicts) output.WriteLine($"  {conflict.Site}, {conflict.Course}: {conflict.Sentence}");
        output.WriteLine();
        output.WriteLine(report.Model);
    }

    private static TextTable Table(string first, string second) => new TextTable(
        first, second, "lessons", "do not fit", "seats asked", "ready at bell", "late", "never", "waited unforeseen", "slowest start s", "GPU h booked", "GPU h used").WithNumbersIn(Enumerable.Range(2, 10));

    private static string[] Cells(Figures figures) =>
    [
        $"{figures.Lessons}", $"{figures.Conflicts}", $"{figures.SeatsAsked}", $"{figures.SeatsReadyAtBell}", $"{figures.SeatsReadyLate}", $"{figures.SeatsNotReady}",
        $"{figures.SeatsThatWaitedUnforeseen}", $"{figures.SlowestStartSeconds:0.0}", $"{figures.GpuHoursBooked:0}", $"{figures.GpuHoursUsed:0}",
    ];
}
