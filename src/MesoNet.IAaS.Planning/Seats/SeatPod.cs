using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>The pod of a seat: JupyterLab in the student's home, with the course's data and documents beside it, read-only.</summary>
public static class SeatPod
{
    /// <summary>The port JupyterLab listens on.</summary>
    public const int Port = 8888;

    internal const string Component = "seat";
    internal const string ContainerName = "notebook";

    /// <summary>An annotation: a hash of the plan a pod was made from, so that a waiting pod of an older plan can be told and replaced.</summary>
    internal const string PlanHash = "mesonet.fr/plan-hash";

    private const string Home = "/home/student";

    /// <summary>The path that a seat's JupyterLab is served under.</summary>
    public static string BasePath(string environment, string seatName) => $"/s/{environment}/{seatName}/";

    /// <summary>The hash of the plan of all pods of a course: what they have in common, which is all but the student.</summary>
    internal static string PlanHashOf(Course course, string? documentsPath) =>
        ObjectNames.Hash(Encoding.UTF8.GetString(KubernetesJson.Write(Spec(course, Anybody, documentsPath))), 16);

    internal static Pod Build(Course course, EnrolledStudent student, Seat seat, string? documentsPath, string planHash) => new()
    {
        Metadata = new()
        {
            Name = student.SeatName,
            Namespace = course.Namespace,
            Labels = Labels.For(course.Name, Component, student.SeatName),
            Annotations = new Dictionary<string, string> { [PlanHash] = planHash },
            OwnerReferences = [OwnerReference.To(seat)],
        },
        Spec = Spec(course, student, documentsPath),
    };

    private static EnrolledStudent Anybody { get; } = new("", null, "");

    private static PodSpec Spec(Course course, EnrolledStudent student, string? documentsPath) => new()
    {
        RestartPolicy = "Always",
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        // The sandbox's process is the pod's init then and reaps what kernels and terminals leave behind, whatever the image.
        ShareProcessNamespace = true,
        TerminationGracePeriodSeconds = 10,
        SecurityContext = RestrictedPod.PodSecurity,
        Containers = [Notebook(course, student, documentsPath)],
        Volumes =
        [
            new() { Name = "homes", PersistentVolumeClaim = new() { ClaimName = HomesVolume.ClaimName(course.Name) } },
            // PyTorch's data loaders share tensors through it, and the default is 64 MB.
            new() { Name = "shared-memory", EmptyDir = new() { Medium = "Memory" } },
            .. course.Datasets.Select(dataset => new Volume
            {
                Name = DataVolumeName(dataset.Metadata.Name!),
                PersistentVolumeClaim = new() { ClaimName = DatasetVolumes.Name(course, dataset), ReadOnly = true },
            }),
        ],
    };

    private static Container Notebook(Course course, EnrolledStudent student, string? documentsPath)
    {
        var basePath = BasePath(course.Name, student.SeatName);
        return new()
        {
            Name = ContainerName,
            Image = course.Template.Spec.Image,
            ImagePullPolicy = "IfNotPresent",
            Command = ["python3", "-m", "jupyterlab"],
            Args =
            [
                "--no-browser", "--ServerApp.ip=0.0.0.0", $"--ServerApp.port={Port}", $"--ServerApp.base_url={basePath}",
                $"--ServerApp.root_dir={Home}", "--ServerApp.allow_remote_access=True",
            ],
            WorkingDir = Home,
            Env = [.. EnvironmentVariables(course, student)],
            Ports = [new() { Name = "http", Number = Port }],
            Resources = Requirements(course.SeatResources),
            // Answers without a token, and only once the server accepts requests.
            ReadinessProbe = new() { HttpGet = new() { Path = basePath + "api", Port = Port }, PeriodSeconds = 1, TimeoutSeconds = 5, FailureThreshold = 3 },
            SecurityContext = RestrictedPod.ContainerSecurity,
            TerminationMessagePolicy = "FallbackToLogsOnError",
            VolumeMounts =
            [
                new() { Name = "homes", MountPath = Home, SubPath = HomesVolume.HomePath(student.SeatName) },
                new() { Name = "shared-memory", MountPath = "/dev/shm" },
                .. course.Datasets.Select(dataset => dataset.Metadata.Name!).Select(dataset => new VolumeMount
                {
                    Name = DataVolumeName(dataset), MountPath = DatasetVolumes.MountPath(dataset), ReadOnly = true,
                }),
                .. documentsPath is null ? (VolumeMount[])[] : [new() { Name = "homes", MountPath = "/documents", SubPath = documentsPath, ReadOnly = true }],
            ],
        };
    }

    private static IEnumerable<EnvVar> EnvironmentVariables(Course course, EnrolledStudent student)
    {
        yield return new() { Name = "HOME", Value = Home };
        yield return new() { Name = "JUPYTER_TOKEN", ValueFrom = new() { SecretKeyRef = new() { Name = Tokens.SecretName(course.Name), Key = student.SeatName } } };
        yield return new() { Name = "MESONET_COURSE", Value = course.Name };
        yield return new() { Name = "MESONET_STUDENT", Value = student.Login };
        // Numerical libraries would start a thread per core of the node, whatever the seat's share is.
        yield return new() { Name = "OMP_NUM_THREADS", Value = Math.Max(1, (int)Math.Ceiling(course.SeatResources.Cpu.Value)).ToString() };
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

    private static string DataVolumeName(string dataset) => $"data-{ObjectNames.Hash(dataset, 10)}";
}
