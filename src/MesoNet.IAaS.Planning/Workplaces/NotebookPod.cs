using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Notebook;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Workplaces;

/// <summary>What the pods of a workplace that run for the same purpose have in common, beside the workplace itself.</summary>
/// <param name="PriorityClass">Who makes way for whom.</param>
/// <param name="Resources">What each of them holds.</param>
/// <param name="DocumentsPath">The folder of the homes' volume that holds the documents; null where there are none, or a data set is the documents.</param>
internal sealed record NotebookPodSettings(string PriorityClass, SeatResources Resources, string? DocumentsPath)
{
    /// <summary>How long kernels and programs get to stop.</summary>
    public int GraceSeconds { get; init; } = 20;

    /// <summary>What starts JupyterLab; its arguments follow.</summary>
    public IReadOnlyList<string> Command { get; init; } = NotebookFiles.LabCommand;

    /// <summary>What is run before JupyterLab is told to end, within the same grace; null for nothing.</summary>
    public IReadOnlyList<string>? BeforeStop { get; init; }

    /// <summary>Ports beside JupyterLab's.</summary>
    public IReadOnlyList<ContainerPort> Ports { get; init; } = [];
}

/// <summary>The pod that somebody works in, of a course or of a research workspace: JupyterLab in the home, with data and documents beside it, read-only.</summary>
internal static class NotebookPod
{
    /// <summary>Where the home is mounted.</summary>
    public const string Home = "/home/student";

    /// <summary>Where the documents are mounted.</summary>
    private const string Documents = "/documents";

    /// <summary>The spec of nobody's pod: all but the home, the address and the environment.</summary>
    public static PodSpec Spec(Workplace workplace, NotebookPodSettings settings) => new()
    {
        PriorityClassName = settings.PriorityClass,
        Affinity = ArchitectureAffinity.To(workplace.Architectures),
        Tolerations = Tolerations(settings.Resources),
        RestartPolicy = "Always",
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        // The sandbox's process is the pod's init then and reaps what kernels and terminals leave behind, whatever the image.
        ShareProcessNamespace = true,
        TerminationGracePeriodSeconds = settings.GraceSeconds,
        SecurityContext = RestrictedPod.PodSecurity,
        Containers = [Notebook(workplace, settings)],
        Volumes =
        [
            HomesVolumeOf(workplace),
            // PyTorch's data loaders share tensors through it, and the default is 64 MB.
            new() { Name = "shared-memory", EmptyDir = new() { Medium = "Memory" } },
            .. NotebookFiles.Volumes(workplace),
            .. DataVolumes(workplace),
        ],
    };

    /// <summary>The container of one seat's pod.</summary>
    // A thousand pods are planned at once: all but this is one and the same in memory.
    public static Container For(string seatName, Workplace workplace, IEnumerable<EnvVar> own, Container anybodys)
    {
        var basePath = SeatPod.BasePath(workplace.Name, seatName);
        return anybodys with
        {
            Args =
            [
                "--no-browser", "--ServerApp.ip=0.0.0.0", $"--ServerApp.port={SeatPod.Port}", $"--ServerApp.base_url={basePath}",
                $"--ServerApp.root_dir={Home}", "--ServerApp.allow_remote_access=True",
            ],
            Env = [.. CommonVariables(workplace, seatName, basePath), .. own],
            // Answers without a token, and only once the server accepts requests.
            ReadinessProbe = new() { HttpGet = new() { Path = basePath + "api", Port = SeatPod.Port }, PeriodSeconds = 1, TimeoutSeconds = 5, FailureThreshold = 3 },
            VolumeMounts = [HomeOf(seatName), .. anybodys.VolumeMounts!.Skip(1)],
        };
    }

    /// <summary>A hash of a spec: another one is another plan.</summary>
    public static string HashOf(PodSpec spec) => ObjectNames.Hash(Encoding.UTF8.GetString(KubernetesJson.Write(spec)), 16);

    /// <summary>Whether a pod was made from the plan of this hash.</summary>
    public static bool IsMadeFrom(ObservedPod pod, string? planHash) => pod.Metadata.Annotation(SeatPod.PlanHash) == planHash;

    /// <summary>The value of <see cref="Labels.EndsAt"/> for a moment.</summary>
    public static string EndsAtOf(DateTimeZone zone, Instant endsAt) => OffsetDateTimePattern.Rfc3339.Format(endsAt.InZone(zone).ToOffsetDateTime());

    /// <summary>Numerical libraries would start a thread per core of the node, whatever the pod's share is.</summary>
    public static EnvVar Threads(SeatResources resources) => new() { Name = "OMP_NUM_THREADS", Value = Math.Max(1, (int)Math.Ceiling(resources.Cpu.Value)).ToString() };

    /// <summary>A pod that has the image and the shared data of the workplace's seats, runs a script over them and ends.</summary>
    public static PodSpec Preparation(Workplace workplace, string? documentsPath, string script) => new()
    {
        PriorityClassName = PriorityClasses.HandIn,
        RestartPolicy = "Never",
        // It goes to nodes that are kept for devices, without asking for one.
        Tolerations = [new() { Operator = "Exists" }],
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        SecurityContext = RestrictedPod.PodSecurity,
        TerminationGracePeriodSeconds = 0,
        Containers =
        [
            new()
            {
                Name = "preparation",
                Image = workplace.Image,
                ImagePullPolicy = "IfNotPresent",
                Command = ["sh", "-c", script],
                Resources = new()
                {
                    Requests = new Dictionary<string, Quantity> { ["cpu"] = "10m", ["memory"] = "32Mi" },
                    Limits = new Dictionary<string, Quantity> { ["memory"] = "256Mi" },
                },
                SecurityContext = RestrictedPod.ContainerSecurity,
                VolumeMounts = [.. SharedMounts(workplace, documentsPath)],
            },
        ],
        Volumes =
        [
            .. documentsPath is null ? (Volume[])[] : [HomesVolumeOf(workplace)],
            .. DataVolumes(workplace),
        ],
    };

    private static Volume HomesVolumeOf(Workplace workplace) => new() { Name = "homes", PersistentVolumeClaim = new() { ClaimName = HomesVolume.ClaimName(workplace.Name) } };

    private static IEnumerable<Volume> DataVolumes(Workplace workplace) => workplace.Datasets.Select(dataset => new Volume
    {
        Name = DataVolumeName(dataset.Metadata.Name!),
        PersistentVolumeClaim = new() { ClaimName = DatasetVolumes.Name(workplace, dataset), ReadOnly = true },
    });

    /// <summary>Data sets and documents, the same for everybody and read-only.</summary>
    private static IEnumerable<VolumeMount> SharedMounts(Workplace workplace, string? documentsPath) =>
    [
        .. workplace.Data.Select(dataset => DatasetMount(dataset, DatasetVolumes.MountPath(dataset.Metadata.Name!))),
        .. (workplace.DocumentsDataset, documentsPath) switch
        {
            ({ } dataset, _) => (VolumeMount[])[DatasetMount(dataset, Documents)],
            (_, { } path) => [new() { Name = "homes", MountPath = Documents, SubPath = path, ReadOnly = true }],
            _ => [],
        },
    ];

    private static VolumeMount DatasetMount(Dataset dataset, string path) =>
        new() { Name = DataVolumeName(dataset.Metadata.Name!), MountPath = path, SubPath = DatasetVolumes.FolderOf(dataset), ReadOnly = true };

    private static Container Notebook(Workplace workplace, NotebookPodSettings settings) => new()
    {
        Name = SeatPod.ContainerName,
        Image = workplace.Image,
        ImagePullPolicy = "IfNotPresent",
        Command = settings.Command,
        WorkingDir = Home,
        Ports = [new() { Name = "http", Number = SeatPod.Port }, .. settings.Ports],
        Resources = Requirements(settings.Resources),
        SecurityContext = RestrictedPod.ContainerSecurity,
        TerminationMessagePolicy = "FallbackToLogsOnError",
        Lifecycle = settings.BeforeStop is { } command ? new() { PreStop = new() { Exec = new() { Command = command } } } : null,
        VolumeMounts =
        [
            HomeOf(""),
            new() { Name = "shared-memory", MountPath = "/dev/shm" },
            .. NotebookFiles.Mounts,
            .. SharedMounts(workplace, settings.DocumentsPath),
        ],
    };

    private static VolumeMount HomeOf(string seatName) => new() { Name = "homes", MountPath = Home, SubPath = HomesVolume.HomePath(seatName) };

    private static IEnumerable<EnvVar> CommonVariables(Workplace workplace, string seatName, string basePath)
    {
        yield return new() { Name = "HOME", Value = Home };
        yield return new() { Name = "JUPYTER_TOKEN", ValueFrom = new() { SecretKeyRef = new() { Name = Tokens.SecretName(workplace.Name), Key = seatName } } };
        foreach (var variable in NotebookFiles.EnvironmentVariables(workplace, basePath)) yield return variable;
    }

    private static ResourceRequirements Requirements(SeatResources resources)
    {
        var devices = resources.Devices ?? new Dictionary<string, Quantity>();
        // Memory and devices are bounded, processor time is only shared out: an idle core may as well be used.
        return new()
        {
            Requests = new Dictionary<string, Quantity>(devices, StringComparer.Ordinal) { ["cpu"] = resources.Cpu, ["memory"] = resources.Memory },
            Limits = new Dictionary<string, Quantity>(devices, StringComparer.Ordinal) { ["memory"] = resources.Memory },
        };
    }

    // As the admission plugin ExtendedResourceToleration does where a cluster has it: nodes with devices are often kept for who asks for one.
    private static IReadOnlyList<Toleration>? Tolerations(SeatResources resources) => resources.Devices is { Count: > 0 } devices
        ? [.. devices.Keys.Order(StringComparer.Ordinal).Select(device => new Toleration { Key = device, Operator = "Exists", Effect = "NoSchedule" })]
        : null;

    private static string DataVolumeName(string dataset) => $"data-{ObjectNames.Hash(dataset, 10)}";
}
