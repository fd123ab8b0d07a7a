namespace MesoNet.IAaS.UnitTests.Retention;

/// <summary>The program that archives, deletes and restores, on folders.</summary>
public sealed class ArchiveProgramTests : IDisposable
{
    private const string Everything =
        "mkdir -p 'données d été/vide' .git/objects; echo print > tp1.py; chmod 750 tp1.py; ln -s tp1.py lien; ln -s /nowhere mort; ln tp1.py dur; printf x > $'\\xff\\n'; " +
        "head -c 300000 /dev/urandom > hasard; head -c 1024 /dev/urandom > .git/objects/ab; touch rien; touch -d '2026-11-01 10:00:00' vieux; mkdir $(printf 'l%.0s' {1..200}); touch $(printf 'l%.0s' {1..200})/$(printf 'm%.0s' {1..200})";

    private readonly ArchivedCourse course = new();

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task A_home_comes_back_as_it_was_and_any_tar_reads_its_archive()
    {
        course.InHome("alice", Everything);
        Directory.CreateDirectory(Path.Combine(course.Submissions, "submissions", "tp1", "alice"));
        await File.WriteAllTextAsync(Path.Combine(course.Submissions, "submissions", "tp1", "alice", "rendu.py"), "rendu");
        var before = ArchivedCourse.Snapshot(Path.Combine(course.Homes, "alice"));
        Assert.Equal(1, (await course.ArchiveAsync("alice student01"))["archived"]!.GetValue<int>());

        var untarred = course.Untar("alice");
        Assert.Equal(before, ArchivedCourse.Snapshot(Path.Combine(untarred, "home")));
        Assert.Equal("rendu", await File.ReadAllTextAsync(Path.Combine(untarred, "submissions", "tp1", "rendu.py")));
        Assert.Equal("student01", course.Manifest("alice")["login"]!.GetValue<string>());

        Assert.Equal(1, (await course.DeleteAsync("alice student01"))["deleted"]!.GetValue<int>());
        Assert.False(course.HasHome("alice"));
        Assert.False(Path.Exists(Path.Combine(course.Submissions, "submissions", "tp1", "alice")));
        Assert.Equal("", (await course.RestoreAsync("alice"))["into"]!.GetValue<string>());
        Assert.Equal(before, ArchivedCourse.Snapshot(Path.Combine(course.Homes, "alice")));

        // Once more, beside what is there now.
        Assert.Equal("restaure-2027-05-03", (await course.RestoreAsync("alice"))["into"]!.GetValue<string>());
        Assert.Equal("restaure-2027-05-03-2", (await course.RestoreAsync("alice"))["into"]!.GetValue<string>());
        Assert.Equal(before, ArchivedCourse.Snapshot(Path.Combine(course.Homes, "alice", "restaure-2027-05-03")));
        Assert.Equal("print\n", await File.ReadAllTextAsync(Path.Combine(course.Homes, "alice", "tp1.py")));
    }

    [Fact]
    public async Task The_manifest_says_of_each_file_what_it_was()
    {
        course.InHome("alice", "printf abc > a; ln -s a b; mkdir c");
        await course.ArchiveAsync("alice student01");
        var files = course.Manifest("alice")["files"]!.AsArray().ToDictionary(file => file!["path"]!.GetValue<string>(), file => file!);
        Assert.Equal(["home/a", "home/b", "home/c"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", files["home/a"]["sha256"]!.GetValue<string>());
        Assert.Equal("a", files["home/b"]["link"]!.GetValue<string>());
        Assert.Equal((await Sha256Async(Path.Combine(course.Archive, "alice.tar.gz"))), course.Manifest("alice")["archive"]!["sha256"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("rm '{0}/alice.json'")]
    [InlineData("rm '{0}/alice.tar.gz'")]
    [InlineData("printf x | dd of='{0}/alice.tar.gz' bs=1 seek=30 conv=notrunc status=none")]
    [InlineData("truncate -s -1 '{0}/alice.tar.gz'")]
    public async Task A_home_without_the_archive_that_was_verified_is_not_deleted(string damage)
    {
        course.InHome("alice", "echo 1 > a");
        course.InHome("bob", "echo 2 > b");
        await course.ArchiveAsync("alice student01", "bob student02");
        Materials.CourseVolume.Run("sh", "-c", string.Format(System.Globalization.CultureInfo.InvariantCulture, damage, course.Archive));
        var said = await course.DeleteAsync("alice student01", "bob student02");
        Assert.Equal((1, 1), (said["deleted"]!.GetValue<int>(), said["failed"]!.GetValue<int>()));
        Assert.True(course.HasHome("alice"));
        Assert.False(course.HasHome("bob"));
        // It is made again.
        await course.ArchiveAsync("alice student01", "bob student02");
        Assert.Equal(2, (await course.DeleteAsync("alice student01", "bob student02"))["deleted"]!.GetValue<int>());
        Assert.False(course.HasHome("alice"));
    }

    [Theory]
    [InlineData("echo 22 > a")]
    [InlineData("echo 3 > neuf")]
    [InlineData("rm a")]
    [InlineData("mkdir d")]
    public async Task A_home_that_was_changed_since_is_not_deleted_before_it_is_archived_again(string change)
    {
        course.InHome("alice", "echo 1 > a");
        await course.ArchiveAsync("alice student01");
        course.InHome("alice", change);
        Assert.Equal(1, (await course.DeleteAsync("alice student01"))["changed"]!.GetValue<int>());
        Assert.True(course.HasHome("alice"));
        await course.ArchiveAsync("alice student01");
        Assert.Equal(1, (await course.DeleteAsync("alice student01"))["deleted"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_archive_of_a_home_that_was_deleted_is_never_written_over()
    {
        course.InHome("alice", "echo first > a");
        await course.ArchiveAsync("alice student01");
        await course.DeleteAsync("alice student01");
        // A fresh copy, of the next validity, or of another course of this name.
        course.InHome("alice", "echo second > a");
        await course.ArchiveAsync("alice student01");
        course.Course = "uid-2";
        course.InHome("alice", "echo third > a");
        var made = course.Manifest("alice");
        // Two archives of one second would have one name.
        made["made"] = "20270601T000000Z";
        await File.WriteAllTextAsync(Path.Combine(course.Archive, "alice.json"), made.ToJsonString(new() { WriteIndented = false }).Replace("\"files\":[", "\"files\":[\n", StringComparison.Ordinal) + "\n");
        await course.ArchiveAsync("alice student01");
        var older = (await course.RestoreAsync("alice"))["older"]!.AsArray().Select(name => name!.GetValue<string>()).ToList();
        Assert.Equal(2, older.Count);
        Assert.Equal("third", Read("a"));
        await course.RestoreAsync("alice", older[0]);
        await course.RestoreAsync("alice", older[1]);
        Assert.Equal(["second", "first"], new[] { Read("restaure-2027-05-03-2/a"), Read("restaure-2027-05-03-3/a") });

        string Read(string path) => File.ReadAllText(Path.Combine(course.Homes, "alice", path)).Trim();
    }

    [Fact]
    public async Task Who_is_no_longer_on_the_roster_is_archived_too()
    {
        course.InHome("gone", "echo 1 > a");
        Assert.Equal(1, (await course.ArchiveAsync("alice student01"))["archived"]!.GetValue<int>());
        Assert.Equal(1, (await course.DeleteAsync("alice student01"))["deleted"]!.GetValue<int>());
        Assert.Equal("NoArchive", await course.FailAsync("restore", "alice"));
        Assert.Equal(1, (await course.RestoreAsync("gone"))["restored"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_archive_volume_that_is_full_is_told_and_nothing_is_deleted()
    {
        Assert.SkipUnless(Environment.UserName == "root", "A small volume needs the right to mount one.");
        course.InHome("alice", "head -c 3000000 /dev/urandom > grand");
        course.InHome("bob", "echo 1 > petit");
        var (result, message) = await course.TryRunAsync(
            "archive",
            ["alice student01", "bob student02"],
            ["unshare", "-m", "sh", "-c", $"mount -t tmpfs -o size=1m tmpfs '{course.Archive}' && \"$@\"; code=$?; ls '{course.Archive}'; exit $code", "sh"]);
        Assert.True(result.ExitCode == 1, message + result.Errors);
        Assert.Contains("ArchiveFull", message, StringComparison.Ordinal);
        Assert.Contains("1 of 2 are archived", message, StringComparison.Ordinal);
        Assert.Equal("bob.json\nbob.tar.gz\n", result.Output);
        Assert.True(course.HasHome("alice"));
    }

    [Fact]
    public async Task A_restore_that_finds_no_room_leaves_none_taken()
    {
        Assert.SkipUnless(Environment.UserName == "root", "A small volume needs the right to mount one.");
        course.InHome("alice", "for i in 1 2 3 4; do mkdir d$i; head -c 1000000 /dev/urandom > d$i/grand; done");
        await course.ArchiveAsync("alice student01");
        await course.DeleteAsync("alice student01");
        var volume = Path.GetDirectoryName(course.Homes)!;
        var (result, message) = await course.TryRunAsync(
            "restore", ["alice"], ["unshare", "-m", "sh", "-c", $"mount -t tmpfs -o size=3m tmpfs '{volume}' && \"$@\"; code=$?; find '{volume}' -mindepth 3; exit $code", "sh"]);
        Assert.True(result.ExitCode == 1, message + result.Errors);
        Assert.Contains("VolumeFull", message, StringComparison.Ordinal);
        Assert.DoesNotContain("/home", result.Output, StringComparison.Ordinal);
        Assert.Equal(4, (await course.RestoreAsync("alice"))["restored"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_a_killed_restore_left_is_removed_by_the_next_one_whosever_it_is()
    {
        course.InHome("alice", "echo 1 > a");
        course.InHome("bob", "echo 2 > b");
        string[] students = ["alice student01", "bob student02"];
        await course.ArchiveAsync(students);
        await course.DeleteAsync(students);
        var restoring = Path.Combine(course.Own, "restoring");
        var killedAt = 1;
        do Assert.True(await course.TryKillAsync("restore", ["bob"], killedAt++), "It was never killed while it laid the home out.");
        while (!File.Exists(Path.Combine(restoring, "bob", "home", "b")));
        await course.RestoreAsync("alice");
        Assert.Empty(Directory.GetFileSystemEntries(restoring));
    }

    private static async Task<string> Sha256Async(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(path)));
}
