using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.HomesProgram;

/// <summary>
/// A small pod of a course that goes on running one of the homes' programs, as the watch and the reader do: one of a kind, in the course's image, with the
/// homes' volume, and without a right at the API server.
/// </summary>
internal sealed record HomesPod
{
    /// <summary>What it is called by its label and in its name.</summary>
    public required string Component { get; init; }

    /// <summary>The name of its container.</summary>
    public required string ContainerName { get; init; }

    /// <summary>The program, of <see cref="HomesProgramFiles"/>.</summary>
    public required string Program { get; init; }

    /// <summary>What the program is told.</summary>
    public required IReadOnlyList<EnvVar> Env { get; init; }

    /// <summary>What makes it Ready. By the network, not by a command: no process is started each second for it.</summary>
    public required Probe Readiness { get; init; }

    /// <summary>The memory that it asks for.</summary>
    public required Quantity Memory { get; init; }

    /// <summary>The most memory that it may take.</summary>
    public required Quantity MostMemory { get; init; }

    /// <summary>Whether it may write to the homes' volume.</summary>
    public required bool WritesToHomes { get; init; }

    /// <summary>Its volumes but that of the homes and that of the program, each with where it is mounted.</summary>
    public IReadOnlyList<(Volume Volume, VolumeMount Mount)> Others { get; init; } = [];

    /// <summary>The name of a course's pod of this kind.</summary>
    public static string NameOf(string course, string component) => $"{course}-{component}";

    /// <summary>The pod of this kind that is there, ended or ending too; or null.</summary>
    public static ObservedPod? Find(IEnumerable<ObservedPod> pods, string component) => pods.FirstOrDefault(pod => pod.Metadata.Label(Labels.Component) == component);

    /// <summary>The pod.</summary>
    public Pod For(Course course)
    {
        var spec = Spec(course);
        return new()
        {
            Metadata = course.Owned(NameOf(course.Name, Component), Component) with { Annotations = new Dictionary<string, string> { [SeatPod.PlanHash] = HashOf(spec) } },
            Spec = spec,
        };
    }

    /// <summary>Whether a pod was made for just this.</summary>
    public bool IsOf(Course course, ObservedPod pod) => pod.Metadata.Annotation(SeatPod.PlanHash) == HashOf(Spec(course));

    private static string HashOf(PodSpec spec) => ObjectNames.Hash(Encoding.UTF8.GetString(KubernetesJson.Write(spec)) + HomesProgramFiles.Hash, 16);

    private PodSpec Spec(Course course) => new()
    {
        PriorityClassName = PriorityClasses.HandIn,
        RestartPolicy = "Always",
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        TerminationGracePeriodSeconds = 2,
        SecurityContext = RestrictedPod.PodSecurity,
        Affinity = ArchitectureAffinity.To(course.Template.Architectures),
        Containers =
        [
            new()
            {
                Name = ContainerName,
                Image = course.Image,
                ImagePullPolicy = "IfNotPresent",
                Command = HomesProgramFiles.Command(Program),
                Env = Env,
                ReadinessProbe = Readiness,
                Resources = new()
                {
                    Requests = new Dictionary<string, Quantity> { ["cpu"] = "10m", ["memory"] = Memory },
                    Limits = new Dictionary<string, Quantity> { ["memory"] = MostMemory },
                },
                SecurityContext = RestrictedPod.ContainerSecurity,
                TerminationMessagePolicy = "FallbackToLogsOnError",
                VolumeMounts =
                [
                    new() { Name = "homes", MountPath = HomesJob.VolumePath, ReadOnly = WritesToHomes ? null : true },
                    .. Others.Select(other => other.Mount),
                    HomesProgramFiles.Mount,
                ],
            },
        ],
        Volumes =
        [
            new() { Name = "homes", PersistentVolumeClaim = new() { ClaimName = HomesVolume.ClaimName(course.Name) } },
            .. Others.Select(other => other.Volume),
            HomesProgramFiles.Volume(course),
        ],
    };
}
