using System.Text.Json.Nodes;

namespace MesoNet.IAaS.UnitTests.Materials;

/// <summary>Some homes fail, and the Job is repeated: what was begun is finished, and the others are left alone.</summary>
public sealed class FailedHomesTests : IDisposable
{
    private readonly CourseVolume course = new();
    private readonly CourseVolume whole = new();

    public void Dispose()
    {
        course.Dispose();
        whole.Dispose();
    }

    [Fact]
    public async Task Which_homes_have_nothing_is_told_in_the_order_of_the_arguments()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        // A file in the place of a home.
        Directory.CreateDirectory(Path.Combine(course.Volume, "homes"));
        await File.WriteAllTextAsync(Path.Combine(course.Volume, "homes", "carol"), "");
        var said = await course.RunAsync();
        Assert.Equal(1, said["failed"]!.GetValue<int>());
        Assert.Equal([0b100], Convert.FromBase64String(Assert.Single(said["missing"]!.AsArray())!["homes"]!.GetValue<string>()));
        // Nothing that passes by itself.
        Assert.Null(said["passes"]);

        File.Delete(Path.Combine(course.Volume, "homes", "carol"));
        var before = course.Snapshot("alice");
        said = await course.RunAsync();
        Assert.Equal((0, null), (said["failed"]!.GetValue<int>(), said["missing"]));
        Assert.Equal("1", course.Read("carol", "tp1.py"));
        Assert.Equal(before, course.Snapshot("alice"));
    }

    [Fact]
    public async Task The_room_that_a_killed_restore_held_is_given_back()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        var restoring = Path.Combine(course.Volume, ".mesonet", "restoring");
        CourseVolume.Run("sh", "-c", $"mkdir -p '{restoring}/alice/home/d/e' && echo half > '{restoring}/alice/home/d/e/f' && chmod 500 '{restoring}/alice/home/d'");
        await course.RunAsync();
        Assert.Empty(Directory.GetFileSystemEntries(restoring));
    }

    [Fact]
    public async Task A_home_that_failed_but_has_an_older_version_is_not_missing()
    {
        course.Teach(() => course.Write("tp1.py", "1"));
        await course.RunAsync();
        Directory.Delete(course.InHome("bob"), recursive: true);
        await File.WriteAllTextAsync(course.InHome("bob").TrimEnd('/'), "mine");
        course.Teach(() => course.Write("tp1.py", "2"));
        var said = await course.RunAsync();
        Assert.Equal((1, null), (said["failed"]!.GetValue<int>(), said["missing"]));
    }

    [Fact]
    public async Task In_a_course_of_one_student_what_is_wrong_with_the_home_is_told_of_the_home()
    {
        course.Homes.RemoveRange(1, 2);
        course.Teach(() => course.Write("tp1.py", "1"));
        Directory.CreateDirectory(Path.GetDirectoryName(course.InHome("alice").TrimEnd('/'))!);
        await File.WriteAllTextAsync(course.InHome("alice").TrimEnd('/'), "mine");
        var said = await course.RunAsync();
        Assert.Contains("no folder any more", Assert.Single(said["failures"]!.AsArray())!["what"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_that_is_killed_at_any_step_is_finished_by_the_repeat()
    {
        foreach (var one in new[] { course, whole })
        {
            one.Homes.RemoveRange(1, 2);
            one.Teach(() => Write(one, "1"));
            await one.RunAsync();
            await File.WriteAllTextAsync(one.InHome("alice", "f3.py"), "mine");
            one.Teach(() =>
            {
                Write(one, "2");
                File.Delete(Path.Combine(one.Repository, "f5.py"));
            });
        }

        await whole.RunAsync();
        var start = Path.Combine(course.Folder, "start");
        CourseVolume.Run("cp", "-a", course.Volume, start);
        var killed = 0;
        for (var step = 1; step < 400; step += 3)
        {
            CourseVolume.Run("rm", "-rf", course.Volume);
            CourseVolume.Run("cp", "-a", start, course.Volume);
            var (result, message) = await course.TryRunAsync(step);
            if (result.ExitCode != HomesProgramOnDisk.ExitCodeOfKilled)
            {
                Assert.True(result.ExitCode == 0, message);
                break;
            }

            killed++;
            // Each file is the older, the newer or the student's, and whole.
            foreach (var file in Directory.GetFiles(course.InHome("alice"), "*.py")) Assert.True(await File.ReadAllTextAsync(file) is var text && (text == "mine" || text == Text("1") || text == Text("2")), file);
            await course.RunAsync();
            Assert.Equal(whole.Snapshot("alice"), course.Snapshot("alice"));
            Assert.Equal(whole.ReportOf("alice").ToJsonString(), course.ReportOf("alice").ToJsonString());
        }

        Assert.True(killed > 10, $"It was killed {killed} times only.");
    }

    private static void Write(CourseVolume one, string version)
    {
        for (var file = 0; file < 8; file++) one.Write($"f{file}.py", Text(version));
    }

    private static string Text(string version) => new(version[0], 5000);
}
