using System.Runtime.InteropServices;

namespace MesoNet.IAaS.LocalCluster.Processes;

/// <summary>Signals to processes, by id.</summary>
public static partial class Signals
{
    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGSTOP: the process stands still until <see cref="Continue"/>.</summary>
    public const int Stop = 19;

    /// <summary>SIGCONT.</summary>
    public const int Continue = 18;

    /// <summary>Sends a signal; one to a process that is gone is ignored.</summary>
    public static void Send(int processId, int signal) => _ = KillProcess(processId, signal);

    /// <summary>
    /// When a process was started, in clock ticks since boot (field 22 of /proc/PID/stat), or null where there is none: with the id this
    /// tells a process apart from a later one that got the same id.
    /// </summary>
    public static long? StartTicks(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            // The second field is the name in parentheses and may hold spaces.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : long.Parse(fields[19]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int KillProcess(int processId, int signal);
}
