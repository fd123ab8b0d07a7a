using System.Globalization;
using System.Text.Json.Nodes;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Retention;

/// <summary>
/// The volumes of a closed course in folders of this machine: homes, archive and what was handed in. The program runs on them as it does in a Job:
/// without the powers of root, for which no file is unreadable.
/// </summary>
public sealed class ArchivedCourse : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("mesonet-retention-");
    private readonly HomesProgramOnDisk program;

    public ArchivedCourse()
    {
        program = new(root.FullName);
        foreach (var folder in new[] { Homes, Archive, Submissions }) Directory.CreateDirectory(folder);
    }

    public string Folder => root.FullName;

    public string Homes => Path.Combine(root.FullName, "volume", "homes");

    public string Own => Path.Combine(root.FullName, "volume", ".mesonet");

    public string Archive => Path.Combine(root.FullName, "archive");

    public string Submissions => Path.Combine(root.FullName, "submissions");

    /// <summary>Which environment it is.</summary>
    public string Course { get; set; } = "uid-1";

    public void Dispose()
    {
        using var removal = System.Diagnostics.Process.Start("sh", ["-c", $"chmod -R u+rwX '{root.FullName}' 2>/dev/null; rm -rf '{root.FullName}'"]);
        removal.WaitForExit();
    }

    /// <summary>Makes a home, or changes it, by a script that runs in it.</summary>
    public void InHome(string seat, string script)
    {
        Directory.CreateDirectory(Path.Combine(Homes, seat));
        CourseVolume.Run("bash", "-c", $"set -e; cd '{Path.Combine(Homes, seat)}'; {script}");
    }

    public bool HasHome(string seat) => Path.Exists(Path.Combine(Homes, seat));

    public JsonNode Manifest(string seat) => JsonNode.Parse(File.ReadAllText(Path.Combine(Archive, $"{seat}.json")))!;

    /// <summary>Everything below a folder: kinds, modes, targets and contents; not the times of folders, which tar does not keep either.</summary>
    public static string Snapshot(string folder) => CourseVolume.Run(
        "bash", "-c", $"cd '{folder}' && (find . -mindepth 1 \\( -type f -printf '%P %m %s %Ts\n' \\) -o -printf '%P %y %l\n'; find . -type f -size -100M -print0 | xargs -0 -r sha256sum) | sort");

    /// <summary>What GNU tar lays out of an archive.</summary>
    public string Untar(string seat)
    {
        var target = Directory.CreateDirectory(Path.Combine(root.FullName, $"untar-{Guid.NewGuid():N}")).FullName;
        CourseVolume.Run("tar", "--warning=no-unknown-keyword", "-xzf", Path.Combine(Archive, $"{seat}.tar.gz"), "-C", target);
        return target;
    }

    /// <summary>What every task is started by, where nothing else is said.</summary>
    public IReadOnlyList<string> Bound { get; set; } = [];

    public Task<JsonNode> ArchiveAsync(params string[] students) => RunAsync("archive", students);

    public Task<JsonNode> DeleteAsync(params string[] students) => RunAsync("delete", students);

    public Task<JsonNode> RestoreAsync(params string[] arguments) => RunAsync("restore", arguments);

    /// <summary>Runs a task; what its termination message says.</summary>
    public async Task<JsonNode> RunAsync(string task, IReadOnlyList<string> arguments)
    {
        var (result, message) = await TryRunAsync(task, arguments);
        Assert.True(result.ExitCode == 0, $"{message}\n{result.Errors}");
        return JsonNode.Parse(message)!;
    }

    /// <summary>The same of one that must fail; its reason.</summary>
    public async Task<string> FailAsync(string task, params string[] arguments)
    {
        var (result, message) = await TryRunAsync(task, arguments);
        Assert.True(result.ExitCode == 1, $"It ended with {result.ExitCode}: {message}\n{result.Errors}");
        return JsonNode.Parse(message)!["reason"]!.GetValue<string>();
    }

    /// <summary>Kills a task with its workers before one of its changes; whether it came to be killed.</summary>
    public async Task<bool> TryKillAsync(string task, IReadOnlyList<string> arguments, int killedAt)
    {
        var (result, _) = await TryRunAsync(task, arguments, killedAt: killedAt);
        return result.ExitCode == HomesProgramOnDisk.ExitCodeOfKilled;
    }

    /// <summary>Runs a task as it is started in a pod; <paramref name="wrapper"/> is what it is started by; killed before one of its changes where <paramref name="killedAt"/> says so.</summary>
    public async Task<(CommandResult Result, string Message)> TryRunAsync(string task, IReadOnlyList<string> arguments, IReadOnlyList<string>? wrapper = null, int? killedAt = null)
    {
        var message = Path.Combine(root.FullName, "message");
        await File.WriteAllTextAsync(message, "");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["VOLUME"] = Path.Combine(root.FullName, "volume"), ["ARCHIVE"] = Archive, ["SUBMISSIONS"] = Submissions, ["COURSE"] = Course, ["DATE"] = "2027-05-03", ["MESSAGE"] = message,
        };
        string[] powerless = Environment.UserName == "root" ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
        string[] command = [.. wrapper ?? Bound, .. powerless, .. program.Command(task, killedAt), .. arguments];
        var result = await Command.TryRunAsync(command[0], command[1..], CancellationToken.None, environment: environment);
        return (result, await File.ReadAllTextAsync(message));
    }
}
