using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.HomesProgram;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>The Job that prepares the homes of a workplace. Its name says what it prepares from what, so that a change makes another one.</summary>
internal static class MaterialsJob
{
    public const string Component = "materials";
    private const string FormerHomesVariable = "HOMES";
    private const string RefVariable = "REF";
    private const string DocumentsAbove = "documents/";
    private const string DocumentsVariable = "DOCUMENTS_KEY";
    private const string KeysVolume = "keys";
    private const string KeysPath = "/keys";

    /// <summary>The homes that a Job prepares, read from the Job itself.</summary>
    /// <remarks>A Job of an operator before this one has them in a setting: its homes are prepared, and their seats may go on starting.</remarks>
    public static IReadOnlyList<string> HomesOf(Job job) =>
        HomesJob.ArgumentsOf(job) is { Count: > 0 } homes ? homes : (HomesJob.SettingOf(job, FormerHomesVariable) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What a Job asks the repository for: a ref, or the commit that it was pinned to; read from the Job itself.</summary>
    public static string? AskedOf(Job job) => HomesJob.SettingOf(job, RefVariable);

    /// <summary>Whether a Job prepares the documents that the workplace has from its code now.</summary>
    /// <remarks>A workplace whose documents are no folder of the repository (they are a data set, or there are none any more) needs none of a Job.</remarks>
    public static bool HasDocumentsOf(Job job, Workplace workplace) => DocumentsKey(workplace) is "" || HomesJob.SettingOf(job, DocumentsVariable) == DocumentsKey(workplace);

    /// <summary>The folder of the homes' volume that holds documents, by the folder of the repository and the git tree that they are.</summary>
    public static string DocumentsFolder(string path, string tree) => DocumentsAbove + DocumentsName(path, tree);

    /// <summary>The last part of <see cref="DocumentsFolder"/>.</summary>
    public static string DocumentsName(string path, string tree) => $"{tree}-{KeyOf(path)}";

    /// <summary>The names of the documents' folders that pods of the workplace have mounted, whether they run yet or not.</summary>
    public static IEnumerable<string> DocumentsMounted(ObservedWorkplace observed) => observed.Pods
        .SelectMany(pod => pod.Spec?.Containers ?? []).SelectMany(container => container.VolumeMounts ?? [])
        .Select(mount => mount.SubPath).OfType<string>().Where(path => path.StartsWith(DocumentsAbove, StringComparison.Ordinal)).Select(path => path[DocumentsAbove.Length..]);

    /// <summary>The Job of the workplace as it is now.</summary>
    /// <param name="workplace">The workplace.</param>
    /// <param name="commit">The commit that the ref was pinned to, or null where it is to be found out.</param>
    /// <param name="look">Which look at a branch that is followed this is; null for the first.</param>
    /// <param name="repeat">Which repeat for homes that failed; null for the first.</param>
    public static Job Build(Workplace workplace, string? commit, string? look, string? repeat)
    {
        var code = workplace.Code;
        var homes = workplace.SeatNames.Order(StringComparer.Ordinal).ToList();
        var documents = workplace.DocumentsOfCode ?? "";
        var links = string.Join(' ', new[] { workplace.Data.Any() ? "data" : null, documents.Length > 0 || workplace.DocumentsDataset is not null ? "documents" : null }.OfType<string>());
        var name = ObjectNames.WithHash(
            $"{ObjectNames.Slug(workplace.Name)}-materials",
            [
                workplace.Resource.Metadata.Uid!, code?.Repository ?? "", code?.Ref ?? "", code?.Path ?? "", workplace.CodeDirectory, documents, links,
                workplace.Image, string.Join('\n', homes), .. new[] { code?.KeySecret, look, repeat }.OfType<string>(),
            ]);
        return HomesJob.Build(workplace, name, new(Component, "materials")
        {
            // Each an argument of its own: together they may be longer than one setting can be.
            Arguments = homes,
            Environment =
            [
                Variable("REPOSITORY", code?.Repository ?? ""), Variable(RefVariable, commit ?? code?.Ref ?? ""),
                Variable("CODE_PATH", code?.Path ?? ""), Variable("CODE_DIRECTORY", workplace.CodeDirectory),
                Variable("DOCUMENTS_PATH", documents), Variable(DocumentsVariable, DocumentsKey(workplace)), Variable("LINKS", links),
                .. code?.KeySecret is null ? (EnvVar[])[] : [Variable("KEYS", KeysPath)],
            ],
            // Optional: a Secret that is not there is told by the Job; the pod would hang without a word otherwise.
            Volumes = code?.KeySecret is { } secret
                ? [(new() { Name = KeysVolume, Secret = new() { SecretName = secret, Optional = true, DefaultMode = 0x120 } }, new() { Name = KeysVolume, MountPath = KeysPath, ReadOnly = true })]
                : [],
        });
    }

    /// <summary>The same Job with the documents' folders that it must leave; what pods mount at the moment is no part of what the Job is.</summary>
    public static Job Keeping(Job job, IEnumerable<string> folders)
    {
        var pod = job.Spec!.Template!;
        var container = pod.Spec!.Containers!.Single();
        var kept = string.Join(' ', folders.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        if (kept.Length == 0) return job;
        container = container with { Env = [.. container.Env!, Variable("DOCUMENTS_KEPT", kept)] };
        return job with { Spec = job.Spec with { Template = pod with { Spec = pod.Spec with { Containers = [container] } } } };
    }

    private static string DocumentsKey(Workplace workplace) => workplace.DocumentsOfCode is { } path ? KeyOf(path) : "";

    private static string KeyOf(string path) => ObjectNames.Hash(path, 8);

    private static EnvVar Variable(string name, string value) => new() { Name = name, Value = value };
}
