using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Planning.HomesProgram;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// <c>mesonet bench copy</c>: the program of the materials Job, as an ordinary process on this machine's disk: first copy, an update in
/// which half of the files changed while some students worked, and a run with nothing to do. Beside them <c>cp -R</c> of the same files.
/// </summary>
/// <param name="homes">How many homes there are.</param>
/// <param name="files">How many files the course has.</param>
/// <param name="time">The clock.</param>
internal sealed class CopyBench(int homes, int files, TimeProvider time)
{
    private readonly string root = Path.Combine(Path.GetTempPath(), $"mesonet-copy-{Environment.ProcessId}");

    private string Repository => Path.Combine(root, "repository");

    private string Volume => Path.Combine(root, "volume");

    private string Program => Path.Combine(root, "program");

    private IEnumerable<string> Homes => Enumerable.Range(1, homes).Select(i => $"student{i:0000}");

    public async Task<CopyReport> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Program);
            Directory.CreateDirectory(Volume);
            foreach (var (name, text) in HomesProgramFiles.All) await File.WriteAllTextAsync(Path.Combine(Program, name), text, cancellationToken);
            await Command.RunAsync("git", ["init", "--quiet", "--initial-branch=main", Repository], cancellationToken);
            await CommitAsync(1, _ => true, cancellationToken);
            var ceiling = await CeilingAsync(cancellationToken);
            var (first, _) = await JobAsync(cancellationToken);
            StudentsWork();
            await CommitAsync(2, file => file % 2 == 0, cancellationToken);
            var (update, said) = await JobAsync(cancellationToken);
            var (unchanged, _) = await JobAsync(cancellationToken);
            return new(homes, files, first, update, unchanged, ceiling, said["updated"]!.GetValue<int>(), said["conflicts"]!.GetValue<int>());
        }
        finally
        {
            if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
        }
    }

    // A course as they are: mostly short programs and notebooks, a few of some hundred kilobytes.
    private async Task CommitAsync(int version, Func<int, bool> isChanged, CancellationToken cancellationToken)
    {
        for (var file = 0; file < files; file++)
        {
            if (!isChanged(file)) continue;
            var path = Path.Combine(Repository, $"partie{file % 10}", file % 5 == 0 ? $"tp{file}.ipynb" : $"module{file}.py");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, file % 5 == 0 ? Notebook(version, file) : Text(version, file), cancellationToken);
        }

        await Command.RunAsync("git", ["-C", Repository, "add", "--all"], cancellationToken);
        await Command.RunAsync("git", ["-C", Repository, "-c", "user.name=bench", "-c", "user.email=bench@mesonet.test", "commit", "--quiet", "--message", $"version {version}"], cancellationToken);
    }

    private static string Text(int version, int file) => new StringBuilder().Insert(0, $"# version {version}, file {file}\n", file % 40 == 1 ? 8000 : 100).ToString();

    private static string Notebook(int version, int file)
    {
        var cells = Enumerable.Range(0, 30).Select(cell => new JsonObject
        {
            ["cell_type"] = "code", ["execution_count"] = null, ["metadata"] = new JsonObject(), ["outputs"] = new JsonArray(),
            ["source"] = new JsonArray(Enumerable.Range(0, 8).Select(line => (JsonNode)$"x{line} = {version} * {file} + {cell}\n").ToArray()),
        });
        return new JsonObject { ["cells"] = new JsonArray([.. cells]), ["metadata"] = new JsonObject(), ["nbformat"] = 4, ["nbformat_minor"] = 5 }.ToJsonString();
    }

    // One student of ten has changed a notebook and run another.
    private void StudentsWork()
    {
        foreach (var home in Homes.Where((_, index) => index % 10 == 0))
        {
            var folder = Path.Combine(Volume, "homes", home, "cours", "partie0");
            foreach (var (notebook, from, to) in new[] { ("tp0.ipynb", "x0 = 1", "x0 = 99"), ("tp10.ipynb", "\"execution_count\":null", "\"execution_count\":7") })
            {
                var path = Path.Combine(folder, notebook);
                if (File.Exists(path)) File.WriteAllText(path, File.ReadAllText(path).Replace(from, to, StringComparison.Ordinal));
            }
        }
    }

    private async Task<(double Seconds, JsonNode Said)> JobAsync(CancellationToken cancellationToken)
    {
        var message = Path.Combine(root, "message");
        var environment = new Dictionary<string, string>
        {
            ["VOLUME"] = Volume, ["MESSAGE"] = message, ["REPOSITORY"] = $"file://{Repository}", ["REF"] = "main", ["CODE_DIRECTORY"] = "cours", ["PROTOCOLS"] = "file",
        };
        // None pays for what the one before it left to be written.
        await Command.RunAsync("sync", [], cancellationToken);
        var start = time.GetTimestamp();
        await Command.RunAsync("python3", [.. HomesProgramFiles.Arguments(Program, "materials"), .. Homes], cancellationToken, environment: environment);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        return (seconds, JsonNode.Parse(await File.ReadAllTextAsync(message, cancellationToken))!);
    }

    // One after the other and without history: what copying alone costs on this disk.
    private async Task<double> CeilingAsync(CancellationToken cancellationToken)
    {
        var target = Path.Combine(root, "ceiling");
        Directory.CreateDirectory(target);
        var tree = Path.Combine(root, "tree");
        await Command.RunAsync("git", ["clone", "--quiet", Repository, tree], cancellationToken);
        Directory.Delete(Path.Combine(tree, ".git"), recursive: true);
        // None pays for what the one before it left to be written.
        await Command.RunAsync("sync", [], cancellationToken);
        var start = time.GetTimestamp();
        await Command.RunAsync("sh", ["-c", $"for i in $(seq {homes}); do cp -R '{tree}' '{target}'/$i; done"], cancellationToken);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        Directory.Delete(target, recursive: true);
        return seconds;
    }
}
