using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster;

namespace MesoNet.IAaS.ClusterTests.FetchProgram;

/// <summary>The program that fetches data sets, run as it is, against a web server and git repositories at their worst.</summary>
public sealed class FetchProgramTests : IAsyncDisposable
{
    private readonly DataServer server = new();
    private readonly string volume = Directory.CreateTempSubdirectory("mesonet-fetch-").FullName;

    private string Data => Path.Combine(volume, "data");

    private string Message => Path.Combine(volume, "message");

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(volume, recursive: true);
    }

    [Fact]
    public async Task A_file_is_fetched_verified_and_there_for_everybody_to_read()
    {
        server.Content = "a,b\n1,2\n"u8.ToArray();
        var told = await FetchAsync();
        Assert.Equal((8, 1), (told["bytes"]!.GetValue<int>(), told["files"]!.GetValue<int>()));
        Assert.Equal("a,b\n1,2\n", await File.ReadAllTextAsync(Path.Combine(Data, "digits.csv")));
        Assert.True(File.GetUnixFileMode(Path.Combine(Data, "digits.csv")).HasFlag(UnixFileMode.OtherRead));
        Assert.False(Directory.Exists(Path.Combine(volume, ".fetching")));
    }

    [Fact]
    public async Task Repeating_it_changes_nothing_and_asks_nobody()
    {
        server.Content = "data"u8.ToArray();
        var first = await FetchAsync();
        server.Status = 500;
        Assert.Equal(first.ToJsonString(), (await FetchAsync()).ToJsonString());
        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task A_wrong_checksum_leaves_nothing_and_names_the_file_and_both_sums()
    {
        server.Content = "other"u8.ToArray();
        var expected = new string('a', 64);
        var told = await FailAsync("ChecksumMismatch", File_(sha256: expected));
        Assert.Equal((server.Url("digits.csv"), expected, Sha256(server.Content)), ((string)told["file"]!, (string)told["expected"]!, (string)told["found"]!));
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_download_that_is_cut_short_is_resumed_where_it_stopped()
    {
        server.Content = RandomNumberGenerator.GetBytes(3_000_000);
        server.Cuts.Enqueue(1_000_000);
        server.Cuts.Enqueue(500_000);
        await FetchAsync();
        Assert.Equal(3, server.Ranges.Count);
        Assert.Equal("", server.Ranges.First());
        Assert.All(server.Ranges.Skip(1), range => Assert.StartsWith("bytes=", range, StringComparison.Ordinal));
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(Path.Combine(Data, "digits.csv")));
    }

    [Fact]
    public async Task A_server_that_gives_no_parts_is_asked_for_all_again()
    {
        server.Content = RandomNumberGenerator.GetBytes(300_000);
        server.GivesParts = false;
        server.Cuts.Enqueue(100_000);
        await FetchAsync();
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(Path.Combine(Data, "digits.csv")));
    }

    [Fact]
    public async Task A_file_that_changed_between_two_parts_is_fetched_anew()
    {
        server.Content = RandomNumberGenerator.GetBytes(300_000);
        for (var cut = 0; cut < 5; cut++) server.Cuts.Enqueue(10_000);
        await FailAsync("Unreachable");
        server.Content = RandomNumberGenerator.GetBytes(300_000);
        Directory.EnumerateFiles(Path.Combine(volume, ".fetching"), "*.part").ToList().ForEach(part => File.Move(part, Path.Combine(volume, ".fetching", Sha256(server.Content) + ".part")));
        await FetchAsync();
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(Path.Combine(Data, "digits.csv")));
    }

    [Fact]
    public async Task A_connection_that_always_breaks_off_is_told_with_how_far_it_came()
    {
        server.Content = RandomNumberGenerator.GetBytes(300_000);
        server.GivesParts = false;
        for (var cut = 0; cut < 5; cut++) server.Cuts.Enqueue(100_000);
        Assert.Contains("of 300000 bytes", (string)(await FailAsync("Unreachable"))["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "NotFound")]
    [InlineData(403, "NotFound")]
    [InlineData(503, "Unreachable")]
    [InlineData(429, "Unreachable")]
    public async Task What_a_server_refuses_for_good_is_told_apart_from_what_may_pass(int status, string reason)
    {
        server.Status = status;
        Assert.Contains($"{status}", (string)(await FailAsync(reason))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_in_the_middle_and_repeated_it_goes_on_and_nothing_half_was_ever_in_place()
    {
        server.Content = RandomNumberGenerator.GetBytes(4_000_000);
        server.Pause = TimeSpan.FromSeconds(30);
        using (var process = Start(File_()))
        {
            await ClusterFixture.EventuallyAsync(() => Task.FromResult(Parts().Any(part => part.Length > 0)), () => Task.FromResult("nothing was received"));
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.False(Directory.Exists(Data));
        server.Pause = TimeSpan.Zero;
        await FetchAsync();
        Assert.StartsWith("bytes=", server.Ranges.Last(), StringComparison.Ordinal);
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(Path.Combine(Data, "digits.csv")));
    }

    [Fact]
    public async Task What_was_left_half_unpacked_is_unpacked_anew()
    {
        Directory.CreateDirectory(Path.Combine(volume, ".fetching", "tree"));
        await File.WriteAllTextAsync(Path.Combine(volume, ".fetching", "tree", "left-over"), "half");
        server.Content = Tar(Entry("a.txt", "whole"));
        await FetchAsync(File_("tar.gz"));
        Assert.Equal(["a.txt"], Directory.EnumerateFileSystemEntries(Data).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public async Task A_tar_is_unpacked_with_its_folders_and_the_links_that_stay_inside()
    {
        server.Content = Tar(
            Directory_("set"), Entry("set/a b é.txt", "one"), Entry("./set/run.sh", "two", UnixFileMode.UserRead | UnixFileMode.UserExecute),
            Link("set/link", "a b é.txt"), new PaxTarEntry(TarEntryType.HardLink, "set/hard") { LinkName = "set/a b é.txt" });
        await FetchAsync(File_("tar.gz", "v1"));
        var folder = Path.Combine(Data, "v1", "set");
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(folder, "link")));
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(folder, "hard")));
        Assert.True(File.GetUnixFileMode(Path.Combine(folder, "run.sh")).HasFlag(UnixFileMode.OtherExecute));
    }

    public static TheoryData<string> Attacks => ["dotdot", "absolute", "link out", "absolute link", "behind a link", "link through a link", "hard link out", "device", "file over folder"];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task An_archive_that_would_reach_out_of_the_data_set_is_refused(string attack)
    {
        server.Content = Tar(attack switch
        {
            "dotdot" => [Entry("../outside.txt", "x")],
            "absolute" => [Entry("/tmp/mesonet-outside.txt", "x")],
            "link out" => [Link("out", "../../etc")],
            "absolute link" => [Link("out", "/etc/passwd")],
            "behind a link" => [Directory_("real"), Link("alias", "real"), Entry("alias/file.txt", "x")],
            "link through a link" => [Directory_("d"), Link("d/up", ".."), Link("escape", "d/up/../outside")],
            "hard link out" => [new PaxTarEntry(TarEntryType.HardLink, "out") { LinkName = "../message" }],
            "device" => [new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 }],
            _ => [Directory_("a"), Entry("a", "x")],
        });
        await FailAsync("InvalidSource", File_("tar.gz"));
        Assert.False(Directory.Exists(Data));
        Assert.False(File.Exists(Path.Combine(volume, ".fetching", "outside.txt")));
        Assert.False(File.Exists("/tmp/mesonet-outside.txt"));
    }

    [Fact]
    public async Task A_zip_is_unpacked_and_one_that_reaches_out_is_refused()
    {
        server.Content = Zip("set/a.txt");
        await FetchAsync(File_("zip"));
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(Data, "set", "a.txt")));
        Directory.Delete(Data, recursive: true);
        server.Content = Zip("../a.txt");
        await FailAsync("InvalidSource", File_("zip"));
    }

    [Theory]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public async Task What_is_no_archive_is_told(string unpack)
    {
        server.Content = "not an archive at all"u8.ToArray();
        await FailAsync("InvalidSource", File_(unpack));
    }

    [Fact]
    public async Task An_archive_that_swells_beyond_its_volume_is_stopped()
    {
        server.Content = Tar(Entry("zeros", new string('0', 5_000_000)));
        Assert.True(server.Content.Length < 100_000);
        await FailAsync("TooLarge", File_("tar.gz"), limit: 1_000_000);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task An_archive_of_very_many_entries_needs_no_more_memory_than_a_small_one()
    {
        server.Content = Tar(Enumerable.Repeat(Directory_("d"), 400_000));
        // Python itself and what it loads take less than half of it; the entries, were they kept, would take it twice.
        var (exitCode, told) = await RunAsync(File_("tar.gz"), limit: null, "prlimit", "--as=150000000");
        Assert.True(exitCode == 0, told.ToJsonString());
    }

    [Fact]
    public async Task A_zip_archive_with_too_many_entries_is_refused_before_its_list_is_read()
    {
        var end = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(end);
        end.AsSpan(8, 4).Fill(0xff);
        server.Content = [.. "PK\u0006\u0006"u8, .. new byte[28], .. BitConverter.GetBytes(600_000L), .. new byte[16], .. "PK\u0006\u0007"u8, .. new byte[16], .. end];
        Assert.Contains("600000 entries", (string)(await FailAsync("InvalidSource", File_("zip")))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_a_repository_is_fetched_with_its_commit_and_without_its_history()
    {
        var told = await RunGitAsync("mesonet-data", "v1");
        Assert.Matches("^[0-9a-f]{40}$", (string)told["commit"]!);
        // All of it and as it is stored, whatever its attributes say of archives and line ends.
        Assert.Equal([".gitattributes", "a.txt", "b.csv"], Directory.EnumerateFileSystemEntries(Data).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Combine(Data, "a.txt")));
    }

    [Fact]
    public async Task A_folder_that_the_repository_does_not_have_is_told() =>
        Assert.Contains("no folder", (string)(await RunGitAsync("none", "v1"))["detail"]!, StringComparison.Ordinal);

    [Fact]
    public async Task A_ref_that_the_repository_does_not_have_is_told() =>
        Assert.Contains("no branch, tag or commit v2", (string)(await RunGitAsync("mesonet-data", "v2"))["detail"]!, StringComparison.Ordinal);

    // git's own server, over a repository made on the spot.
    private async Task<JsonNode> RunGitAsync(string path, string reference)
    {
        var repository = Path.Combine(volume, "published");
        const string make = "git init -q -b main . && mkdir mesonet-data && echo one > mesonet-data/a.txt && echo two > other.txt && echo three > mesonet-data/b.csv && printf '*.csv export-ignore\\n*.txt text eol=crlf\\n' > mesonet-data/.gitattributes && git add . && git -c user.name=t -c user.email=t@example.org commit -qm data && git tag v1";
        Directory.CreateDirectory(repository);
        using (var made = Process.Start(new ProcessStartInfo("sh", ["-c", make]) { WorkingDirectory = repository })!) await made.WaitForExitAsync();
        var port = FreePorts.Next();
        using var daemon = Process.Start(new ProcessStartInfo("git", ["daemon", "--export-all", "--listen=127.0.0.1", $"--port={port}", $"--base-path={volume}", "--reuseaddr"]) { UseShellExecute = false, RedirectStandardError = true })!;
        try
        {
            await ClusterFixture.EventuallyAsync(() => Task.FromResult(Answers(port)), () => Task.FromResult("git's server does not answer"));
            var source = new JsonObject { ["git"] = new JsonObject { ["repository"] = $"git://127.0.0.1:{port}/published", ["ref"] = reference, ["path"] = path } };
            using var process = Start(source);
            await process.WaitForExitAsync();
            return JsonNode.Parse(await File.ReadAllTextAsync(Message))!;
        }
        finally
        {
            daemon.Kill(entireProcessTree: true);
        }
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private async Task<JsonNode> FetchAsync(JsonObject? source = null)
    {
        var (exitCode, told) = await RunAsync(source ?? File_(), limit: null);
        Assert.True(exitCode == 0, told.ToJsonString());
        return told;
    }

    private async Task<JsonNode> FailAsync(string reason, JsonObject? source = null, long? limit = null)
    {
        var (exitCode, told) = await RunAsync(source ?? File_(), limit);
        Assert.Equal((1, reason), (exitCode, (string?)told["reason"]));
        return told;
    }

    private async Task<(int ExitCode, JsonNode Told)> RunAsync(JsonObject source, long? limit, params string[] wrapper)
    {
        using var process = Start(source, limit, wrapper);
        await process.WaitForExitAsync();
        Assert.True(File.Exists(Message), "The program said nothing.");
        return (process.ExitCode, JsonNode.Parse(await File.ReadAllTextAsync(Message))!);
    }

    private Process Start(JsonObject source, long? limit = null, params string[] wrapper)
    {
        string[] command = [.. wrapper, "python3", "-I", Program()];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[] { ("VOLUME", volume), ("MESSAGE", Message), ("SOURCE", source.ToJsonString()), ("PAUSE", "0.1"), ("LIMIT", $"{limit}"), ("no_proxy", "127.0.0.1") })
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private JsonObject File_(string? unpack = null, string? path = null, string? sha256 = null) => new()
    {
        ["files"] = new JsonArray(new JsonObject
        {
            ["url"] = server.Url(unpack is null ? "digits.csv" : $"set.{unpack}"), ["sha256"] = sha256 ?? Sha256(server.Content), ["unpack"] = unpack, ["path"] = path,
        }),
    };

    private IEnumerable<FileInfo> Parts() => Directory.Exists(Path.Combine(volume, ".fetching")) ? new DirectoryInfo(Path.Combine(volume, ".fetching")).EnumerateFiles("*.part") : [];

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Tar(params IEnumerable<TarEntry> entries)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            foreach (var entry in entries) tar.WriteEntry(entry);
        }

        return packed.ToArray();
    }

    private static PaxTarEntry Entry(string name, string text, UnixFileMode mode = UnixFileMode.UserRead) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), Mode = mode };

    private static PaxTarEntry Directory_(string name) => new(TarEntryType.Directory, name);

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static byte[] Zip(string name)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        using (var writer = new StreamWriter(zip.CreateEntry(name).Open()))
            writer.Write("one");
        return packed.ToArray();
    }

    private static string Program([CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "..", "src", "MesoNet.IAaS.Planning", "Datasets", "fetch-dataset.py");
}
