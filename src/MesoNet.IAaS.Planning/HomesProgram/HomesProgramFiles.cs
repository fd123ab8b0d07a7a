using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.HomesProgram;

/// <summary>
/// The program that works on the homes' volume, in Python: the folders <c>files</c> here and beside each of its tasks, in one ConfigMap per
/// workplace. Nothing of it is baked into an image, which needs git and Python only.
/// </summary>
public static class HomesProgramFiles
{
    /// <summary>Where pods have the files.</summary>
    public const string Folder = "/opt/mesonet/homes-program";

    private const string VolumeName = "homes-program";
    private const string ResourcePrefix = "homes-program/";

    private static readonly Lazy<SortedDictionary<string, string>> Files = new(() =>
    {
        var assembly = typeof(HomesProgramFiles).Assembly;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            files.Add(name[ResourcePrefix.Length..], reader.ReadToEnd());
        }

        return files;
    });

    private static readonly Lazy<string> HashOfFiles = new(() => ObjectNames.Hash(string.Join('\0', All.Select(file => $"{file.Key}\0{file.Value}")), 16));

    /// <summary>Says which program it is: what runs all the time is replaced by a newer one.</summary>
    internal static string Hash => HashOfFiles.Value;

    /// <summary>The files by name: to run the program elsewhere than in a Job.</summary>
    public static IReadOnlyDictionary<string, string> All => Files.Value;

    /// <summary>The arguments of python3 that run a task of the program from a folder: isolated from its surroundings, and leaving nothing beside its files.</summary>
    /// <param name="folder">The folder that holds the files.</param>
    /// <param name="task">Which task; see <c>__main__.py</c>.</param>
    public static IReadOnlyList<string> Arguments(string folder, string task) => ["-I", "-B", folder, task];

    /// <summary>The name of a workplace's ConfigMap.</summary>
    public static string ConfigMapName(string workplace) => $"{workplace}-homes-program";

    /// <summary>The command that runs a task where the files are mounted.</summary>
    /// <param name="task">Which task.</param>
    public static IReadOnlyList<string> Command(string task) => ["python3", .. Arguments(Folder, task)];

    internal static VolumeMount Mount { get; } = new() { Name = VolumeName, MountPath = Folder, ReadOnly = true };

    internal static Volume Volume(Workplace workplace) => new() { Name = VolumeName, ConfigMap = new() { Name = ConfigMapName(workplace.Name) } };

    internal static ConfigMap Build(Workplace workplace) => new()
    {
        Metadata = workplace.Owned(ConfigMapName(workplace.Name), "homes-program"),
        Data = Files.Value,
    };
}
