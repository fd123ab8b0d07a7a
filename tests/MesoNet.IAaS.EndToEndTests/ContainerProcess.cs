using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>Processes in pods' containers, as the machine sees them that is the cluster's node.</summary>
internal static class ContainerProcess
{
    /// <summary>The containers in which a program runs now: each as the control groups of its processes, which are no other's and name the pod's uid.</summary>
    /// <param name="words">What follows each other in the program's command line.</param>
    public static IReadOnlyList<string> ContainersOf(params string[] words) =>
        [.. All().Where(process => Runs(process, words)).Select(process => Read(process, "cgroup")).Where(groups => groups.Length > 0).Distinct()];

    /// <summary>Whether a container is one of a pod's.</summary>
    public static bool IsOf(string container, string podUid) => container.Contains($"/pod{podUid}/", StringComparison.Ordinal);

    /// <summary>The processes at work in a container.</summary>
    public static IReadOnlyList<int> In(string container) => [.. All().Where(process => Read(process, "cgroup") == container && !HasEnded(process))];

    /// <summary>Whether the words follow each other in a process's command line. A process that was forked, and runs no other program, has that of its parent.</summary>
    public static bool Runs(int process, params string[] words)
    {
        var arguments = Read(process, "cmdline").Split('\0');
        return Enumerable.Range(0, arguments.Length).Any(at => arguments.Skip(at).Take(words.Length).SequenceEqual(words));
    }

    // One that nobody has waited for yet is still listed.
    private static bool HasEnded(int process) => Signals.StartTicks(process) is null;

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!));

    private static string Read(int process, string what)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{what}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return "";
        }
    }
}
