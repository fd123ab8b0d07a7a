using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Reading;

namespace MesoNet.IAaS.ClusterTests.Reading;

/// <summary>The reader's program as it runs in its pod, on folders of this machine, at an address of its own: as a pod has one.</summary>
internal sealed class ReaderProgram : IAsyncDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("mesonet-reader-");
    private readonly Process process;

    private ReaderProgram(string token)
    {
        // All of 127.0.0.0/8 is this machine.
        Address = new IPAddress([127, .. RandomNumberGenerator.GetBytes(2), 77]);
        foreach (var folder in new[] { "program", "volume/.mesonet", "volume/homes", "submissions" }) root.CreateSubdirectory(folder);
        foreach (var (name, text) in HomesProgramFiles.All) File.WriteAllText(Path.Combine(root.FullName, "program", name), text);
        var start = new ProcessStartInfo("python3", HomesProgramFiles.Arguments(Path.Combine(root.FullName, "program"), "serve")) { UseShellExecute = false };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["VOLUME"] = Folder("volume"), ["SUBMISSIONS"] = Folder("submissions"), ["PORT"] = $"{HomesReader.Port}", ["ADDRESS"] = Address.ToString(), ["TOKEN"] = token,
        }) start.Environment[name] = value;
        process = Process.Start(start)!;
    }

    public IPAddress Address { get; }

    public Uri Uri => new($"http://{Address}:{HomesReader.Port}");

    public static async Task<ReaderProgram> StartAsync(string token)
    {
        var reader = new ReaderProgram(token);
        using var http = new HttpClient();
        await ClusterFixture.EventuallyAsync(
            async () =>
            {
                try
                {
                    return (await http.GetAsync(new Uri(reader.Uri, "ready"))).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            () => Task.FromResult(reader.process.HasExited ? $"it ended with {reader.process.ExitCode}" : "it does not answer"));
        return reader;
    }

    public string Folder(string path) => Path.Combine(root.FullName, path);

    /// <summary>A file below the folders.</summary>
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder(path))!);
        File.WriteAllText(Folder(path), text);
    }

    /// <summary>What a student handed in.</summary>
    public async Task HandInAsync(string seat, string login, string text, string kind = "submissions", string name = "tp1.py", string? sha256 = null)
    {
        var folder = Folder($"submissions/{kind}/tp1/{seat}");
        Directory.CreateDirectory(folder);
        var archive = Path.Combine(folder, "20261127T225900Z-deadline.tar.gz");
        var work = Directory.CreateTempSubdirectory("mesonet-work-");
        await File.WriteAllTextAsync(Path.Combine(work.FullName, name), text);
        using (var tar = Process.Start(new ProcessStartInfo("tar", ["-czf", archive, "-C", work.FullName, name]) { UseShellExecute = false })!) await tar.WaitForExitAsync();
        work.Delete(recursive: true);
        await File.WriteAllTextAsync(Path.ChangeExtension(Path.ChangeExtension(archive, null), ".json"), new JsonObject
        {
            ["login"] = login, ["seat"] = seat, ["by"] = "deadline", ["extended"] = false, ["late"] = kind == "late", ["deadline"] = "2026-11-27T22:59:00Z", ["requestedAt"] = null,
            ["changedFiles"] = 1, ["bytes"] = text.Length, ["left"] = new JsonArray(), ["deleted"] = new JsonArray(), ["links"] = new JsonArray(),
            ["files"] = new JsonArray(new JsonObject { ["path"] = name, ["size"] = text.Length, ["change"] = "new" }),
            ["archive"] = new JsonObject { ["file"] = Path.GetFileName(archive), ["sha256"] = sha256 ?? Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(archive))) },
        }.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        root.Delete(recursive: true);
    }
}
