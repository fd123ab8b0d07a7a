namespace MesoNet.IAaS.LocalCluster.Node;

/// <summary>
/// A control group of the cluster's own for its pods, so that two kubelets on one machine do not take each other's pods for orphans.
/// Both versions of control groups occur.
/// </summary>
internal static class ControlGroups
{
    private const string Root = "/sys/fs/cgroup";
    private static readonly string[] VersionOneControllers = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "hugetlb", "systemd", "net_cls", "perf_event"];

    private static bool IsVersionTwo => File.Exists(Path.Combine(Root, "cgroup.controllers"));

    /// <summary>Makes the group in each hierarchy there is.</summary>
    public static void Create(string name)
    {
        if (IsVersionTwo)
        {
            var wanted = File.ReadAllText(Path.Combine(Root, "cgroup.controllers")).Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            Directory.CreateDirectory(Path.Combine(Root, name));
            foreach (var group in (string[])[Root, Path.Combine(Root, name)])
            {
                foreach (var controller in wanted) TryWrite(Path.Combine(group, "cgroup.subtree_control"), $"+{controller}");
            }

            return;
        }

        foreach (var hierarchy in VersionOneControllers.Select(controller => Path.Combine(Root, controller)).Where(Directory.Exists))
        {
            var group = Path.Combine(hierarchy, name);
            Directory.CreateDirectory(group);
            if (Path.GetFileName(hierarchy) != "cpuset") continue;
            // A cpuset starts empty, and nothing can run in an empty one.
            foreach (var file in (string[])["cpuset.cpus", "cpuset.mems"])
                TryWrite(Path.Combine(group, file), File.ReadAllText(Path.Combine(hierarchy, file)));
        }
    }

    /// <summary>The processes in the group and all below it.</summary>
    public static IReadOnlyList<int> ProcessesIn(string name)
    {
        // Any one hierarchy of version 1 that containers are put into will do.
        var group = Path.Combine(IsVersionTwo ? Root : Path.Combine(Root, "memory"), name);
        if (!Directory.Exists(group)) return [];
        return [.. Directory.EnumerateFiles(group, "cgroup.procs", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).Select(int.Parse)];
    }

    /// <summary>Removes the group with all below it, as far as nothing runs there any more.</summary>
    public static void Remove(string name)
    {
        var hierarchies = IsVersionTwo ? [Root] : VersionOneControllers.Select(controller => Path.Combine(Root, controller)).Where(Directory.Exists);
        foreach (var group in hierarchies.Select(hierarchy => Path.Combine(hierarchy, name)).Where(Directory.Exists)) RemoveTree(group);
    }

    private static void RemoveTree(string group)
    {
        foreach (var child in Directory.EnumerateDirectories(group)) RemoveTree(child);
        try
        {
            // rmdir: the files in a group are not files.
            Directory.Delete(group, recursive: false);
        }
        catch (IOException)
        {
        }
    }

    private static void TryWrite(string file, string text)
    {
        try
        {
            File.WriteAllText(file, text);
        }
        catch (IOException)
        {
        }
    }
}
