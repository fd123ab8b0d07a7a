using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Notebook;

/// <summary>
/// What a seat adds to the JupyterLab of any image: the warning before it stops, autosave, and an answer to whether somebody works in it.
/// One ConfigMap per workplace holds the files of the folder <c>files</c> beside this; nothing of it is baked into an image.
/// </summary>
public static class NotebookFiles
{
    private const string Component = "notebook";
    private const string Folder = "/opt/mesonet";
    private const string StateFolder = "/run/mesonet";
    private const string VolumeName = "notebook-files";
    private const string StateVolumeName = "seat-state";
    private const string ResourcePrefix = "notebook/";

    // By their paths below the folder, in a fixed order: the pod's plan is hashed.
    private static readonly Lazy<SortedDictionary<string, string>> Files = new(() =>
    {
        var assembly = typeof(NotebookFiles).Assembly;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            files.Add(name[ResourcePrefix.Length..], reader.ReadToEnd());
        }

        // A seat measures its own home as the course's watch does.
        foreach (var name in (string[])["homesize.py", "safely.py"]) files.Add($"python/{name}", HomesProgramFiles.All[name]);

        return files;
    });

    // What only a research workspace has is a folder of its own: pods of courses are not replaced because of it.
    private const string WorkspacePrefix = "python/mesonet_workspace/";

    private static readonly Lazy<IReadOnlyList<string>> PathsOfAll = new(() => [.. Files.Value.Keys]);
    private static readonly Lazy<IReadOnlyList<string>> PathsOfSeats = new(() => [.. Files.Value.Keys.Where(path => !path.StartsWith(WorkspacePrefix, StringComparison.Ordinal))]);
    private static readonly Lazy<Dictionary<string, string>> DataOfAll = new(() => DataOf(PathsOfAll.Value));
    private static readonly Lazy<Dictionary<string, string>> DataOfSeats = new(() => DataOf(PathsOfSeats.Value));

    /// <summary>
    /// The command that, run in a seat's container, prints a line of JSON for <see cref="SeatActivity.TryParse"/>. By its path and isolated
    /// (-I): nothing that lies in the student's home can take its place.
    /// </summary>
    public static IReadOnlyList<string> AskCommand { get; } = ["python3", "-I", $"{Folder}/python/mesonet_seat"];

    /// <summary>What starts JupyterLab, on a full volume too; its arguments follow.</summary>
    internal static IReadOnlyList<string> LabCommand { get; } = ["python3", "-I", $"{Folder}/python/mesonet_seat/lab.py"];

    /// <summary>The same in the Python environment on the home's volume, which it makes where it is missing.</summary>
    internal static IReadOnlyList<string> LabWithPackagesCommand { get; } = ["python3", "-I", $"{Folder}/{WorkspacePrefix}packages.py"];

    /// <summary>What tells and ends the programs in a research workspace when its pod is stopped, by whomever.</summary>
    internal static IReadOnlyList<string> StopCommand { get; } = ["python3", "-I", $"{Folder}/{WorkspacePrefix}stopping.py"];

    internal static IEnumerable<string> Texts => DataOfAll.Value.Values;

    /// <summary>The name of a workplace's ConfigMap.</summary>
    public static string ConfigMapName(string workplace) => $"{workplace}-notebook";

    internal static IReadOnlyList<VolumeMount> Mounts { get; } =
    [
        new() { Name = VolumeName, MountPath = Folder, ReadOnly = true },
        new() { Name = StateVolumeName, MountPath = StateFolder, ReadOnly = true },
    ];

    internal static ConfigMap Build(Workplace workplace) => new()
    {
        Metadata = workplace.Owned(ConfigMapName(workplace.Name), Component),
        Data = (workplace.TellsPrograms ? DataOfAll : DataOfSeats).Value,
    };

    internal static IEnumerable<Volume> Volumes(Workplace workplace)
    {
        yield return new()
        {
            Name = VolumeName,
            ConfigMap = new() { Name = ConfigMapName(workplace.Name), Items = [.. (workplace.TellsPrograms ? PathsOfAll : PathsOfSeats).Value.Select(path => new KeyToPath { Key = KeyOf(path), Path = path })] },
        };
        // The kubelet writes them anew when an annotation changes: an end that moves, and a home that fills, reach the notebook without a call to it.
        yield return new()
        {
            Name = StateVolumeName,
            DownwardAPI = new() { Items = [Annotation("ends-at", Labels.EndsAt), Annotation("home-use", Labels.HomeUse), Annotation("home-quota", Labels.HomeQuota)] },
        };
    }

    /// <param name="workplace">The workplace.</param>
    /// <param name="basePath">The path that the seat is served under.</param>
    internal static IEnumerable<EnvVar> EnvironmentVariables(Workplace workplace, string basePath)
    {
        yield return new() { Name = "MESONET_WARN_SECONDS", Value = $"{workplace.Warning.TotalSeconds:0}" };
        // Jupyter's own and the image's configuration are read too, after it. Python's and Jupyter's search paths are extended in there.
        yield return new() { Name = "JUPYTER_CONFIG_PATH", Value = $"{Folder}/config" };
        yield return new() { Name = "MESONET_SEAT_URL", Value = $"http://127.0.0.1:{SeatPod.Port}{basePath}" };
    }

    private static DownwardApiVolumeFile Annotation(string path, string annotation) => new() { Path = path, FieldRef = new() { FieldPath = $"metadata.annotations['{annotation}']" } };

    private static Dictionary<string, string> DataOf(IEnumerable<string> paths) => paths.ToDictionary(KeyOf, path => Files.Value[path], StringComparer.Ordinal);

    // A key knows neither slashes nor at signs.
    private static string KeyOf(string path) => path.Replace('/', '.').Replace("@", "", StringComparison.Ordinal);
}
