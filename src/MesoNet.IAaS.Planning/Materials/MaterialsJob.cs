using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>The Job that prepares the homes of a course. Its name says what it prepares from what, so that a change makes another one.</summary>
internal static class MaterialsJob
{
    public const string Component = "materials";
    private const string HomesVariable = "HOMES";
    private const string DocumentsVariable = "DOCUMENTS_KEY";
    private const string KeysVolume = "keys";
    private const string KeysPath = "/keys";

    /// <summary>The homes that a Job prepares, read from the Job itself.</summary>
    public static IEnumerable<string> HomesOf(Job job) => (HomesJob.SettingOf(job, HomesVariable) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a Job prepares the documents that the course has now.</summary>
    public static bool HasDocumentsOf(Job job, Course course) => (HomesJob.SettingOf(job, DocumentsVariable) ?? "") == DocumentsKey(course);

    /// <summary>The folder of the homes' volume that holds the documents as they are at a commit, or null where the course has none.</summary>
    public static string? DocumentsFolder(Course course, string commit) => DocumentsKey(course) is { Length: > 0 } key ? $"documents/{commit}-{key}" : null;

    /// <summary>The Job of the course as it is now.</summary>
    /// <param name="course">The course.</param>
    /// <param name="commit">The commit that the ref was pinned to, or null where it is to be found out.</param>
    /// <param name="look">Which look at a branch that is followed this is; null for the first.</param>
    public static Job Build(Course course, string? commit, string? look)
    {
        var code = course.Template.Spec.Code;
        var homes = string.Join('\n', course.Students.Select(student => student.SeatName).Order(StringComparer.Ordinal));
        var documents = course.Template.Spec.Documents?.Path ?? "";
        var links = string.Join(' ', new[] { course.Datasets.Count > 0 ? "data" : null, documents.Length > 0 ? "documents" : null }.OfType<string>());
        var name = ObjectNames.WithHash(
            $"{ObjectNames.Slug(course.Name)}-materials",
            [
                course.Environment.Metadata.Uid!, code?.Repository ?? "", code?.Ref ?? "", code?.Path ?? "", course.CodeDirectory, documents, links,
                course.Image, homes, .. new[] { code?.KeySecret, look }.OfType<string>(),
            ]);
        return HomesJob.Build(course, name, new(Component, "materials")
        {
            Environment =
            [
                Variable("REPOSITORY", code?.Repository ?? ""), Variable("REF", commit ?? code?.Ref ?? ""),
                Variable("CODE_PATH", code?.Path ?? ""), Variable("CODE_DIRECTORY", course.CodeDirectory),
                Variable("DOCUMENTS_PATH", documents), Variable(DocumentsVariable, DocumentsKey(course)), Variable("LINKS", links), Variable(HomesVariable, homes),
                .. code?.KeySecret is null ? (EnvVar[])[] : [Variable("KEYS", KeysPath)],
            ],
            // Optional: a Secret that is not there is told by the Job; the pod would hang without a word otherwise.
            Volumes = code?.KeySecret is { } secret
                ? [(new() { Name = KeysVolume, Secret = new() { SecretName = secret, Optional = true, DefaultMode = 0x120 } }, new() { Name = KeysVolume, MountPath = KeysPath, ReadOnly = true })]
                : [],
        });
    }

    private static string DocumentsKey(Course course) => course.Template.Spec.Documents is { } documents ? ObjectNames.Hash(documents.Path, 8) : "";

    private static EnvVar Variable(string name, string value) => new() { Name = name, Value = value };
}
