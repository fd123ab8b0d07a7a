using System.Globalization;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>What a student may put in their folder to read others' files, to run something, or to stop the others' hand-in.</summary>
public sealed class HostileHandInTests : IDisposable
{
    private readonly SubmittedWork work = new();

    public void Dispose() => work.Dispose();

    [Theory]
    [InlineData("ln -s ../../bob/cours/tp1.py cours/vol.py", "vol.py")]
    [InlineData("ln -s ../../bob cours/vol", "vol")]
    [InlineData("mkfifo cours/pipe", "pipe")]
    [InlineData("truncate -s 1T cours/huge", "huge")]
    [InlineData("mkdir cours/.git/hooks && printf '#!/bin/sh\\ntouch /tmp/mesonet-ran\\n' > cours/.git/hooks/post-checkout && chmod +x cours/.git/hooks/post-checkout", ".git/hooks/post-checkout")]
    public async Task What_is_no_plain_file_is_not_taken_and_everything_else_is(string trick, string without)
    {
        await GivenAsync();
        InHomeOf("alice", trick);
        await TakeAsync();
        var files = work.Work(Assert.Single(work.Manifests("alice")));
        Assert.Equal("alice's", files["tp1.py"]);
        Assert.DoesNotContain(without, files.Keys);
        Assert.DoesNotContain("bob's", files.Values);
        Assert.False(File.Exists("/tmp/mesonet-ran"));
    }

    [Theory]
    [InlineData("rm -rf cours && ln -s ../bob/cours cours")]
    [InlineData("rm -rf cours && mkfifo cours")]
    [InlineData("rm -rf cours && echo x > cours")]
    public async Task A_course_folder_that_is_none_any_more_is_told_of_that_student(string trick)
    {
        await GivenAsync();
        InHomeOf("alice", trick);
        await TakeAsync(failed: 1);
        Assert.NotNull(Assert.Single(work.Manifests("alice"))["error"]);
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_is_named_and_everything_else_is_taken()
    {
        await GivenAsync();
        InHomeOf("alice", "echo hidden > cours/secret && chmod 000 cours/secret && mkdir cours/closed && chmod 000 cours/closed");
        // An administrator reads everything; a Job's user does not.
        string[] asUser = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
        var (result, message) = await work.TryTakeAsync([SubmittedWork.AtDeadline("alice")], asUser);
        Assert.True(result.ExitCode == 0, message + result.Errors);
        var manifest = Assert.Single(work.Manifests("alice"));
        Assert.Equal(["closed: Permission denied", "secret: Permission denied"], manifest["left"]!.AsArray().Select(left => $"{left!["path"]}: {left["why"]}").Order(StringComparer.Ordinal));
        Assert.Equal(["tp1.py"], work.Work(manifest).Keys);
    }

    [Fact]
    public async Task More_entries_than_are_looked_at_are_told()
    {
        await GivenAsync();
        work.Settings["MOST_ENTRIES"] = "100";
        InHomeOf("alice", "cd cours && mkdir a b && cd a && seq 1 200 | xargs touch && cd ../b && touch never");
        await TakeAsync();
        var manifest = Assert.Single(work.Manifests("alice"));
        Assert.Contains("there are more than 100 files; the others were not looked at", manifest["left"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.InRange(manifest["files"]!.AsArray().Count, 2, 100);
        Assert.DoesNotContain("b/never", work.Work(manifest).Keys);
        Assert.Equal("alice's", work.Work(manifest)["tp1.py"]);
    }

    [Fact]
    public async Task Names_that_are_too_long_together_are_bounded()
    {
        await GivenAsync();
        InHomeOf("alice", "cd cours && n=$(printf 'x%.0s' $(seq 1 240)) && for i in $(seq 1 14); do mkdir $n && cd $n; done && for i in $(seq 1 20); do ln -s $n$n$n $i; done && seq 401 2400 | xargs touch");
        await TakeAsync();
        var alice = Assert.Single(work.Manifests("alice"));
        Assert.Contains("the names are too long to be noted", alice["left"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.True(alice["files"]!.ToJsonString().Length + alice["links"]!.ToJsonString().Length < 6_000_000);
    }

    [Theory]
    [InlineData("* -diff")]
    [InlineData("* binary")]
    [InlineData("* working-tree-encoding=UTF-16 text diff=evil")]
    public async Task What_a_student_tells_git_hides_no_difference(string attributes)
    {
        await GivenAsync();
        InHomeOf("alice", $"cd cours && echo '{attributes}' > .gitattributes && mkdir sous && echo '{attributes}' > sous/.gitattributes && echo cache > sous/a.py && printf '[diff \"evil\"]\ncommand=touch /tmp/mesonet-ran\n' > config");
        await TakeAsync();
        var diff = System.Text.Encoding.UTF8.GetString((await work.CollectAsync())["submissions/alice/changes.diff"]);
        Assert.Contains("\n+alice's", diff, StringComparison.Ordinal);
        Assert.Contains("\n+cache", diff, StringComparison.Ordinal);
        Assert.Contains("# .gitattributes: new, not compared", diff, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/mesonet-ran"));
    }

    [Fact]
    public async Task Huge_differences_of_one_student_do_not_keep_the_others_from_being_collected()
    {
        await GivenAsync();
        InHomeOf("alice", "cd cours && yes 'a line of text' | head -c 1000000 > 1 && for i in $(seq 2 200); do cp 1 $i; done");
        await TakeAsync();
        // As much memory as the reading pod would have left for it.
        var collected = await work.CollectAsync("ulimit -v 200000");
        Assert.InRange(collected["submissions/alice/changes.diff"].Length, 4 * 1024 * 1024, 5 * 1024 * 1024);
        Assert.Contains("bob's", System.Text.Encoding.UTF8.GetString(collected["submissions/bob/changes.diff"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_any_bytes_are_taken_and_told()
    {
        await GivenAsync();
        InHomeOf("alice", "cd cours && touch \"$(printf 'a\\nb')\" \"$(printf '\\377')\" -- '-rf' '$(touch x)' \"$(printf '\\033[31m')\"");
        await TakeAsync();
        var manifest = Assert.Single(work.Manifests("alice"));
        Assert.Superset(
            new HashSet<string> { "a\\x0ab", "\\xff", "-rf", "$(touch x)", "\\x1b[31m" },
            manifest["files"]!.AsArray().Select(file => file!["path"]!.GetValue<string>()).ToHashSet());
        await work.CollectAsync();
    }

    [Fact]
    public async Task Many_files_and_deep_folders_are_bounded_and_told()
    {
        await GivenAsync();
        InHomeOf("alice", "cd cours && mkdir many && cd many && seq 1 21000 | xargs touch");
        InHomeOf("carol", "cd cours && for i in $(seq 1 200); do mkdir d && cd d; done && echo deep > file");
        await TakeAsync();
        var (alice, carol) = (Assert.Single(work.Manifests("alice")), Assert.Single(work.Manifests("carol")));
        Assert.Equal(20_000, alice["files"]!.AsArray().Count);
        Assert.Contains("only 20000 files are taken", alice["left"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("it lies too deep", carol["left"]!.ToJsonString(), StringComparison.Ordinal);
        // What lies at the top comes first.
        Assert.Equal("alice's", work.Work(alice)["tp1.py"]);
    }

    [Fact]
    public async Task A_million_files_are_bounded_and_told_and_the_others_work_is_taken()
    {
        await GivenAsync();
        var folder = work.Course.InHome("alice", "plein");
        using var full = new Tmpfs(folder, "size=64m,nr_inodes=1100000");
        full.Run($"cd '{folder}'; {Tmpfs.AMillionFiles}");
        var (result, message) = await work.TryTakeAsync([.. work.Course.Homes.Select(home => SubmittedWork.AtDeadline(home))], full.Wrapper);
        Assert.True(result.ExitCode == 0, message + result.Errors);
        var alice = Assert.Single(work.Manifests("alice"));
        Assert.Equal(20_000, alice["files"]!.AsArray().Count);
        Assert.Contains("there are more than 200000 files; the others were not looked at", alice["left"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("alice's", work.Work(alice)["tp1.py"]);
        Assert.All(new[] { "bob", "carol" }, home => Assert.Equal($"{home}'s", work.Work(Assert.Single(work.Manifests(home)))["tp1.py"]));
    }

    [Fact]
    public async Task A_file_that_is_changed_all_the_time_is_taken_as_a_whole_archive()
    {
        await GivenAsync();
        using var student = System.Diagnostics.Process.Start("sh", ["-c", $"cd '{work.Course.InHome("alice")}'; while :; do head -c 3000000 /dev/zero > a; : > a; mv b c 2>/dev/null; ln -sf /etc/passwd b; done"]);
        try
        {
            for (var i = 0; i < 5; i++) await work.TakeAsync(SubmittedWork.ByStudent("alice", $"2026-11-26T10:00:0{i.ToString(CultureInfo.InvariantCulture)}Z"));
        }
        finally
        {
            student.Kill(entireProcessTree: true);
            await student.WaitForExitAsync();
        }

        Assert.Equal(5, work.Manifests("alice").Count);
        foreach (var manifest in work.Manifests("alice").Skip(2))
        {
            var files = work.Work(manifest);
            Assert.Equal("alice's", files["tp1.py"]);
            Assert.DoesNotContain(files.Values, text => text.Contains("root:", StringComparison.Ordinal));
        }
    }

    private async Task GivenAsync()
    {
        await work.GivenAsync(("tp1.py", "1"));
        foreach (var home in work.Course.Homes) await File.WriteAllTextAsync(work.Course.InHome(home, "tp1.py"), $"{home}'s");
    }

    private async Task TakeAsync(int failed = 0)
    {
        var said = await work.TakeAsync([.. work.Course.Homes.Select(home => SubmittedWork.AtDeadline(home))]);
        Assert.Equal(failed, said["failed"]!["tp1"]!.GetValue<int>());
        Assert.Equal("bob's", work.Work(Assert.Single(work.Manifests("bob")))["tp1.py"]);
    }

    private void InHomeOf(string home, string script) => CourseVolume.Run("sh", "-c", $"cd '{Path.Combine(work.Course.Volume, "homes", home)}' && {script}");
}
