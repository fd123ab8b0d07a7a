using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster;

namespace MesoNet.IAaS.ClusterTests.FetchProgram;

/// <summary>The program that fetches data sets, run as it is, against git's own server and worse ones.</summary>
public sealed class GitFetchTests : IAsyncDisposable
{
    private readonly FetchingProgram program = new();
    private readonly int port = FreePorts.Next();
    private Process? daemon;

    private string Repository => Path.Combine(program.Volume, "published");

    public async ValueTask DisposeAsync()
    {
        if (daemon is not null)
        {
            daemon.Kill(entireProcessTree: true);
            await daemon.WaitForExitAsync();
            daemon.Dispose();
        }

        program.Dispose();
    }

    [Fact]
    public async Task A_folder_of_a_repository_is_fetched_with_its_commit_and_without_its_history()
    {
        await PublishAsync();
        var told = await program.FetchAsync(Source(port, "mesonet-data"));
        Assert.Matches("^[0-9a-f]{40}$", (string)told["commit"]!);
        // All of it and as it is stored, whatever its attributes say of archives and line ends.
        Assert.Equal([".gitattributes", "a.txt", "b.csv"], Directory.EnumerateFileSystemEntries(program.Data).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Combine(program.Data, "a.txt")));
    }

    [Fact]
    public async Task A_folder_that_the_repository_does_not_have_is_told()
    {
        await PublishAsync();
        Assert.Contains("no folder", (string)(await program.FailAsync("NotFound", Source(port, "none")))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ref_that_the_repository_does_not_have_is_told_in_gits_words()
    {
        await PublishAsync();
        Assert.Equal(
            "the repository has no branch, tag or commit v2 (git: fatal: couldn't find remote ref v2)",
            (string?)(await program.FailAsync("NotFound", Source(port, "mesonet-data", "v2")))["detail"]);
    }

    [Fact]
    public async Task A_repository_that_the_server_does_not_have_is_told()
    {
        await PublishAsync();
        Directory.Move(Repository, Repository + "-moved");
        Assert.Contains("git: fatal: ", (string)(await program.FailAsync("NotFound", Source(port, "")))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_git_receives_it_is_told_how_far_it_is()
    {
        await PublishAsync(RandomNumberGenerator.GetBytes(3_000_000));
        program.Settings["EVERY"] = "0";
        using var relay = new TcpListener(IPAddress.Loopback, 0);
        relay.Start();
        var mayGoOn = new TaskCompletionSource();
        var relaying = RelayAsync(relay, mayGoOn.Task);
        using (var process = program.Start(Source(((IPEndPoint)relay.LocalEndpoint).Port, "")))
        {
            // In the middle of it, as its server waits.
            await ClusterFixture.EventuallyAsync(() => Task.FromResult(Bytes() is > 500_000 and < 2_000_000), () => Task.FromResult($"{Bytes()} bytes were told"));
            mayGoOn.SetResult();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }

        await relaying;
        Assert.InRange(Bytes(), 3_000_000, 4_000_000);
        Assert.All(program.Told, told => Assert.Equal(Source(((IPEndPoint)relay.LocalEndpoint).Port, "")["git"]!["repository"]!.GetValue<string>(), (string?)told["file"]));

        long Bytes() => program.Told.Select(told => told["bytes"]!.GetValue<long>()).LastOrDefault();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public async Task A_server_that_falls_silent_is_given_up_and_told(int after)
    {
        await PublishAsync(RandomNumberGenerator.GetBytes(3_000_000));
        program.Settings["SILENCE"] = "2";
        using var relay = new TcpListener(IPAddress.Loopback, 0);
        relay.Start();
        var relaying = RelayAsync(relay, Task.Delay(Timeout.Infinite), after);
        var told = await program.FailAsync("Unreachable", Source(((IPEndPoint)relay.LocalEndpoint).Port, ""));
        Assert.Contains("the server has been silent for 2 seconds", (string)told["detail"]!, StringComparison.Ordinal);
        Assert.False(Directory.Exists(program.Data));
        // Nothing of git's goes on.
        await relaying;
    }

    private static JsonObject Source(int port, string path, string reference = "v1") =>
        new() { ["git"] = new JsonObject { ["repository"] = $"git://127.0.0.1:{port}/published", ["ref"] = reference, ["path"] = path } };

    // git's own server, over a repository made on the spot.
    private async Task PublishAsync(byte[]? large = null)
    {
        const string make = "git init -q -b main . && mkdir mesonet-data && echo one > mesonet-data/a.txt && echo two > other.txt && echo three > mesonet-data/b.csv && printf '*.csv export-ignore\\n*.txt text eol=crlf\\n' > mesonet-data/.gitattributes && git add . && git -c user.name=t -c user.email=t@example.org commit -qm data && git tag v1";
        Directory.CreateDirectory(Repository);
        if (large is not null) await File.WriteAllBytesAsync(Path.Combine(Repository, "large.bin"), large);
        using (var made = Process.Start(new ProcessStartInfo("sh", ["-c", make]) { WorkingDirectory = Repository })!) await made.WaitForExitAsync();
        daemon = Process.Start(new ProcessStartInfo("git", ["daemon", "--export-all", "--listen=127.0.0.1", $"--port={port}", $"--base-path={program.Volume}", "--reuseaddr"]) { UseShellExecute = false, RedirectStandardError = true })!;
        daemon.BeginErrorReadLine();
        await ClusterFixture.EventuallyAsync(() => Task.FromResult(Answers(port)), () => Task.FromResult("git's server does not answer"));
    }

    // One connection to git's server, of whose answer so much comes at once and the rest later; until whoever asked goes away.
    private async Task RelayAsync(TcpListener relay, Task mayGoOn, int atOnce = 1_000_000)
    {
        using var asking = await relay.AcceptTcpClientAsync();
        using var answering = new TcpClient();
        await answering.ConnectAsync(IPAddress.Loopback, port);
        var asked = asking.GetStream().CopyToAsync(answering.GetStream());
        var answered = AnswerAsync(answering.GetStream(), asking.GetStream(), mayGoOn, atOnce);
        await Task.WhenAny(asked, answered);
    }

    private static async Task AnswerAsync(NetworkStream source, NetworkStream target, Task mayGoOn, int atOnce)
    {
        var buffer = new byte[4096];
        while (atOnce > 0 && await source.ReadAsync(buffer) is > 0 and var count)
        {
            await target.WriteAsync(buffer.AsMemory(0, count));
            atOnce -= count;
        }

        await mayGoOn;
        await source.CopyToAsync(target);
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
