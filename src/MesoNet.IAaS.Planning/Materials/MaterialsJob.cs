using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>The Job that prepares the homes of a workplace. Its name says what it prepares from what, so that a change makes another one.</summary>
internal static class MaterialsJob
{
    public const string Component = "materials";
    private const string HomesVariable = "HOMES";
    private const string DocumentsVariable = "DOCUMENTS_KEY";
    private const string KeysVolume = "keys";
    private const string KeysPath = "/keys";

    /// <summary>The homes that a Job prepares, read from the Job itself.</summary>
    public static IEnumerable<string> HomesOf(Job job) => (HomesJob.SettingOf(job, HomesVariable) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a Job prepares the documents that the workplace has now.</summary>
    public static bool HasDocumentsOf(Job job, Workplace workplace) => (HomesJob.SettingOf(job, DocumentsVariable) ?? "") == DocumentsKey(workplace);

    /// <summary>The folder of the homes' volume that holds the documents as they are at a commit, or null where the workplace has none.</summary>
    public static string? DocumentsFolder(Workplace workplace, string commit) => DocumentsKey(workplace) is { Length: > 0 } key ? $"documents/{commit}-{key}" : null;

    /// <summary>The Job of the workplace as it is now.</summary>
    /// <param name="workplace">The workplace.</param>
    /// <param name="commit">The commit that the ref was pinned to, or null where it is to be found out.</param>
    /// <param name="look">Which look at a branch that is followed this is; null for the first.</param>
    public static Job Build(Workplace workplace, string? commit, string? look)
    {
        var code = workplace.Code;
        var homes = string.Join('\n', workplace.SeatNames.Order(StringComparer.Ordinal));
        var documents = workplace.Documents?.Path ?? "";
        var links = string.Join(' ', new[] { workplace.Datasets.Count > 0 ? "data" : null, documents.Length > 0 ? "documents" : null }.OfType<string>());
        var name = ObjectNames.WithHash(
            $"{ObjectNames.Slug(workplace.Name)}-materials",
            [
                workplace.Resource.Metadata.Uid!, code?.Repository ?? "", code?.Ref ?? "", code?.Path ?? "", workplace.CodeDirectory, documents, links,
                workplace.Image, homes, .. new[] { code?.KeySecret, look }.OfType<string>(),
            ]);
        return HomesJob.Build(workplace, name, new(Component, "materials")
        {
            Environment =
            [
                Variable("REPOSITORY", code?.Repository ?? ""), Variable("REF", commit ?? code?.Ref ?? ""),
                Variable("CODE_PATH", code?.Path ?? ""), Variable("CODE_DIRECTORY", workplace.CodeDirectory),
                Variable("DOCUMENTS_PATH", documents), Variable(DocumentsVariable, DocumentsKey(workplace)), Variable("LINKS", links), Variable(HomesVariable, homes),
                .. code?.KeySecret is null ? (EnvVar[])[] : [Variable("KEYS", KeysPath)],
            ],
            // Optional: a Secret that is not there is told by the Job; the pod would hang without a word otherwise.
            Volumes = code?.KeySecret is { } secret
                ? [(new() { Name = KeysVolume, Secret = new() { SecretName = secret, Optional = true, DefaultMode = 0x120 } }, new() { Name = KeysVolume, MountPath = KeysPath, ReadOnly = true })]
                : [],
        });
    }

    private static string DocumentsKey(Workplace workplace) => workplace.Documents is { } documents ? ObjectNames.Hash(documents.Path, 8) : "";

    private static EnvVar Variable(string name, string value) => new() { Name = name, Value = value };
}
