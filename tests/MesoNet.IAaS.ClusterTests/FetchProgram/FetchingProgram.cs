using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace MesoNet.IAaS.ClusterTests.FetchProgram;

/// <summary>The program that fetches data sets, run as it is, with a folder for its volume.</summary>
internal sealed class FetchingProgram : IDisposable
{
    private readonly ConcurrentQueue<string> lines = new();

    public string Volume { get; } = Directory.CreateTempSubdirectory("mesonet-fetch-").FullName;

    public string Data => Path.Combine(Volume, "data");

    /// <summary>What it has said of how far it is.</summary>
    public IEnumerable<JsonNode> Told => lines.Select(line => JsonNode.Parse(line)!);

    /// <summary>What it is told in its environment beside the usual.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    private string Message => Path.Combine(Volume, "message");

    public void Dispose() => Directory.Delete(Volume, recursive: true);

    public async Task<JsonNode> FetchAsync(JsonObject source)
    {
        var (exitCode, told) = await RunAsync(source, limit: null);
        Assert.True(exitCode == 0, told.ToJsonString());
        return told;
    }

    public async Task<JsonNode> FailAsync(string reason, JsonObject source, long? limit = null)
    {
        var (exitCode, told) = await RunAsync(source, limit);
        Assert.Equal((1, reason), (exitCode, (string?)told["reason"]));
        return told;
    }

    public async Task<(int ExitCode, JsonNode Told)> RunAsync(JsonObject source, long? limit, params string[] wrapper)
    {
        using var process = Start(source, limit, wrapper);
        await process.WaitForExitAsync();
        Assert.True(File.Exists(Message), "The program said nothing.");
        return (process.ExitCode, JsonNode.Parse(await File.ReadAllTextAsync(Message))!);
    }

    public Process Start(JsonObject source, long? limit = null, params string[] wrapper)
    {
        string[] command = [.. wrapper, "python3", "-I", Program()];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[] { ("VOLUME", Volume), ("MESSAGE", Message), ("SOURCE", source.ToJsonString()), ("PAUSE", "0.1"), ("LIMIT", $"{limit}"), ("no_proxy", "127.0.0.1") })
            start.Environment[name] = value;
        foreach (var (name, value) in Settings) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, said) =>
        {
            if (said.Data is { Length: > 0 } line) lines.Enqueue(line);
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static string Program([CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "..", "src", "MesoNet.IAaS.Planning", "Datasets", "fetch-dataset.py");
}
