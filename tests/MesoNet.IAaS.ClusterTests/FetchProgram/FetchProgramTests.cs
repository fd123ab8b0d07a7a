using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MesoNet.IAaS.ClusterTests.FetchProgram;

/// <summary>The program that fetches data sets, run as it is, against a web server at its worst.</summary>
public sealed class FetchProgramTests : IAsyncDisposable
{
    private readonly DataServer server = new();
    private readonly FetchingProgram program = new();

    private string Data => program.Data;

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        program.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_verified_and_there_for_everybody_to_read()
    {
        server.Content = "a,b\n1,2\n"u8.ToArray();
        var told = await FetchAsync();
        Assert.Equal((8, 1), (told["bytes"]!.GetValue<int>(), told["files"]!.GetValue<int>()));
        Assert.Equal("a,b\n1,2\n", await File.ReadAllTextAsync(Path.Combine(Data, "digits.csv")));
        Assert.True(File.GetUnixFileMode(Path.Combine(Data, "digits.csv")).HasFlag(UnixFileMode.OtherRead));
        Assert.False(Directory.Exists(Path.Combine(program.Volume, ".fetching")));
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
        Assert.Equal((server.Url("digits.csv"), expected, Sha256(server.Content), 5), ((string)told["file"]!, (string)told["expected"]!, (string)told["found"]!, (int)told["bytes"]!));
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
        Directory.EnumerateFiles(Path.Combine(program.Volume, ".fetching"), "*.part").ToList().ForEach(part => File.Move(part, Path.Combine(program.Volume, ".fetching", Sha256(server.Content) + ".part")));
        await FetchAsync();
        Assert.Equal(server.Content, await File.ReadAllBytesAsync(Path.Combine(Data, "digits.csv")));
    }

    [Fact]
    public async Task A_connection_that_always_breaks_off_is_told_with_how_far_it_came()
    {
        server.Content = RandomNumberGenerator.GetBytes(300_000);
        server.GivesParts = false;
        for (var cut = 0; cut < 5; cut++) server.Cuts.Enqueue(100_000);
        var told = await FailAsync("Unreachable");
        Assert.Contains("of 300000 bytes", (string)told["detail"]!, StringComparison.Ordinal);
        // What had come stays, and is gone on from.
        Assert.InRange((int)told["bytes"]!, 1, 299_999);
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
        using (var process = program.Start(File_()))
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
        Directory.CreateDirectory(Path.Combine(program.Volume, ".fetching", "tree"));
        await File.WriteAllTextAsync(Path.Combine(program.Volume, ".fetching", "tree", "left-over"), "half");
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
        Assert.False(File.Exists(Path.Combine(program.Volume, ".fetching", "outside.txt")));
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
        var (exitCode, told) = await program.RunAsync(File_("tar.gz"), limit: null, "prlimit", "--as=150000000");
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

    private Task<JsonNode> FetchAsync(JsonObject? source = null) => program.FetchAsync(source ?? File_());

    private Task<JsonNode> FailAsync(string reason, JsonObject? source = null, long? limit = null) => program.FailAsync(reason, source ?? File_(), limit);

    private JsonObject File_(string? unpack = null, string? path = null, string? sha256 = null) => new()
    {
        ["files"] = new JsonArray(new JsonObject
        {
            ["url"] = server.Url(unpack is null ? "digits.csv" : $"set.{unpack}"), ["sha256"] = sha256 ?? Sha256(server.Content), ["unpack"] = unpack, ["path"] = path,
        }),
    };

    private IEnumerable<FileInfo> Parts() => Directory.Exists(Path.Combine(program.Volume, ".fetching")) ? new DirectoryInfo(Path.Combine(program.Volume, ".fetching")).EnumerateFiles("*.part") : [];

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
}
