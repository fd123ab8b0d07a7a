using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.UnitTests.Materials;

/// <summary>
/// A homes' volume in a folder of this machine, and a teacher's git repository: the materials Job's program runs on them as it does in a Job.
/// </summary>
public sealed class CourseVolume : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("mesonet-materials-");
    private readonly HomesProgramOnDisk program;

    public CourseVolume()
    {
        Directory.CreateDirectory(Volume);
        program = new(root.FullName);
        Run("git", "init", "--quiet", "--initial-branch=main", Repository);
    }

    public string Folder => root.FullName;

    public string Volume => Path.Combine(root.FullName, "volume");

    public string Repository => Path.Combine(root.FullName, "repository");

    /// <summary>What the Job's environment says beside the defaults of this class.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public List<string> Homes { get; } = ["alice", "bob", "carol"];

    public void Dispose()
    {
        // A test may have left a folder that is nested too deep for .NET, or cannot be written.
        using var removal = System.Diagnostics.Process.Start("rm", ["-rf", root.FullName]);
        removal.WaitForExit();
    }

    /// <summary>Commits what the teacher changes, and gives the commit.</summary>
    public string Teach(Action change)
    {
        change();
        Git("add", "--all", "--force");
        Git("-c", "user.name=teacher", "-c", "user.email=teacher@mesonet.test", "commit", "--quiet", "--allow-empty", "--message", "change");
        return Git("rev-parse", "HEAD").Trim();
    }

    public void Write(string path, string text) => WriteBytes(path, System.Text.Encoding.UTF8.GetBytes(text));

    public void WriteBytes(string path, byte[] content)
    {
        var file = Path.Combine(Repository, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    public string Git(params string[] arguments) => Run("git", ["-C", Repository, "-c", "protocol.file.allow=always", .. arguments]);

    /// <summary>A file of a student's copy.</summary>
    public string InHome(string home, string path = "") => Path.Combine(Volume, "homes", home, "cours", path);

    public string Read(string home, string path) => File.ReadAllText(InHome(home, path));

    public bool Exists(string home, string path) => Path.Exists(InHome(home, path));

    /// <summary>What git says in a student's copy, as the student asks it.</summary>
    public string GitIn(string home, params string[] arguments) => Run("git", ["-C", InHome(home), .. arguments]);

    public JsonNode ReportOf(string home) => JsonNode.Parse(File.ReadAllText(Path.Combine(Volume, ".mesonet", "report.json")))!["homes"]![home]!;

    /// <summary>The lists of a home's report, as text.</summary>
    public string Told(string home)
    {
        var parts = ReportOf(home).AsObject().Where(member => member.Key is not ("history" or "copied"))
            .Select(member => $"{member.Key}: {string.Join(", ", member.Value is JsonArray list ? list.Select(Text) : [member.Value!.ToString()])}");
        return string.Join("; ", parts.Order(StringComparer.Ordinal));

        static string Text(JsonNode? item) => item is JsonObject kept ? $"{kept["file"]} ({kept["why"]}{(kept["beside"] is { } beside ? $", {beside}" : "")})" : item!.ToString();
    }

    /// <summary>Runs the Job; what its termination message says.</summary>
    public async Task<JsonNode> RunAsync()
    {
        var (result, message) = await TryRunAsync();
        Assert.True(result.ExitCode == 0, $"{message}\n{result.Errors}");
        return JsonNode.Parse(message)!;
    }

    /// <summary>The same for a Job that must fail.</summary>
    public async Task<(string Reason, string Detail)> FailAsync()
    {
        var (result, message) = await TryRunAsync();
        Assert.True(result.ExitCode == 1, $"It ended with {result.ExitCode}: {message}\n{result.Errors}");
        var said = JsonNode.Parse(message)!;
        return (said["reason"]!.GetValue<string>(), said["detail"]!.GetValue<string>());
    }

    /// <summary>Runs the Job as it is started in a pod; <paramref name="wrapper"/> is what it is started by.</summary>
    public Task<(CommandResult Result, string Message)> TryRunAsync(params string[] wrapper) => TryRunAsync(killedAt: null, wrapper);

    /// <summary>The same, killed before one of its changes; whether it came so far.</summary>
    public async Task<bool> TryKillAsync(int killedAt) => (await TryRunAsync(killedAt)).Result.ExitCode == HomesProgramOnDisk.ExitCodeOfKilled;

    /// <summary>The same, killed before one of its changes where <paramref name="killedAt"/> says so.</summary>
    public Task<(CommandResult Result, string Message)> TryRunAsync(int? killedAt, params string[] wrapper)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["REPOSITORY"] = $"file://{Repository}", ["REF"] = "main", ["CODE_PATH"] = "", ["CODE_DIRECTORY"] = "cours",
            ["DOCUMENTS_PATH"] = "", ["DOCUMENTS_KEY"] = "", ["LINKS"] = "", ["PROTOCOLS"] = "file",
        };
        foreach (var (name, value) in Settings) environment[name] = value;
        return TryRunTaskAsync("materials", Homes, environment, wrapper, killedAt);
    }

    /// <summary>The command that runs a task.</summary>
    public IReadOnlyList<string> CommandOf(string task) => program.Command(task);

    /// <summary>Runs any task of the program, killed before one of its changes where <paramref name="killedAt"/> says so; what it left as its last word.</summary>
    public async Task<(CommandResult Result, string Message)> TryRunTaskAsync(
        string task, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string>? wrapper = null, int? killedAt = null)
    {
        var message = Path.Combine(root.FullName, "message");
        await File.WriteAllTextAsync(message, "");
        var environment = new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["VOLUME"] = Volume, ["MESSAGE"] = message };
        string[] command = [.. wrapper ?? [], .. program.Command(task, killedAt), .. arguments];
        var result = await Command.TryRunAsync(command[0], command[1..], CancellationToken.None, environment: environment);
        return (result, await File.ReadAllTextAsync(message));
    }

    /// <summary>Everything that a home holds, by path, without git's own: to compare two ends.</summary>
    public string Snapshot(string home) => Run("bash", "-c", $"cd '{Path.Combine(Volume, "homes", home)}' && find . -path '*/.git' -prune -o \\( -type f -o -type l \\) -printf '%P %m %l ' -exec sh -c 'test -L \"$1\" || sha256sum < \"$1\"' - {{}} \\; -o -printf '%P %y\\n' | sort");

    public static string Run(string program, params IReadOnlyList<string> arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        // Two teachers who commit the same make the same commit.
        foreach (var name in new[] { "GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE" }) start.Environment[name] = "2026-11-20T08:00:00Z";
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        return output;
    }
}
