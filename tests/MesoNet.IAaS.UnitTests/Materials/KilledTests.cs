using System.Globalization;

namespace MesoNet.IAaS.UnitTests.Materials;

/// <summary>The Job is killed anywhere, its workers with it, and run again: the end is the one of a Job that was left alone.</summary>
public sealed class KilledTests : IDisposable
{
    private const int Files = 60;

    // Of about 1150 that nine homes and sixty files take.
    private const int MostChanges = 800;

    private readonly CourseVolume killed = new();
    private readonly CourseVolume whole = new();

    public void Dispose()
    {
        killed.Dispose();
        whole.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task It_ends_the_same(int seed)
    {
        var random = new Random(seed);
        foreach (var course in Both)
        {
            course.Homes.AddRange(Enumerable.Range(1, 9).Select(i => $"student{i:00}"));
            course.Teach(() => WriteAll(course, "1"));
        }

        await KillAsync(random);
        await whole.RunAsync();
        Same();

        foreach (var course in Both) StudentsWork(course, new Random(seed));
        foreach (var course in Both) course.Teach(() => Change(course, "2", removed: 5));
        await KillAsync(random);
        await whole.RunAsync();
        Same();

        // Begun, cut short, and then the teacher changes again: what the first attempt gave is not taken for a student's work.
        var cutShort = "";
        foreach (var course in Both) cutShort = course.Teach(() => Change(course, "3", removed: 9));
        Assert.True(await killed.TryKillAsync(random.Next(MostChanges / 2, MostChanges)), "It was not cut short.");
        foreach (var course in Both) course.Teach(() => Change(course, "4", removed: 11));
        await KillAsync(random);
        await whole.RunAsync();
        Same($".nouveau-{cutShort[..7]}");
    }

    private IEnumerable<CourseVolume> Both => [killed, whole];

    private void Same(string except = "\0")
    {
        foreach (var home in whole.Homes)
        {
            Assert.Equal(whole.Snapshot(home), string.Join('\n', killed.Snapshot(home).Split('\n').Where(line => !line.Contains(except, StringComparison.Ordinal))));
            Assert.Equal(Conflicts(whole, home), Conflicts(killed, home));
            killed.GitIn(home, "fsck");
        }

        Assert.False(Path.Exists(Path.Combine(killed.Volume, ".mesonet", "work")));
    }

    // What was removed in a step that only the one took is told of that step.
    private static IEnumerable<string> Conflicts(CourseVolume course, string home) =>
        (course.ReportOf(home)["kept"]?.AsArray() ?? []).Where(kept => kept!["why"]!.GetValue<string>() != "removed").Select(kept => kept!.ToJsonString());

    /// <summary>Kills it some times, each time somewhere else, and lets it come to its end.</summary>
    private async Task KillAsync(Random random)
    {
        var times = 0;
        for (var attempt = 0; attempt < 3; attempt++) times += await killed.TryKillAsync(random.Next(1, MostChanges)) ? 1 : 0;
        Assert.True(times > 0, "It was never killed in the middle.");
        // In the middle of git, whose steps nobody counts. It may also have ended before: what follows must hold in either case.
        await killed.TryRunAsync("timeout", "--signal=KILL", (random.Next(50, 300) / 1000.0).ToString("0.000", CultureInfo.InvariantCulture));
        await killed.RunAsync();
    }

    private static void WriteAll(CourseVolume course, string text)
    {
        for (var i = 0; i < Files; i++) course.Write($"d{i % 7}/f{i}.py", $"{text} {i}");
    }

    private static void Change(CourseVolume course, string text, int removed)
    {
        for (var i = 0; i < Files; i += 2) course.Write($"d{i % 7}/f{i}.py", $"{text} {i}");
        course.Write($"neuf/{text}.py", text);
        File.Delete(Path.Combine(course.Repository, $"d{removed % 7}/f{removed}.py"));
    }

    private static void StudentsWork(CourseVolume course, Random random)
    {
        foreach (var home in course.Homes)
        {
            for (var i = 0; i < 6; i++)
            {
                var file = random.Next(Files);
                if (i < 4) File.WriteAllText(course.InHome(home, $"d{file % 7}/f{file}.py"), $"{home} {file}");
                else File.Delete(course.InHome(home, $"d{file % 7}/f{file}.py"));
            }
        }
    }
}
