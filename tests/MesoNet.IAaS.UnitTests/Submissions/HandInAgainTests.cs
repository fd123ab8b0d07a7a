using System.Text.Json.Nodes;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>A student may hand in as often as they like; only the last few archives stay, and nothing that may count goes.</summary>
public sealed class HandInAgainTests : IDisposable
{
    private readonly SubmittedWork work = new();

    public void Dispose() => work.Dispose();

    [Theory]
    [InlineData("submissions", "2026-11-26T10:00:0")]
    [InlineData("late", "2026-11-28T10:00:0")]
    public async Task Of_ten_the_last_three_archives_stay_and_every_manifest(string kind, string at)
    {
        await work.GivenAsync(("tp1.py", "1"));
        for (var press = 0; press < 10; press++) await HandInAsync($"press {press}", $"{at}{press}Z");

        var manifests = work.Manifests("alice", kind);
        Assert.Equal(10, manifests.Count);
        Assert.All(manifests.Take(7), manifest =>
        {
            Assert.Null(manifest["archive"]);
            // What it was can still be proven.
            Assert.Equal(64, manifest["superseded"]!["sha256"]!.GetValue<string>().Length);
            Assert.Single(manifest["files"]!.AsArray());
        });
        Assert.Equal(["press 7", "press 8", "press 9"], manifests.Skip(7).Select(manifest => work.Work(manifest)["tp1.py"]));
        Assert.Equal(3, Directory.GetFiles(work.PlaceOf("alice", kind), "*.tar.gz").Length);
        Assert.Equal("press 9", Text((await work.CollectAsync())[$"{kind}/alice/work.tar.gz"]));
        // Once more, and nothing changes.
        await work.TakeAsync(SubmittedWork.ByStudent("alice", $"{at}9Z"));
        Assert.Equal(3, Directory.GetFiles(work.PlaceOf("alice", kind), "*.tar.gz").Length);
    }

    [Fact]
    public async Task Ten_large_ones_of_one_student_leave_the_others_room_on_a_volume_that_would_hold_five()
    {
        await work.GivenAsync(("tp1.py", "1"));
        var large = new byte[1_000_000];
        using var small = new Tmpfs(work.Submissions, "size=5m");
        for (var press = 0; press < 10; press++)
        {
            new Random(press).NextBytes(large);
            await File.WriteAllBytesAsync(work.Course.InHome("alice", "grand.bin"), large);
            await TakeAsync(SubmittedWork.ByStudent("alice", $"2026-11-26T10:00:0{press}Z"));
        }

        await TakeAsync(SubmittedWork.ByStudent("bob", "2026-11-26T10:01:00Z"), SubmittedWork.AtDeadline("carol"));

        async Task TakeAsync(params string[] due)
        {
            var (result, message) = await work.TryTakeAsync(due, small.Wrapper);
            Assert.True(result.ExitCode == 0, message + result.Errors);
        }
    }

    [Fact]
    public async Task What_the_deadline_took_and_what_others_handed_in_stays()
    {
        await work.GivenAsync(("tp1.py", "1"));
        await work.TakeAsync(SubmittedWork.AtDeadline("alice"), SubmittedWork.ByStudent("bob", "2026-11-25T10:00:00Z"));
        for (var press = 0; press < 5; press++) await HandInAsync($"late {press}", $"2026-11-28T10:00:0{press}Z");
        Assert.Equal("1", work.Work(Assert.Single(work.Manifests("alice")))["tp1.py"]);
        Assert.Equal("1", work.Work(Assert.Single(work.Manifests("bob")))["tp1.py"]);
    }

    [Fact]
    public async Task What_came_late_and_is_in_time_since_the_deadline_was_moved_is_counted_with_those_in_time()
    {
        await work.GivenAsync(("tp1.py", "1"));
        for (var press = 0; press < 4; press++) await HandInAsync($"late {press}", $"2026-11-28T10:00:0{press}Z");
        // The teacher grants two days more; in them the student hands in once.
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "extended");
        await work.TakeAsync("tp1 2026-11-29T22:59:00Z extended 2026-11-29T10:00:00Z alice alice@lab");
        Assert.Equal(["late 2", "late 3"], Whole("late"));
        Assert.Equal(["extended"], Whole("submissions"));
        // And late again: three of each.
        for (var press = 0; press < 4; press++)
        {
            await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), $"later {press}");
            await work.TakeAsync($"tp1 2026-11-29T22:59:00Z extended 2026-11-30T10:00:0{press}Z alice alice@lab");
        }

        Assert.Equal(["late 2", "late 3", "later 1", "later 2", "later 3"], Whole("late"));
        Assert.Equal(["extended"], Whole("submissions"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_came_late_and_is_brought_within_the_deadline_by_an_extension_counts(bool hadHandedIn)
    {
        await work.GivenAsync(("tp1.py", "1"));
        if (hadHandedIn) await HandInAsync("early", "2026-11-27T22:50:00Z");
        await work.TakeAsync(SubmittedWork.AtDeadline("alice"));
        await HandInAsync("late", "2026-11-27T23:10:00Z");
        Assert.Equal((hadHandedIn ? "early" : "1", "late"), await CollectedAsync());

        // The teacher grants until the next day, the student does nothing more, and it passes.
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "not meant to be seen");
        await work.TakeAsync(SubmittedWork.AtDeadline("alice", "2026-11-28T22:59:00Z", extended: true));
        var collected = await work.CollectAsync();
        Assert.Equal("late", Text(collected["submissions/alice/work.tar.gz"]));
        Assert.DoesNotContain(collected.Keys, name => name.StartsWith("late/", StringComparison.Ordinal));
        var manifest = JsonNode.Parse(collected["submissions/alice/manifest.json"])!;
        Assert.Equal((false, true), (manifest["late"]!.GetValue<bool>(), manifest["extended"]!.GetValue<bool>()));
        Assert.Equal(("2026-11-28T22:59:00Z", SubmittedWork.Deadline), (manifest["deadline"]!.GetValue<string>(), manifest["deadlineThen"]!.GetValue<string>()));

        // What comes later than that is late, and changes nothing of it, though the extension be withdrawn by then.
        await HandInAsync("later", "2026-11-30T10:00:00Z");
        Assert.Equal(("late", "later"), await CollectedAsync());
    }

    [Fact]
    public async Task What_came_late_after_an_extension_was_withdrawn_stays_late()
    {
        await work.GivenAsync(("tp1.py", "1"));
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), "within the extension");
        await work.TakeAsync("tp1 2026-11-29T22:59:00Z extended 2026-11-28T10:00:00Z alice alice@lab");
        await HandInAsync("after it was withdrawn", "2026-11-28T12:00:00Z");
        Assert.Equal(("within the extension", "after it was withdrawn"), await CollectedAsync());
    }

    [Fact]
    public async Task A_deadline_that_is_moved_for_everybody_has_room_for_what_came_before_it_only()
    {
        await work.GivenAsync(("tp1.py", "1"));
        await work.TakeAsync(SubmittedWork.AtDeadline("alice"));
        await HandInAsync("ten minutes", "2026-11-27T23:09:00Z");
        await HandInAsync("two hours", "2026-11-28T00:59:00Z");
        await work.TakeAsync(SubmittedWork.AtDeadline("alice", "2026-11-27T23:29:00Z"));
        Assert.Equal(("ten minutes", "two hours"), await CollectedAsync());
    }

    [Fact]
    public async Task A_manifest_of_very_many_files_is_short_once_its_archive_is_gone()
    {
        await work.GivenAsync(("tp1.py", "1"));
        CourseVolume.Run("sh", "-c", $"cd '{work.Course.InHome("alice")}' && mkdir many && cd many && seq 1 600 | xargs touch");
        for (var press = 0; press < 4; press++) await HandInAsync($"press {press}", $"2026-11-26T10:00:0{press}Z");
        var first = work.Manifests("alice")[0];
        Assert.True(first["listsLeftOut"]!.GetValue<bool>());
        Assert.Empty(first["files"]!.AsArray());
        Assert.Equal(601, first["changedFiles"]!.GetValue<int>());
        Assert.Equal(601, work.Manifests("alice")[1]["files"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_piece_of_work_whose_archive_is_gone_is_told_and_the_others_are_collected()
    {
        await work.GivenAsync(("tp1.py", "1"));
        await work.TakeAsync([.. work.Course.Homes.Select(home => SubmittedWork.AtDeadline(home))]);
        File.Delete(Assert.Single(Directory.GetFiles(work.PlaceOf("alice"), "*.tar.gz")));
        var collected = await work.CollectAsync();
        Assert.Equal("its archive is no longer there", JsonNode.Parse(collected["submissions/alice/manifest.json"])!["error"]!.GetValue<string>());
        Assert.DoesNotContain("submissions/alice/work.tar.gz", collected.Keys);
        Assert.Contains("submissions/bob/work.tar.gz", collected.Keys);
    }

    private async Task<(string InTime, string Late)> CollectedAsync()
    {
        var collected = await work.CollectAsync();
        return (Text(collected["submissions/alice/work.tar.gz"]), Text(collected["late/alice/work.tar.gz"]));
    }

    private static string Text(byte[] archive) => SubmittedWork.Unpack(new MemoryStream(archive))["tp1.py"];

    private IEnumerable<string> Whole(string kind) => work.Manifests("alice", kind).Where(manifest => manifest["archive"] is not null).Select(manifest => work.Work(manifest)["tp1.py"]);

    private async Task HandInAsync(string text, string at)
    {
        await File.WriteAllTextAsync(work.Course.InHome("alice", "tp1.py"), text);
        await work.TakeAsync(SubmittedWork.ByStudent("alice", at));
    }
}
