using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>What the hand-in Job takes, when it counts, and what a teacher gets of it.</summary>
public sealed class HandInTests : IDisposable
{
    private readonly SubmittedWork work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public async Task At_the_deadline_the_folder_is_taken_with_a_manifest_of_each_file()
    {
        var commit = "";
        await work.GivenAsync(("tp1.py", "1"), ("tp2.py", "2"), ("sous/é t.py", "3"), ("vieux.py", "4"));
        commit = work.Course.Git("rev-parse", "HEAD").Trim();
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "the answer");
        await File.WriteAllTextAsync(work.Course.InHome("alice", "compte-rendu.md"), "fini");
        File.Delete(work.Course.InHome("alice", "vieux.py"));

        var said = await work.TakeAsync(SubmittedWork.AtDeadline("alice"), SubmittedWork.AtDeadline("bob", "2026-11-29T11:00:00Z", extended: true));
        Assert.Equal(2, said["students"]!["tp1"]!.GetValue<int>());
        Assert.Equal(0, said["failed"]!["tp1"]!.GetValue<int>());

        var manifest = Assert.Single(work.Manifests("alice"));
        Assert.Equal(("alice@lab", "deadline", false, commit), (Text(manifest, "login"), Text(manifest, "by"), manifest["late"]!.GetValue<bool>(), Text(manifest["base"]!, "commit")));
        Assert.Equal(3, manifest["changedFiles"]!.GetValue<int>());
        Assert.Equal("vieux.py", Assert.Single(manifest["deleted"]!.AsArray())!.GetValue<string>());
        var changes = manifest["files"]!.AsArray().ToDictionary(file => Text(file!, "path"), file => Text(file!, "change"));
        Assert.Equal(
            new Dictionary<string, string> { ["compte-rendu.md"] = "new", ["sous/é t.py"] = "same", ["tp1.py"] = "changed", ["tp2.py"] = "same" }, changes);
        Assert.Equal(
            new Dictionary<string, string> { ["compte-rendu.md"] = "fini", ["sous/é t.py"] = "3", ["tp1.py"] = "the answer", ["tp2.py"] = "2" }, work.Work(manifest));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("fini"u8)), Text(manifest["files"]!.AsArray().Single(file => Text(file!, "path") == "compte-rendu.md")!, "sha256"));
        var archive = await File.ReadAllBytesAsync(Path.Combine(work.PlaceOf("alice"), Text(manifest["archive"]!, "file")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(archive)), Text(manifest["archive"]!, "sha256"));
        Assert.True(Assert.Single(work.Manifests("bob"))["extended"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Taken_once_it_stays_what_it_was()
    {
        await work.GivenAsync(("tp1.py", "1"));
        await work.TakeAsync(SubmittedWork.AtDeadline("alice"));
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "too late");
        var said = await work.TakeAsync(SubmittedWork.AtDeadline("alice"));
        Assert.Equal(1, said["students"]!["tp1"]!.GetValue<int>());
        Assert.Equal("1", work.Work(Assert.Single(work.Manifests("alice")))["tp1.py"]);
    }

    [Fact]
    public async Task The_last_that_a_student_hands_in_before_the_deadline_counts_and_what_comes_after_is_late()
    {
        await work.GivenAsync(("tp1.py", "1"));
        await HandInAsync("first", "2026-11-25T10:00:00Z");
        await HandInAsync("second", "2026-11-26T10:00:00Z");
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "not meant to be seen");
        await work.TakeAsync(SubmittedWork.AtDeadline("alice"), SubmittedWork.AtDeadline("bob"));
        await HandInAsync("late", "2026-11-28T10:00:00Z");

        Assert.Equal(3, work.Manifests("alice").Count);
        Assert.True(Assert.Single(work.Manifests("alice", "late"))["late"]!.GetValue<bool>());
        var collected = await work.CollectAsync();
        Assert.Equal(
            ["late/alice/changes.diff", "late/alice/manifest.json", "late/alice/work.tar.gz", "submissions/alice/changes.diff", "submissions/alice/manifest.json",
             "submissions/alice/work.tar.gz", "submissions/bob/changes.diff", "submissions/bob/manifest.json", "submissions/bob/work.tar.gz"],
            collected.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("second", SubmittedWork.Unpack(new MemoryStream(collected["submissions/alice/work.tar.gz"]))["tp1.py"]);
        Assert.Equal("late", SubmittedWork.Unpack(new MemoryStream(collected["late/alice/work.tar.gz"]))["tp1.py"]);
        Assert.Equal("1", SubmittedWork.Unpack(new MemoryStream(collected["submissions/bob/work.tar.gz"]))["tp1.py"]);

        async Task HandInAsync(string text, string at)
        {
            await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), text);
            await work.TakeAsync(SubmittedWork.ByStudent("alice", at));
        }
    }

    [Fact]
    public async Task The_diff_is_against_what_the_student_was_given_and_of_a_notebooks_cells()
    {
        await work.GivenAsync(("tp1.py", "one\n"), ("tp1.ipynb", Notebook("x = 1", "")), ("tp2.ipynb", Notebook("y = 1", "")));
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "two\n");
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.ipynb"), Notebook("x = 42", "an output"));
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp2.ipynb"), Notebook("y = 1", "only run"));
        await work.TakeAsync(SubmittedWork.AtDeadline("alice"));

        // Another version since: the base is what this student had.
        work.Course.Teach(() => work.Course.Write("tp1.py", "three\n"));
        await work.Course.RunAsync();
        var diff = Encoding.UTF8.GetString((await work.CollectAsync())["submissions/alice/changes.diff"]);
        Assert.Contains("-one\n+two\n", diff, StringComparison.Ordinal);
        Assert.Contains("-x = 1\n+x = 42\n", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("output", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("tp2", diff, StringComparison.Ordinal);
        Assert.Equal("ran", Text(Assert.Single(work.Manifests("alice"))["files"]!.AsArray().Single(file => Text(file!, "path") == "tp2.ipynb")!, "change"));
    }

    [Fact]
    public async Task Who_has_no_folder_any_more_is_told_and_the_others_are_taken()
    {
        await work.GivenAsync(("tp1.py", "1"));
        Directory.Delete(work.Course.InHome("alice"), recursive: true);
        var said = await work.TakeAsync(SubmittedWork.AtDeadline("alice"), SubmittedWork.AtDeadline("bob"), SubmittedWork.AtDeadline("nobody"));
        Assert.Equal((1, 2), (said["students"]!["tp1"]!.GetValue<int>(), said["failed"]!["tp1"]!.GetValue<int>()));
        Assert.Equal(
            ["alice: there is no folder cours in the home", "nobody: there is no folder cours in the home"],
            said["failures"]!.AsArray().Select(failure => $"{Text(failure!, "seat")}: {Text(failure!, "what")}").Order(StringComparer.Ordinal));
        Assert.Equal("there is no folder cours in the home", Text(JsonNode.Parse((await work.CollectAsync())["submissions/alice/manifest.json"])!, "error"));
    }

    [Fact]
    public async Task What_may_pass_is_not_final_and_is_taken_the_next_time()
    {
        await work.GivenAsync(("tp1.py", "1"));
        CourseVolume.Run("sh", "-c", $"cd '{work.Course.InHome("alice")}' && for i in $(seq 1 50); do mkdir d && cd d; done && echo deep > file");
        string[] due = [SubmittedWork.AtDeadline("alice", "2100-01-01T00:00:00Z"), SubmittedWork.AtDeadline("bob", "2100-01-01T00:00:00Z")];
        // A machine that has too few open files left for it.
        var (result, message) = await work.TryTakeAsync(due, ["sh", "-c", "ulimit -n 40 && exec \"$@\"", "sh"]);
        Assert.Equal(1, result.ExitCode);
        var said = JsonNode.Parse(message)!;
        Assert.Equal("SomeMissing", Text(said, "reason"));
        Assert.Equal("alice@lab for tp1 (Too many open files)", Text(said, "detail"));
        Assert.True(Assert.Single(said["failures"]!.AsArray())!["again"]!.GetValue<bool>());
        Assert.Empty(work.Manifests("alice"));

        // Nobody else waits for her.
        Assert.Single(work.Manifests("bob"));

        await work.TakeAsync(due);
        Assert.Equal(2, work.Work(Assert.Single(work.Manifests("alice"))).Count);
        Assert.Single(work.Manifests("bob"));
    }

    [Theory]
    [InlineData("2000-01-01T00:00:00Z", 1)]
    [InlineData("2100-01-01T00:00:00Z", 0)]
    public async Task What_was_changed_after_the_deadline_is_counted(string deadline, int changed)
    {
        await work.GivenAsync(("tp1.py", "1"), ("tp2.py", "2"));
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "the answer");
        // A student may say that a file is old.
        File.SetLastWriteTimeUtc(work.Course.InHome("alice", "tp1.py"), new(1999, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await work.TakeAsync(SubmittedWork.AtDeadline("alice", deadline));
        Assert.Equal(changed, Assert.Single(work.Manifests("alice"))["changedAfterDeadline"]!.GetValue<int>());
    }

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();

    private static string Notebook(string source, string output) => new JsonObject
    {
        ["cells"] = new JsonArray(new JsonObject
        {
            ["cell_type"] = "code", ["source"] = source, ["execution_count"] = output.Length,
            ["outputs"] = new JsonArray(new JsonObject { ["text"] = output }),
        }),
        ["nbformat"] = 4,
    }.ToJsonString();
}
