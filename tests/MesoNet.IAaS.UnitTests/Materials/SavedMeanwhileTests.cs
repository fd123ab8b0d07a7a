namespace MesoNet.IAaS.UnitTests.Materials;

/// <summary>A student saves in the moment of an update, while the new version of that file is being written.</summary>
public sealed class SavedMeanwhileTests : IDisposable
{
    // The program as it is; when it opens the first file of an update to write it, the student saves.
    private const string Saving = """
        import os, runpy, sys
        place, program = sys.argv[1], sys.argv[5]
        sys.argv = sys.argv[5:]
        saved = []
        def step(event, arguments):
            if event == "open" and arguments[0] == "file" and arguments[2] & os.O_CREAT and not saved:
                saved.append(True)
                with open(place, "w") as file:
                    file.write("the student's")
        sys.addaudithook(step)
        sys.path.insert(0, program)
        runpy.run_path(os.path.join(program, "__main__.py"), run_name="__main__")
        """;

    private readonly CourseVolume course = new();

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task A_file_that_is_saved_while_its_new_version_is_written_stays_the_students()
    {
        await GivenAsync();
        var commit = course.Teach(() => course.Write("tp1.py", "2"));
        await UpdateWhileSavingAsync("tp1.py");
        Assert.Equal("the student's", course.Read("alice", "tp1.py"));
        Assert.Equal("2", course.Read("alice", $"tp1.nouveau-{commit[..7]}.py"));
        Assert.Equal($"kept: tp1.py (changed, tp1.nouveau-{commit[..7]}.py)", course.Told("alice"));
    }

    [Fact]
    public async Task A_file_that_is_made_while_one_of_its_name_arrives_stays_the_students()
    {
        await GivenAsync();
        var commit = course.Teach(() => course.Write("neuf.py", "new"));
        await UpdateWhileSavingAsync("neuf.py");
        Assert.Equal("the student's", course.Read("alice", "neuf.py"));
        Assert.Equal("new", course.Read("alice", $"neuf.nouveau-{commit[..7]}.py"));
        Assert.Equal($"kept: neuf.py (changed, neuf.nouveau-{commit[..7]}.py)", course.Told("alice"));
    }

    [Fact]
    public async Task A_file_that_is_made_under_the_name_beside_stays_the_students()
    {
        await GivenAsync();
        await File.WriteAllTextAsync(course.InHome("alice", "tp1.py"), "changed");
        var commit = course.Teach(() => course.Write("tp1.py", "2"));
        await UpdateWhileSavingAsync($"tp1.nouveau-{commit[..7]}.py");
        Assert.Equal("changed", course.Read("alice", "tp1.py"));
        Assert.Equal("the student's", course.Read("alice", $"tp1.nouveau-{commit[..7]}.py"));
        Assert.Equal("2", course.Read("alice", $"tp1.nouveau-{commit[..7]}-2.py"));
    }

    private async Task GivenAsync()
    {
        course.Homes.RemoveRange(1, 2);
        course.Teach(() => course.Write("tp1.py", "1"));
        await course.RunAsync();
    }

    private async Task UpdateWhileSavingAsync(string path)
    {
        var saving = Path.Combine(course.Folder, "saving.py");
        await File.WriteAllTextAsync(saving, Saving);
        var (result, message) = await course.TryRunAsync("python3", "-I", "-B", saving, course.InHome("alice", path));
        Assert.True(result.ExitCode == 0, message + result.Errors);
        Assert.Equal(0, System.Text.Json.Nodes.JsonNode.Parse(message)!["failed"]!.GetValue<int>());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(course.Volume, "homes", "alice"), ".mesonet-new"));
    }
}
