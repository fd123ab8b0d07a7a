using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>The Job that prepares the homes of a course. Its name says what it prepares from what, so that a change makes another one.</summary>
internal static class MaterialsJob
{
    public const string Component = "materials";
    private const string HomesVariable = "HOMES";
    private const string DocumentsVariable = "DOCUMENTS_KEY";
    private const string VolumePath = "/volume";

    /// <summary>The homes that a Job prepares, read from the Job itself.</summary>
    public static IEnumerable<string> HomesOf(Job job) => (Value(job, HomesVariable) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a Job prepares the documents that the course has now.</summary>
    public static bool HasDocumentsOf(Job job, Course course) => (Value(job, DocumentsVariable) ?? "") == DocumentsKey(course);

    /// <summary>The folder of the homes' volume that holds the documents as they are at a commit, or null where the course has none.</summary>
    public static string? DocumentsFolder(Course course, string commit) => DocumentsKey(course) is { Length: > 0 } key ? $"documents/{commit}-{key}" : null;

    /// <summary>The Job of the course as it is now.</summary>
    /// <param name="course">The course.</param>
    /// <param name="commit">The commit that the ref was pinned to, or null where it is to be found out.</param>
    public static Job Build(Course course, string? commit)
    {
        var code = course.Template.Spec.Code;
        var homes = string.Join('\n', course.Students.Select(student => student.SeatName).Order(StringComparer.Ordinal));
        var documents = course.Template.Spec.Documents?.Path ?? "";
        var links = string.Join(' ', new[] { course.Datasets.Count > 0 ? "data" : null, documents.Length > 0 ? "documents" : null }.OfType<string>());
        var name = ObjectNames.WithHash(
            $"{ObjectNames.Slug(course.Name)}-materials", course.Environment.Metadata.Uid!, code?.Repository ?? "", code?.Ref ?? "", code?.Path ?? "",
            course.CodeDirectory, documents, links, course.Template.Spec.Image, homes);
        return new()
        {
            Metadata = course.Owned(name, Component),
            Spec = new()
            {
                // The operator repeats it after a pause, and says why; the Job's own repeats would only hide it.
                BackoffLimit = 0,
                ActiveDeadlineSeconds = 900,
                Template = new()
                {
                    Metadata = new() { Labels = Labels.For(course.Name, Component) },
                    Spec = new()
                    {
                        RestartPolicy = "Never",
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        SecurityContext = RestrictedPod.PodSecurity,
                        Containers =
                        [
                            new()
                            {
                                Name = Component,
                                Image = course.Template.Spec.Image,
                                ImagePullPolicy = "IfNotPresent",
                                Command = ["sh", "-c", Script.Value],
                                WorkingDir = VolumePath,
                                Env =
                                [
                                    Variable("REPOSITORY", code?.Repository ?? ""), Variable("REF", commit ?? code?.Ref ?? ""),
                                    Variable("CODE_PATH", code?.Path ?? ""), Variable("CODE_DIRECTORY", course.CodeDirectory),
                                    Variable("DOCUMENTS_PATH", documents), Variable(DocumentsVariable, DocumentsKey(course)), Variable("LINKS", links), Variable(HomesVariable, homes),
                                ],
                                Resources = new()
                                {
                                    Requests = new Dictionary<string, Quantity> { ["cpu"] = "100m", ["memory"] = "256Mi" },
                                    Limits = new Dictionary<string, Quantity> { ["memory"] = "1Gi" },
                                },
                                SecurityContext = RestrictedPod.ContainerSecurity,
                                TerminationMessagePolicy = "FallbackToLogsOnError",
                                VolumeMounts = [new() { Name = "homes", MountPath = VolumePath }],
                            },
                        ],
                        Volumes = [new() { Name = "homes", PersistentVolumeClaim = new() { ClaimName = HomesVolume.ClaimName(course.Name) } }],
                    },
                },
            },
        };
    }

    private static readonly Lazy<string> Script = new(() =>
    {
        using var stream = typeof(MaterialsJob).Assembly.GetManifestResourceStream("prepare-homes.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    private static string DocumentsKey(Course course) => course.Template.Spec.Documents is { } documents ? ObjectNames.Hash(documents.Path, 8) : "";

    private static string? Value(Job job, string variable) =>
        job.Spec?.Template?.Spec?.Containers?.FirstOrDefault()?.Env?.FirstOrDefault(found => found.Name == variable)?.Value;

    private static EnvVar Variable(string name, string value) => new() { Name = name, Value = value };
}
