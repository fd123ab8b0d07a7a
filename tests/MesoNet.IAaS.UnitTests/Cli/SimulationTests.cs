using System.Runtime.CompilerServices;
using MesoNet.IAaS.Cli.Simulation;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Cli;

/// <summary>The sample semester, and small sites that show one thing each.</summary>
public sealed class SimulationTests : IDisposable
{
    private static readonly Lazy<SemesterReport> Sample = new(() => SemesterReport.Of(Samples()));
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_same_semester_gives_the_same_bytes()
    {
        var again = SemesterReport.Of(Samples());
        Assert.Equal(Sample.Value.ToJson(), again.ToJson());
        Assert.Equal(Printed(Sample.Value), Printed(again));
    }

    [Fact]
    public async Task Two_processes_print_the_same_bytes()
    {
        var root = new DirectoryInfo(Samples()).Parent!.Parent!.FullName;
        // The command as users have it, built with the tests: names that are hashed otherwise in each process must not decide an order.
        var program = Path.Combine(root, "artifacts", "bin", "MesoNet.IAaS.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "mesonet.dll");
        var runs = new List<string>();
        for (var run = 0; run < 2; run++) runs.Add(await Command.RunAsync("dotnet", [program, "simulate", Samples(), "--json"], TestContext.Current.CancellationToken));
        Assert.Equal(runs[0], runs[1]);
        Assert.Equal(Sample.Value.ToJson(), runs[0].TrimEnd('\n'));
    }

    [Fact]
    public void The_sample_is_a_semester_of_forty_courses_on_all_sites()
    {
        var report = Sample.Value;
        Assert.Equal((40, 1500, 14, 8), (report.Courses, report.Students, report.Weeks.Count, report.Sites.Count));
        Assert.All(report.Weeks, week => Assert.True(week.Figures.Lessons > 0));
        var devices = report.Sites.SelectMany(site => site.Devices.Where(device => device.Value.HoursUsed > 0).Select(device => device.Key)).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string>(["nvidia.com/gpu", "nvidia.com/mig-1g.10gb", "amd.com/gpu"], StringComparer.Ordinal), devices);
        // Some courses collide on purpose.
        Assert.InRange(report.Conflicts.Count, 1, report.Total.Lessons - 1);
        Assert.All(report.Conflicts, conflict => Assert.StartsWith($"The lesson \"{conflict.Lesson}\"", conflict.Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_lost_and_nothing_is_won()
    {
        var report = Sample.Value;
        Assert.All([.. report.Weeks.Select(week => week.Figures), .. report.Sites.Select(site => site.Figures), report.Total], figures =>
        {
            Assert.Equal(figures.SeatsAsked, figures.SeatsReadyAtBell + figures.SeatsReadyLate + figures.SeatsNotReady);
            Assert.True(figures is { SeatsReadyAtBell: >= 0, SeatsReadyLate: >= 0, SeatsNotReady: >= 0 });
            Assert.True(figures.GpuHoursUsed <= figures.GpuHoursBooked);
            Assert.True(figures.Conflicts <= figures.Lessons);
        });
        foreach (var count in new Func<Figures, decimal>[] { f => f.Lessons, f => f.Conflicts, f => f.SeatsAsked, f => f.SeatsReadyAtBell, f => f.SeatsReadyLate, f => f.SeatsNotReady })
        {
            Assert.Equal(count(report.Total), report.Weeks.Sum(week => count(week.Figures)));
            Assert.Equal(count(report.Total), report.Sites.Sum(site => count(site.Figures)));
        }

        Assert.Equal(report.Total.Conflicts, report.Conflicts.Count);
    }

    [Fact]
    public void In_no_hour_is_more_used_than_was_booked_or_than_there_is()
    {
        var report = Sample.Value;
        var there = report.Sites.SelectMany(site => site.Devices.Select(device => (site.Name, Device: device.Key, device.Value.There))).ToDictionary(item => (item.Name, item.Device), item => item.There);
        Assert.All(report.Hours, item =>
        {
            Assert.InRange(item.Hour.Used, 0, item.Hour.Booked);
            Assert.True(item.Hour.Used <= there[(item.Site, item.Hour.Resource)]);
        });
        foreach (var site in report.Sites)
        {
            foreach (var (device, use) in site.Devices)
                Assert.Equal((double)use.HoursUsed, (double)report.Hours.Where(item => item.Site == site.Name && item.Hour.Resource == device).Sum(item => item.Hour.Used), 0.001);
        }
    }

    [Fact]
    public void Where_all_fits_and_starts_are_quick_all_are_ready_at_the_bell()
    {
        var report = Small(students: 8, pull: 1000);
        Assert.Equal((2, 16, 16, 0, 0), (report.Total.Lessons, report.Total.SeatsAsked, report.Total.SeatsReadyAtBell, report.Total.SeatsReadyLate, report.Total.Conflicts));
        // Eight cards for two lessons of two hours, and for their leads of at most ten minutes.
        Assert.InRange(report.Total.GpuHoursUsed, 32, 32 + 2 * 8 / 6m);
        // The second lesson found the image on the node.
        Assert.True(report.Weeks[1].Figures.SlowestStartSeconds < report.Weeks[0].Figures.SlowestStartSeconds);
    }

    [Fact]
    public void Where_an_image_takes_longer_than_the_lead_seats_are_late_once()
    {
        var report = Small(students: 8, pull: 5);
        Assert.Equal((8, 0), (report.Weeks[0].Figures.SeatsReadyLate, report.Weeks[0].Figures.SeatsReadyAtBell));
        Assert.Equal((0, 8), (report.Weeks[1].Figures.SeatsReadyLate, report.Weeks[1].Figures.SeatsReadyAtBell));
    }

    [Fact]
    public void Where_cards_are_missing_as_many_seats_start_as_there_are_cards()
    {
        var report = Small(students: 11, pull: 1000);
        Assert.Equal((2, 22, 16, 6), (report.Total.Conflicts, report.Total.SeatsAsked, report.Total.SeatsReadyAtBell, report.Total.SeatsNotReady));
    }

    [Fact]
    public void Bad_input_is_told_in_a_sentence()
    {
        Assert.Contains("There is no folder", Assert.Throws<UserMistakeException>(() => SemesterReport.Of("/there/is/no/such/folder")).Message, StringComparison.Ordinal);
        Assert.Contains("has no Node", Assert.Throws<UserMistakeException>(() => SemesterReport.Of(folder.FullName)).Message, StringComparison.Ordinal);
        Assert.Contains("would be refused: The lesson \"tp1\" ends", Assert.Throws<UserMistakeException>(() => Small(8, 100, end: "13:00")).Message, StringComparison.Ordinal);
        Assert.Contains("must not be below zero", Assert.Throws<UserMistakeException>(() => Small(8, 0)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder.FullName, "x.yaml"), "a: [");
        Assert.Contains("x.yaml is no YAML: line", Assert.Throws<UserMistakeException>(() => SemesterReport.Of(folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_counts_as_its_part_of_a_card()
    {
        Assert.Equal(1, Figures.GpuShare("amd.com/gpu"));
        Assert.Equal(2 / 7m, Figures.GpuShare("nvidia.com/mig-2g.20gb"));
        Assert.Equal(0, Figures.GpuShare("example.com/fpga"));
    }

    /// <summary>One node of eight cards, one course, one lesson of two hours in each of two weeks, an image of 6,000 MB.</summary>
    private SemesterReport Small(int students, int pull, string end = "16:00")
    {
        File.WriteAllText(Path.Combine(folder.FullName, "all.yaml"), $$"""
            kind: SimulatedSite
            spec: {pullMegabytesPerSecond: {{pull}}, startSeconds: 8, startSecondsPerSeat: 0.5}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: node}
            status: {allocatable: {cpu: "64", memory: 512Gi, pods: "110", nvidia.com/gpu: "8"} }
            ---
            apiVersion: mesonet.fr/v1alpha1
            kind: CourseTemplate
            metadata: {name: t}
            spec: {title: T, image: i, resources: {lesson: {cpu: "2", memory: 4Gi, devices: {nvidia.com/gpu: "1"} } } }
            ---
            apiVersion: mesonet.fr/v1alpha1
            kind: ClassroomEnvironment
            metadata: {name: c, namespace: course-c}
            spec:
              template: {name: t}
              students: [{{string.Join(", ", Enumerable.Range(1, students).Select(number => $"{{login: student{number:00}}}"))}}]
              lessons:
              - {name: tp1, start: 2026-10-20T14:00, end: 2026-10-20T{{end}}}
              - {name: tp2, start: 2026-10-27T14:00, end: 2026-10-27T16:00}
            """);
        return SemesterReport.Of(folder.FullName);
    }

    private static string Printed(SemesterReport report)
    {
        using var text = new StringWriter();
        SimulateCommand.Print(report, text);
        return text.ToString();
    }

    private static string Samples([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../samples/semester"));
}
