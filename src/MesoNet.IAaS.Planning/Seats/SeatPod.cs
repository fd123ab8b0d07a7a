using System.Text.Json;
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

    /// <summary>An annotation: a hash of the pod as planned, so that a waiting pod of an older plan can be told and replaced.</summary>
    internal const string PlanHash = "mesonet.fr/plan-hash";

    private const string Home = "/home/student";

    /// <summary>The path that a seat's JupyterLab is served under.</summary>
    public static string BasePath(string environment, string seatName) => $"/s/{environment}/{seatName}/";

    internal static Pod Build(Course course, EnrolledStudent student, Seat seat, string? documentsPath)
    {
        var pod = new Pod
        {
            Metadata = new()
            {
                Name = student.SeatName,
                Namespace = course.Namespace,
                Labels = Labels.For(course.Name, Component, student.SeatName),
                OwnerReferences = [OwnerReference.To(seat)],
            },
            Spec = new()
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
            },
        };
        var hash = ObjectNames.Hash(JsonSerializer.Serialize(pod.Spec, KubernetesJson.Options), 16);
        return pod with { Metadata = pod.Metadata with { Annotations = new Dictionary<string, string> { [PlanHash] = hash } } };
    }

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
