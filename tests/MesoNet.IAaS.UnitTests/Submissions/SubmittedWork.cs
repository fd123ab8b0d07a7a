using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Submissions;

/// <summary>A course's homes and a submissions' volume in folders of this machine: hand-in and collecting run on them as they do in pods.</summary>
public sealed class SubmittedWork : IDisposable
{
    public const string Deadline = "2026-11-27T22:59:00Z";

    public CourseVolume Course { get; } = new();

    /// <summary>What the Job's environment says beside the usual.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public string Submissions => Path.Combine(Course.Folder, "submissions");

    public void Dispose()
    {
        CourseVolume.Run("chmod", "-R", "u+rwX", Course.Folder);
        Course.Dispose();
    }

    /// <summary>The teacher's files in each home.</summary>
    public async Task GivenAsync(params (string Path, string Text)[] files)
    {
        Course.Teach(() =>
        {
            foreach (var (path, text) in files) Course.Write(path, text);
        });
        await Course.RunAsync();
    }

    public static string AtDeadline(string seat, string deadline = Deadline, bool extended = false) => $"tp1 {deadline} {(extended ? "extended" : "-")} - {seat} {seat}@lab";

    public static string ByStudent(string seat, string at) => $"tp1 {Deadline} - {at} {seat} {seat}@lab";

    /// <summary>What takes as much room in an archive as it has bytes; the same each time.</summary>
    public static byte[] Incompressible(int bytes)
    {
        var content = new byte[bytes];
        new Random(1).NextBytes(content);
        return content;
    }

    /// <summary>Runs the Job; its last word.</summary>
    public async Task<JsonNode> TakeAsync(params string[] due)
    {
        var (result, message) = await TryTakeAsync(due);
        Assert.True(result.ExitCode == 0, $"{message}\n{result.Errors}");
        return JsonNode.Parse(message)!;
    }

    public Task<(CommandResult Result, string Message)> TryTakeAsync(IReadOnlyList<string> due, IReadOnlyList<string>? wrapper = null, int? killedAt = null)
    {
        var settings = new Dictionary<string, string>(Settings) { ["SUBMISSIONS"] = Submissions, ["COURSE"] = "intro", ["DIRECTORY"] = "cours" };
        return Course.TryRunTaskAsync("hand-in", due, settings, wrapper, killedAt);
    }

    public string PlaceOf(string seat, string kind = "submissions") => Path.Combine(Submissions, kind, "tp1", seat);

    /// <summary>The manifests of a seat, oldest first.</summary>
    public IReadOnlyList<JsonNode> Manifests(string seat, string kind = "submissions") =>
        Directory.Exists(PlaceOf(seat, kind))
            ? [.. Directory.GetFiles(PlaceOf(seat, kind), "*.json").Order(StringComparer.Ordinal).Select(path => JsonNode.Parse(File.ReadAllText(path))!)]
            : [];

    /// <summary>What the archive of a manifest holds.</summary>
    public Dictionary<string, string> Work(JsonNode manifest)
    {
        var path = Path.Combine(PlaceOf(manifest["seat"]!.GetValue<string>(), manifest["late"]!.GetValue<bool>() ? "late" : "submissions"), manifest["archive"]!["file"]!.GetValue<string>());
        return Unpack(File.OpenRead(path));
    }

    public static Dictionary<string, string> Unpack(Stream archive)
    {
        using var unpacked = new GZipStream(archive, CompressionMode.Decompress);
        using var reader = new TarReader(unpacked);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry) files[entry.Name] = entry.DataStream is null ? "" : new StreamReader(entry.DataStream).ReadToEnd();
        return files;
    }

    /// <summary>What collecting writes: the files of its stream.</summary>
    public async Task<Dictionary<string, byte[]>> CollectAsync(string before = "true")
    {
        var stream = Path.Combine(Course.Folder, "collected.tar");
        var (result, _) = await Course.TryRunTaskAsync("collect", ["tp1"], new Dictionary<string, string> { ["SUBMISSIONS"] = Submissions }, ["sh", "-c", $"{before} && \"$@\" > '{stream}'", "sh"]);
        Assert.True(result.ExitCode == 0, result.Errors);
        using var reader = new TarReader(File.OpenRead(stream));
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            using var content = new MemoryStream();
            if (entry.DataStream is not null) await entry.DataStream.CopyToAsync(content);
            files[entry.Name] = content.ToArray();
        }

        return files;
    }
}
