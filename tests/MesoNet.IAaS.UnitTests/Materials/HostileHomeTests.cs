namespace MesoNet.IAaS.UnitTests.Materials;

/// <summary>What a student may put in their home to read others' files, to run something in the Job, or to stop the others.</summary>
public sealed class HostileHomeTests : IDisposable
{
    private readonly CourseVolume course = new();

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task A_folder_or_file_that_became_a_link_is_not_followed()
    {
        await GivenAsync();
        var outside = Directory.CreateDirectory(Path.Combine(course.Folder, "outside"));
        await File.WriteAllTextAsync(Path.Combine(outside.FullName, "tp2.py"), "2");
        Directory.Delete(course.InHome("alice", "sous"), recursive: true);
        Directory.CreateSymbolicLink(course.InHome("alice", "sous"), outside.FullName);
        File.Delete(course.InHome("alice", "tp1.py"));
        File.CreateSymbolicLink(course.InHome("alice", "tp1.py"), course.InHome("bob", "tp1.py"));
        await UpdateAsync();
        Assert.Equal("2", await File.ReadAllTextAsync(Path.Combine(outside.FullName, "tp2.py")));
        Assert.Single(outside.GetFileSystemInfos());
        Assert.Contains("sous/tp2.py (blocked)", course.Told("alice"), StringComparison.Ordinal);
        Assert.Contains("tp1.py (changed, ", course.Told("alice"), StringComparison.Ordinal);
        TheOthersHaveIt();
    }

    [Theory]
    [InlineData("rm -rf cours && ln -s ../bob/cours cours")]
    [InlineData("rm -rf cours && mkfifo cours")]
    [InlineData("rm -rf cours && echo x > cours")]
    public async Task A_course_folder_that_is_none_any_more_is_told_of_that_home(string trick)
    {
        await GivenAsync();
        InHomeOf("alice", trick);
        var said = await UpdateAsync();
        Assert.Equal(1, said);
        Assert.Contains("cours is no folder any more", course.Told("alice"), StringComparison.Ordinal);
        TheOthersHaveIt();
    }

    [Theory]
    [InlineData("rm cours/tp1.py && mkfifo cours/tp1.py")]
    [InlineData("rm cours/tp1.py && mkdir cours/tp1.py")]
    [InlineData("rm cours/tp1.py && truncate -s 1T cours/tp1.py")]
    [InlineData("rm cours/tp1.py && ln -s /dev/zero cours/tp1.py")]
    [InlineData("rm cours/tp1.py && ln -s tp1.py cours/tp1.py")]
    public async Task What_took_a_files_place_is_not_read_and_the_new_version_lies_beside(string trick)
    {
        await GivenAsync();
        InHomeOf("alice", trick);
        await UpdateAsync();
        Assert.Contains("kept: tp1.py (changed, tp1.nouveau-", course.Told("alice"), StringComparison.Ordinal);
        TheOthersHaveIt();
    }

    [Fact]
    public async Task Links_in_the_place_of_the_programs_own_names_are_not_followed()
    {
        await GivenAsync();
        var outside = Directory.CreateDirectory(Path.Combine(course.Folder, "outside"));
        await File.WriteAllTextAsync(Path.Combine(outside.FullName, "x"), "x");
        InHomeOf("alice", $"ln -s {outside.FullName} .mesonet-new; ln -s {outside.FullName}/y data");
        InHomeOf("bob", "mkdir -p .mesonet-new/a/b; ln -s /etc .mesonet-new/a/etc; mkfifo .mesonet-new/f");
        course.Settings["LINKS"] = "data";
        await UpdateAsync();
        Assert.Equal(["x"], outside.GetFileSystemInfos().Select(item => item.Name));
        Assert.True(File.Exists("/etc/passwd"));
        Assert.False(Path.Exists(Path.Combine(course.Volume, "homes", "bob", ".mesonet-new")));
        TheOthersHaveIt();
    }

    [Fact]
    public async Task A_students_repository_is_never_run_and_its_links_are_not_followed()
    {
        await GivenAsync();
        var mark = Path.Combine(course.Folder, "mark");
        var outside = Directory.CreateDirectory(Path.Combine(course.Folder, "outside"));
        InHomeOf("alice", $"""
            cd cours/.git; mkdir -p hooks; printf '#!/bin/sh\ntouch {mark}\n' > hooks/post-checkout; chmod +x hooks/post-checkout; cp hooks/post-checkout hooks/reference-transaction
            printf '[core]\nfsmonitor = touch {mark}\nhooksPath = hooks\n[filter "x"]\nclean = touch {mark}\nsmudge = touch {mark}\n[include]\npath = /etc/passwd\n' > config
            echo '* filter=x' > info/attributes
            """);
        InHomeOf("bob", $"cd cours/.git; rm -rf refs/remotes objects/pack; ln -s {outside.FullName} refs/remotes; ln -s {outside.FullName} objects/pack");
        await UpdateAsync();
        Assert.False(File.Exists(mark));
        Assert.Empty(outside.GetFileSystemInfos());
        Assert.True(course.ReportOf("alice")["history"]!.GetValue<bool>());
        Assert.False(course.ReportOf("bob")["history"]!.GetValue<bool>());
        TheOthersHaveIt();
    }

    [Fact]
    public async Task A_notebook_that_is_made_to_fill_the_memory_or_the_stack_costs_nobody_else()
    {
        await GivenAsync();
        await File.WriteAllTextAsync(course.InHome("alice", "tp.ipynb"), "{\"cells\": " + new string('[', 4_000_000));
        await File.WriteAllTextAsync(course.InHome("bob", "tp.ipynb"), "{\"cells\": [" + string.Concat(Enumerable.Repeat("{},", 2_500_000)) + "{}]}");
        await UpdateAsync();
        TheOthersHaveIt();
        Assert.Equal("1 bis", course.Read("alice", "tp1.py"));
    }

    [Theory]
    [InlineData("cours/plein", 0)]
    [InlineData(".mesonet-new", 1)]
    public async Task A_million_files_cost_the_others_nothing(string place, int failed)
    {
        await GivenAsync();
        InHomeOf("alice", "cd cours; printf x > $'sous/\\xff\\n\\x1b[31m'; d=p; for i in $(seq 60); do mkdir $d; cd $d; done");
        var folder = Path.Combine(course.Volume, "homes", "alice", place);
        using var full = new Tmpfs(folder, "size=64m,nr_inodes=1100000");
        full.Run($"cd '{folder}'; {Tmpfs.AMillionFiles}");
        Assert.Equal(failed, await UpdateAsync([.. full.Wrapper]));
        Assert.Equal(failed == 0 ? "1 bis" : "1", course.Read("alice", "tp1.py"));
        TheOthersHaveIt();
    }

    [Fact]
    public async Task Too_much_in_the_place_of_the_programs_own_folder_fails_that_home_alone()
    {
        await GivenAsync();
        InHomeOf("alice", "mkdir .mesonet-new; cd .mesonet-new; for i in $(seq 150); do mkdir d; cd d; done");
        Assert.Equal(1, await UpdateAsync());
        Assert.Contains("too much lies", course.Told("alice"), StringComparison.Ordinal);
        TheOthersHaveIt();
    }

    private async Task GivenAsync()
    {
        course.Teach(() =>
        {
            course.Write("tp1.py", "1");
            course.Write("sous/tp2.py", "2");
            course.Write("tp.ipynb", """{"cells": [{"cell_type": "code", "source": "1"}]}""");
        });
        await course.RunAsync();
    }

    private async Task<int> UpdateAsync(params string[] wrapper)
    {
        course.Teach(() =>
        {
            course.Write("tp1.py", "1 bis");
            course.Write("sous/tp2.py", "2 bis");
            course.Write("tp.ipynb", """{"cells": [{"cell_type": "code", "source": "2"}]}""");
        });
        var (result, message) = await course.TryRunAsync(wrapper);
        Assert.True(result.ExitCode == 0, message + result.Errors);
        return System.Text.Json.Nodes.JsonNode.Parse(message)!["failed"]!.GetValue<int>();
    }

    private void TheOthersHaveIt()
    {
        Assert.Equal(("1 bis", "2 bis"), (course.Read("carol", "tp1.py"), course.Read("carol", "sous/tp2.py")));
        Assert.Equal("updated: sous/tp2.py, tp.ipynb, tp1.py", course.Told("carol"));
    }

    private void InHomeOf(string home, string script) => CourseVolume.Run("bash", "-c", $"cd '{Path.Combine(course.Volume, "homes", home)}'; {script}");
}
