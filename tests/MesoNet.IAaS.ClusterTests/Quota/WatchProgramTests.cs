using System.Diagnostics;
using System.Net;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Quota;

namespace MesoNet.IAaS.ClusterTests.Quota;

/// <summary>The program of the watch as it runs in its pod, on a folder of this machine: what it answers to the kubelet's probe and to the operator.</summary>
public sealed class WatchProgramTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("mesonet-watch-");
    private readonly HttpClient http = new();
    private readonly int port = FreePorts.Next();
    private readonly Process watch;

    public WatchProgramTests()
    {
        foreach (var folder in new[] { "program", "state", "volume/homes/alice", "volume/homes/bob" }) root.CreateSubdirectory(folder);
        foreach (var (name, text) in HomesProgramFiles.All) File.WriteAllText(Path.Combine(root.FullName, "program", name), text);
        var start = new ProcessStartInfo("python3", HomesProgramFiles.Arguments(Path.Combine(root.FullName, "program"), "watch")) { UseShellExecute = false };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["VOLUME"] = Path.Combine(root.FullName, "volume"), ["STATE"] = State(), ["PORT"] = $"{port}", ["QUOTA_BYTES"] = $"{8 << 20}", ["QUOTA_FILES"] = "1000",
            ["STEP_BYTES"] = $"{4 << 20}", ["STEP_FILES"] = "500", ["WALL_BYTES"] = $"{24 << 20}", ["WALL_FILES"] = "3000", ["VOLUME_BYTES"] = $"{64 << 20}",
        }) start.Environment[name] = value;
        watch = Process.Start(start)!;
    }

    public void Dispose()
    {
        watch.Kill();
        watch.WaitForExit();
        watch.Dispose();
        http.Dispose();
        root.Delete(recursive: true);
    }

    [Fact]
    public async Task News_makes_it_unready_until_it_is_asked()
    {
        await UntilAsync(HttpStatusCode.OK);
        Assert.Equal((true, 0), (Ask().IsComplete, Ask().Homes.Count));

        // 80 %, over, and clearly beyond: each is news, and what it takes then is told.
        var last = 0L;
        foreach (var megabytes in new[] { 7, 3, 20 })
        {
            // There as a whole or not at all: what is measured half-way is news, too.
            var whole = Path.Combine(root.FullName, "whole");
            await File.WriteAllBytesAsync(whole, new byte[megabytes << 20]);
            File.Move(whole, Home($"more-{megabytes}"));
            await UntilAsync(HttpStatusCode.ServiceUnavailable);
            var home = Assert.Single(Ask().Homes);
            Assert.Equal("alice", home.Key);
            Assert.True(home.Value.Bytes >= last + (megabytes << 20), $"{home.Value.Bytes} after {last} and {megabytes} MiB more");
            last = home.Value.Bytes;
            await UntilAsync(HttpStatusCode.OK);
        }

        for (var i = 0; i < 1500; i++) await File.WriteAllBytesAsync(Path.Combine(root.FullName, "volume/homes/bob", $"{i}"), []);
        // It may have been measured when only some of them were there, which is news already.
        await UntilAsync(HttpStatusCode.ServiceUnavailable);
        await ClusterFixture.EventuallyAsync(() => Task.FromResult(Ask().Homes["bob"].Files > 1000), () => Task.FromResult(Text(State("state"))));
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Home("x"))!)) File.Delete(file);
        await ClusterFixture.EventuallyAsync(() => Task.FromResult(!Ask().Homes.ContainsKey("alice")), () => Task.FromResult(Text(State("state"))));
        await ClusterFixture.EventuallyAsync(
            () => Task.FromResult(Text(Path.Combine(root.FullName, "volume/.mesonet/use.json")).Contains("\"alice\":{\"bytes\":0,", StringComparison.Ordinal)),
            () => Task.FromResult(Text(Path.Combine(root.FullName, "volume/.mesonet/use.json"))));
    }

    // What the operator runs in the pod.
    private HomesUse Ask()
    {
        File.Delete(State("news"));
        return HomesUse.Parse(File.ReadAllText(State("state")))!;
    }

    private Task UntilAsync(HttpStatusCode status) => ClusterFixture.EventuallyAsync(
        async () =>
        {
            try
            {
                return (await http.GetAsync($"http://127.0.0.1:{port}/")).StatusCode == status;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        () => Task.FromResult(Text(State("state"))));

    private static string Text(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private string State(string file = "") => Path.Combine(root.FullName, "state", file);

    private string Home(string file) => Path.Combine(root.FullName, "volume/homes/alice", file);
}
