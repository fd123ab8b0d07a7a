using System.Globalization;
using MesoNet.IAaS.Planning.HomesProgram;

namespace MesoNet.IAaS.UnitTests;

/// <summary>The homes' program in a folder of this machine; it can be run so that it is killed, with its workers, before one of its changes.</summary>
public sealed class HomesProgramOnDisk
{
    /// <summary>How a shell tells of SIGKILL.</summary>
    public const int ExitCodeOfKilled = 137;

    // Counted in steps of the program, not in time, since a machine may be quick or busy: the n-th change of a file kills the process group,
    // as a container is killed. Workers are forks, and count together.
    private const string Killing = """
        import mmap, os, runpy, signal, struct, sys
        program, last, count = os.environ["PROGRAM"], int(os.environ["KILLED_AT"]), mmap.mmap(-1, 8)
        changes = {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.utime"}
        def step(event, arguments):
            if event not in changes and not (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
                return
            done = struct.unpack("q", count[:])[0] + 1
            count[:] = struct.pack("q", done)
            if done >= last:
                os.killpg(0, signal.SIGKILL)
        sys.addaudithook(step)
        sys.path.insert(0, program)
        runpy.run_path(os.path.join(program, "__main__.py"), run_name="__main__")
        """;

    private readonly string folder;
    private readonly string killing;

    /// <summary>Writes the program below a folder.</summary>
    public HomesProgramOnDisk(string root)
    {
        folder = Directory.CreateDirectory(Path.Combine(root, "program")).FullName;
        killing = Directory.CreateDirectory(Path.Combine(root, "killing")).FullName;
        foreach (var (name, text) in HomesProgramFiles.All) File.WriteAllText(Path.Combine(folder, name), text);
        File.WriteAllText(Path.Combine(killing, "__main__.py"), Killing);
    }

    /// <summary>The command that runs a task.</summary>
    /// <param name="task">Which.</param>
    /// <param name="killedAt">Before which of its changes it is killed, from 1; one that has fewer comes to its end.</param>
    public IReadOnlyList<string> Command(string task, int? killedAt = null) =>
        killedAt is { } last
            ?
            [
                // A process group of its own, and an end where a killed worker would be waited for.
                "timeout", "--signal=KILL", "120", "env", string.Create(CultureInfo.InvariantCulture, $"KILLED_AT={last}"), $"PROGRAM={folder}",
                "python3", .. HomesProgramFiles.Arguments(killing, task),
            ]
            : ["python3", .. HomesProgramFiles.Arguments(folder, task)];
}
