using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>The templates of a soak's courses, and the data set two of them name.</summary>
internal sealed class SoakTemplates(KubernetesClient admin)
{
    /// <summary>The field manager of all that people do in a soak.</summary>
    public const string FieldManager = "mesonet-soak";

    private const string Dataset = "soak-digits";

    /// <summary>Their names: without anything shared, with data, with data and documents.</summary>
    public static IReadOnlyList<string> Names { get; } = ["soak-plain", "soak-data", "soak-documents"];

    public Task PutDatasetAsync(CancellationToken cancellationToken) => admin.ApplyAsync(
        new Dataset { Metadata = new() { Name = Dataset }, Spec = new() { Title = "Digits", HostPath = new() { Path = "/srv/digits" } } },
        FieldManager, force: true, cancellationToken);

    /// <summary>Puts a template, or gives it another image.</summary>
    public Task PutAsync(string name, int version, CancellationToken cancellationToken) => admin.ApplyAsync(
        new CourseTemplate
        {
            Metadata = new() { Name = name },
            Spec = new()
            {
                Title = "Soak", Image = $"registry.mesonet.test/{name}:{version}",
                Code = new() { Repository = "git://git.mesonet.test/soak.git", Ref = "main" },
                Datasets = name == "soak-plain" ? null : [new() { Name = Dataset }],
                Documents = name == "soak-documents" ? new() { Path = "documents" } : null,
                Resources = new() { Lesson = new() { Cpu = "100m", Memory = "128Mi" } },
            },
        },
        FieldManager, force: true, cancellationToken);
}
