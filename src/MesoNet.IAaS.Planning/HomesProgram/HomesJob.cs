using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Workplaces;

namespace MesoNet.IAaS.Planning.HomesProgram;

/// <summary>One run of the program on a workplace's homes.</summary>
/// <param name="Component">What its Job and pods are labelled as.</param>
/// <param name="Task">Which task of the program it is.</param>
internal sealed record HomesTask(string Component, string Task)
{
    /// <summary>The task's arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The task's settings.</summary>
    public IReadOnlyList<EnvVar> Environment { get; init; } = [];

    /// <summary>Whether it only reads the homes.</summary>
    public bool ReadsOnly { get; init; }

    /// <summary>Volumes beside the homes, each with where it is mounted.</summary>
    public IReadOnlyList<(Volume Volume, VolumeMount Mount)> Volumes { get; init; } = [];

    /// <summary>After how long it is given up.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>The Job of a task: as the students' user, with the homes, the program and what the task needs beside.</summary>
internal static class HomesJob
{
    /// <summary>Where the homes' volume is mounted.</summary>
    public const string VolumePath = "/volume";

    /// <summary>Builds the Job.</summary>
    /// <param name="workplace">The workplace.</param>
    /// <param name="name">The Job's name, which says what it does with what: a change makes another one.</param>
    /// <param name="task">The task.</param>
    public static Job Build(Workplace workplace, string name, HomesTask task) => new()
    {
        Metadata = workplace.Owned(name, task.Component),
        Spec = new()
        {
            // The operator repeats it after a pause, and says why; the Job's own repeats would only hide it.
            BackoffLimit = 0,
            ActiveDeadlineSeconds = (long)task.Deadline.TotalSeconds,
            Template = new()
            {
                Metadata = new() { Labels = workplace.LabelsOf(task.Component) },
                Spec = new()
                {
                    PriorityClassName = PriorityClasses.HandIn,
                    RestartPolicy = "Never",
                    AutomountServiceAccountToken = false,
                    EnableServiceLinks = false,
                    SecurityContext = RestrictedPod.PodSecurity,
                    Affinity = ArchitectureAffinity.To(workplace.Architectures),
                    Containers = [Container(workplace, task)],
                    Volumes =
                    [
                        new() { Name = "homes", PersistentVolumeClaim = new() { ClaimName = HomesVolume.ClaimName(workplace.Name) } },
                        HomesProgramFiles.Volume(workplace),
                        .. task.Volumes.Select(volume => volume.Volume),
                    ],
                },
            },
        },
    };

    /// <summary>A setting of a Job's task, read from the Job itself; null where it has none of that name.</summary>
    public static string? SettingOf(Job job, string name) => ContainerOf(job)?.Env?.FirstOrDefault(found => found.Name == name)?.Value;

    /// <summary>The arguments of a Job's task, read from the Job itself.</summary>
    public static IReadOnlyList<string> ArgumentsOf(Job job) => ContainerOf(job)?.Args ?? [];

    private static Container? ContainerOf(Job job) => job.Spec?.Template?.Spec?.Containers?.FirstOrDefault();

    private static Container Container(Workplace workplace, HomesTask task) => new()
    {
        Name = task.Component,
        Image = workplace.Image,
        ImagePullPolicy = "IfNotPresent",
        Command = HomesProgramFiles.Command(task.Task),
        Args = task.Arguments.Count > 0 ? task.Arguments : null,
        WorkingDir = VolumePath,
        Env = task.Environment,
        Resources = new()
        {
            Requests = new Dictionary<string, Quantity> { ["cpu"] = "100m", ["memory"] = "256Mi" },
            Limits = new Dictionary<string, Quantity> { ["memory"] = "1Gi" },
        },
        SecurityContext = RestrictedPod.ContainerSecurity,
        TerminationMessagePolicy = "FallbackToLogsOnError",
        VolumeMounts = [new() { Name = "homes", MountPath = VolumePath, ReadOnly = task.ReadsOnly ? true : null }, HomesProgramFiles.Mount, .. task.Volumes.Select(volume => volume.Mount)],
    };
}
