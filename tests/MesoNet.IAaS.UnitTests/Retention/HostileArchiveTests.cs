using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Retention;

/// <summary>What a student may leave in a home to read others' files, to run something in the Jobs, or to stop the others.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private readonly ArchivedCourse course = new();

    public HostileArchiveTests() => course.InHome("carol", "echo carol > a");

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task Links_to_others_stay_links_and_nothing_behind_them_is_archived_or_deleted()
    {
        course.InHome("alice", "ln -s ../carol c; ln -s ../carol/a d; ln -s /etc etc; ln -s . moi; ln -s moi/moi boucle");
        await RoundAsync();
        Assert.Equal("../carol", new DirectoryInfo(Path.Combine(course.Homes, "alice", "c")).LinkTarget);
        Assert.Equal(5, Directory.GetFileSystemEntries(Path.Combine(course.Homes, "alice")).Length);
        Assert.True(File.Exists("/etc/passwd"));
    }

    [Fact]
    public async Task A_file_that_claims_to_be_enormous_takes_what_it_has()
    {
        course.InHome("alice", "truncate -s 1T vide; truncate -s 1T grand; printf data | dd of=grand bs=1 seek=700000000000 conv=notrunc status=none; truncate -s 4M fin; printf x | dd of=fin bs=1 seek=4194303 conv=notrunc status=none");
        // To read what is not there would take minutes of the processor, of which there is one here.
        course.Bound = ["prlimit", "--cpu=60"];
        await RoundAsync();
        Assert.True(new FileInfo(Path.Combine(course.Archive, "alice.tar.gz")).Length < 100_000);
        Assert.Equal("data", CourseVolume.Run("sh", "-c", $"dd if='{course.Homes}/alice/grand' bs=1 skip=700000000000 count=4 status=none"));
        Assert.Equal("1099511627776 1099511627776 4194304", CourseVolume.Run("sh", "-c", $"cd '{course.Homes}/alice'; echo $(stat -c %s vide grand fin)").Trim());
        Assert.True(int.Parse(CourseVolume.Run("sh", "-c", $"du -sk '{course.Homes}/alice' | cut -f1"), System.Globalization.CultureInfo.InvariantCulture) < 1000);
        Assert.Equal(1099511627776, new FileInfo(Path.Combine(course.Untar("alice"), "home", "grand")).Length);
    }

    [Fact]
    public async Task Pipes_and_sockets_are_named_and_stop_nothing()
    {
        course.InHome("alice", "mkfifo tuyau; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"prise\")'; echo 1 > a");
        await course.ArchiveAsync("alice student01", "carol student03");
        Assert.Equal(["home/prise", "home/tuyau"], course.Manifest("alice")["skipped"]!.AsArray().Select(skipped => skipped!["path"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await course.DeleteAsync("alice student01", "carol student03"))["deleted"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("echo secret > ferme; chmod 000 ferme", "ferme (Permission denied)")]
    [InlineData("mkdir ferme; echo secret > ferme/a; chmod 000 ferme", "ferme (Permission denied)")]
    [InlineData("for i in $(seq 400); do mkdir d; cd d; done; echo 1 > f", "d (it lies deeper than 300 folders)")]
    public async Task What_cannot_be_read_is_told_and_its_home_is_not_deleted_while_the_others_are(string trick, string told)
    {
        course.InHome("alice", trick);
        var said = await course.ArchiveAsync("alice student01", "carol student03");
        Assert.Equal((1, 1), (said["archived"]!.GetValue<int>(), said["failed"]!.GetValue<int>()));
        Assert.Contains(told, said["failures"]![0]!["what"]!.GetValue<string>(), StringComparison.Ordinal);
        said = await course.DeleteAsync("alice student01", "carol student03");
        Assert.Equal((1, 1), (said["deleted"]!.GetValue<int>(), said["failed"]!.GetValue<int>()));
        Assert.True(course.HasHome("alice"));
    }

    [Fact]
    public async Task Many_files_deep_folders_and_closed_ones_are_archived_and_deleted()
    {
        course.InHome("alice", "mkdir plein; cd plein; seq 10000 | xargs touch; cd ..; mkdir lecture; echo 1 > lecture/a; chmod 500 lecture; printf x > $'\\xff\\n\\x1b[31m'; for i in $(seq 280); do mkdir d; cd d; done; echo fond > f");
        await RoundAsync();
        Assert.Equal(10000, Directory.GetFiles(Path.Combine(course.Homes, "alice", "plein")).Length);
    }

    // A hundred thousand take ten seconds of a processor, a million would take more than a minute and a half; the work grows with their number, and nothing of them is held.
    [Fact]
    public async Task A_hundred_thousand_files_are_archived_deleted_and_brought_back_beside_the_others()
    {
        var volume = Path.GetDirectoryName(course.Homes)!;
        using var memory = new Tmpfs(volume, "size=512m,nr_inodes=500000");
        memory.Run($"mkdir -p '{course.Homes}/alice' '{course.Homes}/carol'; echo carol > '{course.Homes}/carol/a'; cd '{course.Homes}/alice'; for i in $(seq 10); do mkdir d$i; (cd d$i; seq 10000 | xargs touch); done");
        string[] students = ["alice student01", "carol student03"];
        Assert.Equal(2, (await RunAsync("archive", students))["archived"]!.GetValue<int>());
        Assert.Equal(2, (await RunAsync("delete", students))["deleted"]!.GetValue<int>());
        Assert.Equal("", memory.Run($"find '{course.Homes}' '{course.Own}/deleting' -mindepth 1").Trim());
        Assert.Equal(100_000, (await RunAsync("restore", ["alice"]))["restored"]!.GetValue<int>());
        Assert.Equal("100000", memory.Run($"find '{course.Homes}/alice' -type f | wc -l").Trim());
        Assert.Equal(1, (await RunAsync("restore", ["carol"]))["restored"]!.GetValue<int>());

        async Task<System.Text.Json.Nodes.JsonNode> RunAsync(string task, string[] arguments)
        {
            var (result, message) = await course.TryRunAsync(task, arguments, memory.Wrapper);
            Assert.True(result.ExitCode == 0, message + result.Errors);
            return System.Text.Json.Nodes.JsonNode.Parse(message)!;
        }
    }

    [Fact]
    public async Task A_repository_with_hooks_runs_nothing_and_no_set_user_bit_comes_back()
    {
        var mark = Path.Combine(course.Folder, "mark");
        course.InHome("alice", $"git init --quiet r; printf '#!/bin/sh\\ntouch {mark}\\n' > r/.git/hooks/post-checkout; chmod 6777 r/.git/hooks/post-checkout; printf 'import os; os.system(\"touch {mark}\")' > tarfile.py; cp tarfile.py sitecustomize.py");
        await RoundAsync();
        Assert.False(File.Exists(mark));
        Assert.Equal("755", CourseVolume.Run("stat", "-c", "%a", Path.Combine(course.Homes, "alice", "r", ".git", "hooks", "post-checkout")).Trim());
    }

    [Theory]
    [InlineData("home/../../../bad", null)]
    [InlineData("home//bad", null)]
    [InlineData("home/x/bad", "home/x")]
    public async Task An_archive_that_leads_elsewhere_is_not_laid_out(string name, string? link)
    {
        course.InHome("alice", "echo 1 > a");
        await course.ArchiveAsync("alice student01");
        await course.DeleteAsync("alice student01");
        // As nobody but the program writes them; should somebody all the same.
        await File.WriteAllTextAsync(Path.Combine(course.Folder, "evil.py"), $$"""
            import hashlib, io, json, sys, tarfile
            with tarfile.open("alice.tar.gz", "w:gz") as tar:
                link = {{(link is null ? "None" : $"\"{link}\"")}}
                if link:
                    info = tarfile.TarInfo(link); info.type = tarfile.SYMTYPE; info.linkname = "{{course.Folder}}"; tar.addfile(info)
                info = tarfile.TarInfo("{{name}}"); info.size = 1; tar.addfile(info, io.BytesIO(b"x"))
            first, rest = open("alice.json").read().split("\n", 1)
            about = json.loads(first + "]}")
            about["archive"]["sha256"] = hashlib.sha256(open("alice.tar.gz", "rb").read()).hexdigest()
            open("alice.json", "w").write(json.dumps(about)[:-2] + "\n" + rest)
            """);
        CourseVolume.Run("sh", "-c", $"cd '{course.Archive}' && python3 ../evil.py");
        Assert.Contains(await course.FailAsync("restore", "alice"), new[] { "ArchiveDamaged", "VolumeNotWritable" });
        Assert.DoesNotContain(Directory.GetFiles(course.Folder, "bad", SearchOption.AllDirectories), path => !path.Contains("/.mesonet/restoring/", StringComparison.Ordinal));
        Assert.False(course.HasHome("alice"));
    }

    /// <summary>Archives and deletes all, and brings alice's home back: it is the same, and carol's was archived beside it.</summary>
    private async Task RoundAsync()
    {
        var before = ArchivedCourse.Snapshot(Path.Combine(course.Homes, "alice"));
        Assert.Equal(2, (await course.ArchiveAsync("alice student01", "carol student03"))["archived"]!.GetValue<int>());
        Assert.Equal(2, (await course.DeleteAsync("alice student01", "carol student03"))["deleted"]!.GetValue<int>());
        Assert.Empty(Directory.GetFileSystemEntries(course.Homes));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(course.Own, "deleting")));
        await course.RestoreAsync("alice");
        await course.RestoreAsync("carol");
        Assert.Equal("carol\n", await File.ReadAllTextAsync(Path.Combine(course.Homes, "carol", "a")));
        // But for the bits that nobody gets back.
        Assert.Equal(Bounded(before), Bounded(ArchivedCourse.Snapshot(Path.Combine(course.Homes, "alice"))));
    }

    private static string Bounded(string snapshot) => snapshot.Replace(" 6777 ", " 755 ", StringComparison.Ordinal);
}
