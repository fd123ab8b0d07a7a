using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>An image that fetches data sets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Architectures">The architectures it runs on; null where nobody knows.</param>
internal sealed record FetchImage(string Name, IReadOnlyList<string>? Architectures);

/// <summary>The Job that fetches one version of a data set. What it does is in fetch-dataset.py.</summary>
internal static class FetchJob
{
    private const string VolumePath = "/volume";

    /// <summary>The image that a Job fetches with.</summary>
    public static FetchImage? ImageOf(Job job) =>
        job.Spec?.Template?.Spec is { } pod && pod.Containers?.FirstOrDefault()?.Image is { } image ? new(image, ArchitectureAffinity.Of(pod.Affinity)) : null;

    /// <summary>The Job of a version.</summary>
    public static Job Build(Dataset dataset, string version, FetchImage image)
    {
        var source = dataset.Spec.Source!;
        var claim = FetchedVersion.ClaimName(dataset, version);
        var name = ObjectNames.WithHash($"fetch-{ObjectNames.Slug(dataset.Metadata.Name!)}", claim, image.Name);
        return new()
        {
            Metadata = FetchedVersion.Metadata(dataset, name, version),
            Spec = new()
            {
                // The operator repeats it after a pause, and says why; the Job's own repeats would only hide it.
                BackoffLimit = 0,
                // The program gives up on a server that is silent; this is for whatever else may hang.
                ActiveDeadlineSeconds = 24 * 3600,
                Template = new()
                {
                    Metadata = new() { Labels = FetchedVersion.LabelsOf(dataset, version) },
                    Spec = new()
                    {
                        PriorityClassName = PriorityClasses.HandIn,
                        RestartPolicy = "Never",
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        SecurityContext = RestrictedPod.PodSecurity,
                        Affinity = ArchitectureAffinity.To(image.Architectures),
                        Containers = [Container(source, image.Name)],
                        Volumes = [new() { Name = "data", PersistentVolumeClaim = new() { ClaimName = claim } }],
                    },
                },
            },
        };
    }

    private static Container Container(DatasetSource source, string image) => new()
    {
        Name = "fetch",
        Image = image,
        ImagePullPolicy = "IfNotPresent",
        // Isolated: nothing of the image's or the volume's changes what is imported.
        Command = ["python3", "-I", "-c", Program.Value],
        WorkingDir = VolumePath,
        Env =
        [
            new() { Name = "SOURCE", Value = FetchedVersion.WhatToFetch(source) },
            new() { Name = "LIMIT", Value = ((long)Math.Min(decimal.Truncate(FetchedVersion.SizeOf(source).Value), long.MaxValue)).ToString() },
        ],
        Resources = new()
        {
            Requests = new Dictionary<string, Quantity> { ["cpu"] = "100m", ["memory"] = "256Mi" },
            Limits = new Dictionary<string, Quantity> { ["memory"] = "1Gi" },
        },
        SecurityContext = RestrictedPod.ContainerSecurity,
        TerminationMessagePolicy = "FallbackToLogsOnError",
        VolumeMounts = [new() { Name = "data", MountPath = VolumePath }],
    };

    private static readonly Lazy<string> Program = new(() =>
    {
        using var stream = typeof(FetchJob).Assembly.GetManifestResourceStream("fetch-dataset.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
