using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Notebook;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Warming;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>The pod of a seat: JupyterLab in the student's home, with the course's data and documents beside it, read-only.</summary>
public static class SeatPod
{
    /// <summary>The port JupyterLab listens on.</summary>
    public const int Port = 8888;

    /// <summary>The component that labels name for seats' pods.</summary>
    public const string Component = "seat";

    /// <summary>The name of the container that JupyterLab runs in.</summary>
    public const string ContainerName = "notebook";

    /// <summary>An annotation: a hash of the plan a pod was made from, so that a waiting pod of an older plan can be told and replaced.</summary>
    internal const string PlanHash = "mesonet.fr/plan-hash";

    private const string Home = "/home/student";

    /// <summary>The path that a seat's JupyterLab is served under.</summary>
    public static string BasePath(string environment, string seatName) => $"/s/{environment}/{seatName}/";

    /// <summary>The plan of all pods of a course: what they have in common, which is all but the student.</summary>
    internal static SeatPodPlan PlanOf(Course course, SeatPurpose purpose, string? documentsPath)
    {
        var spec = Spec(course, purpose, documentsPath);
        return new(spec, purpose, ObjectNames.Hash(Encoding.UTF8.GetString(KubernetesJson.Write(spec)), 16));
    }

    /// <summary>What a pod was made for. One from before there were stages has a lesson's resources.</summary>
    internal static SeatPurpose PurposeOf(ObservedPod pod) => pod.Metadata.Label(Labels.Stage) == Labels.HandInStage ? SeatPurpose.HandIn : SeatPurpose.Lesson;

    /// <summary>The value of <see cref="Labels.EndsAt"/> for a moment.</summary>
    internal static string EndsAtOf(Course course, Instant endsAt) => OffsetDateTimePattern.Rfc3339.Format(endsAt.InZone(course.Timetable.Zone).ToOffsetDateTime());

    internal static Pod Build(Course course, EnrolledStudent student, Seat seat, SeatDemand demand, SeatPodPlan plan, Affinity? preference) => new()
    {
        Metadata = new()
        {
            Name = student.SeatName,
            Namespace = course.Namespace,
            Labels = new Dictionary<string, string>(Labels.For(course.Name, Component, student.SeatName))
            {
                [Labels.Stage] = plan.Purpose == SeatPurpose.HandIn ? Labels.HandInStage : Labels.LessonStage,
            },
            Annotations = demand.EndsAt is { } endsAt
                ? new Dictionary<string, string> { [PlanHash] = plan.Hash, [Labels.EndsAt] = EndsAtOf(course, endsAt) }
                : new Dictionary<string, string> { [PlanHash] = plan.Hash },
            OwnerReferences = [OwnerReference.To(seat)],
        },
        Spec = plan.Spec with
        {
            Affinity = NodePreference.Beside(plan.Spec.Affinity, preference),
            Containers = [Of(student, course, ResourcesOf(course, plan.Purpose), plan.Spec.Containers![0])],
        },
    };

    private static EnrolledStudent Anybody { get; } = new("", null, "");

    internal static SeatResources ResourcesOf(Course course, SeatPurpose purpose) => purpose == SeatPurpose.HandIn ? course.HandInResources : course.LessonResources;

    private static PodSpec Spec(Course course, SeatPurpose purpose, string? documentsPath) => new()
    {
        PriorityClassName = purpose == SeatPurpose.HandIn ? PriorityClasses.HandIn : PriorityClasses.Lesson,
        Affinity = ArchitectureAffinity.To(course.Template.Architectures),
        Tolerations = Tolerations(ResourcesOf(course, purpose)),
        RestartPolicy = "Always",
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        // The sandbox's process is the pod's init then and reaps what kernels and terminals leave behind, whatever the image.
        ShareProcessNamespace = true,
        // Kernels get time to stop.
        TerminationGracePeriodSeconds = 20,
        SecurityContext = RestrictedPod.PodSecurity,
        Containers = [Notebook(course, ResourcesOf(course, purpose), documentsPath)],
        Volumes =
        [
            new() { Name = "homes", PersistentVolumeClaim = new() { ClaimName = HomesVolume.ClaimName(course.Name) } },
            // PyTorch's data loaders share tensors through it, and the default is 64 MB.
            new() { Name = "shared-memory", EmptyDir = new() { Medium = "Memory" } },
            .. NotebookFiles.Volumes(course),
            .. DataVolumes(course),
        ],
    };

    /// <summary>A pod that has the image and the shared data of the course's seats, runs a script over them and ends.</summary>
    internal static PodSpec Preparation(Course course, string? documentsPath, string script) => new()
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
                Image = course.Image,
                ImagePullPolicy = "IfNotPresent",
                Command = ["sh", "-c", script],
                Resources = new()
                {
                    Requests = new Dictionary<string, Quantity> { ["cpu"] = "10m", ["memory"] = "32Mi" },
                    Limits = new Dictionary<string, Quantity> { ["memory"] = "256Mi" },
                },
                SecurityContext = RestrictedPod.ContainerSecurity,
                VolumeMounts = [.. SharedMounts(course, documentsPath)],
            },
        ],
        Volumes =
        [
            .. documentsPath is null ? (Volume[])[] : [new() { Name = "homes", PersistentVolumeClaim = new() { ClaimName = HomesVolume.ClaimName(course.Name) } }],
            .. DataVolumes(course),
        ],
    };

    private static IEnumerable<Volume> DataVolumes(Course course) => course.Datasets.Select(dataset => new Volume
    {
        Name = DataVolumeName(dataset.Metadata.Name!),
        PersistentVolumeClaim = new() { ClaimName = DatasetVolumes.Name(course, dataset), ReadOnly = true },
    });

    /// <summary>Data sets and documents, the same for everybody and read-only.</summary>
    private static IEnumerable<VolumeMount> SharedMounts(Course course, string? documentsPath) =>
    [
        .. course.Datasets.Select(dataset => new VolumeMount
        {
            Name = DataVolumeName(dataset.Metadata.Name!), MountPath = DatasetVolumes.MountPath(dataset.Metadata.Name!),
            SubPath = DatasetVolumes.FolderOf(dataset), ReadOnly = true,
        }),
        .. documentsPath is null ? (VolumeMount[])[] : [new() { Name = "homes", MountPath = "/documents", SubPath = documentsPath, ReadOnly = true }],
    ];

    private static Container Notebook(Course course, SeatResources resources, string? documentsPath) => Of(Anybody, course, resources, new()
    {
        Name = ContainerName,
        Image = course.Image,
        ImagePullPolicy = "IfNotPresent",
        Command = ["python3", "-m", "jupyterlab"],
        WorkingDir = Home,
        Ports = [new() { Name = "http", Number = Port }],
        Resources = Requirements(resources),
        SecurityContext = RestrictedPod.ContainerSecurity,
        TerminationMessagePolicy = "FallbackToLogsOnError",
        VolumeMounts =
        [
            HomeOf(Anybody),
            new() { Name = "shared-memory", MountPath = "/dev/shm" },
            .. NotebookFiles.Mounts,
            .. SharedMounts(course, documentsPath),
        ],
    });

    // A thousand pods are planned at once: all but this is one and the same in memory.
    private static Container Of(EnrolledStudent student, Course course, SeatResources resources, Container anybodys)
    {
        var basePath = BasePath(course.Name, student.SeatName);
        return anybodys with
        {
            Args =
            [
                "--no-browser", "--ServerApp.ip=0.0.0.0", $"--ServerApp.port={Port}", $"--ServerApp.base_url={basePath}",
                $"--ServerApp.root_dir={Home}", "--ServerApp.allow_remote_access=True",
            ],
            Env = [.. EnvironmentVariables(course, student, resources)],
            // Answers without a token, and only once the server accepts requests.
            ReadinessProbe = new() { HttpGet = new() { Path = basePath + "api", Port = Port }, PeriodSeconds = 1, TimeoutSeconds = 5, FailureThreshold = 3 },
            VolumeMounts = [HomeOf(student), .. anybodys.VolumeMounts!.Skip(1)],
        };
    }

    private static VolumeMount HomeOf(EnrolledStudent student) => new() { Name = "homes", MountPath = Home, SubPath = HomesVolume.HomePath(student.SeatName) };

    private static IEnumerable<EnvVar> EnvironmentVariables(Course course, EnrolledStudent student, SeatResources resources)
    {
        yield return new() { Name = "HOME", Value = Home };
        yield return new() { Name = "JUPYTER_TOKEN", ValueFrom = new() { SecretKeyRef = new() { Name = Tokens.SecretName(course.Name), Key = student.SeatName } } };
        foreach (var variable in NotebookFiles.EnvironmentVariables(course, BasePath(course.Name, student.SeatName))) yield return variable;
        yield return new() { Name = "MESONET_COURSE", Value = course.Name };
        yield return new() { Name = "MESONET_STUDENT", Value = student.Login };
        // Numerical libraries would start a thread per core of the node, whatever the seat's share is.
        yield return new() { Name = "OMP_NUM_THREADS", Value = Math.Max(1, (int)Math.Ceiling(resources.Cpu.Value)).ToString() };
        foreach (var parameter in course.Template.Spec.Parameters ?? [])
        {
            var value = course.Environment.Spec.Template.Parameters?.GetValueOrDefault(parameter.Name) ?? parameter.Default;
            if (value is not null) yield return new() { Name = $"COURSE_{parameter.Name.ToUpperInvariant()}", Value = value };
        }
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

/// <summary>What the pods of a course that run for the same purpose have in common.</summary>
/// <param name="Spec">The spec of nobody's pod.</param>
/// <param name="Purpose">What they run for.</param>
/// <param name="Hash">Its hash: another one is another plan.</param>
internal sealed record SeatPodPlan(PodSpec Spec, SeatPurpose Purpose, string Hash);
