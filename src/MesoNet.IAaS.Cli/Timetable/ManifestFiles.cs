using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using YamlDotNet.Core;

namespace MesoNet.IAaS.Cli.Timetable;

/// <summary>Reads manifests: files, or all YAML files of a folder. Kinds that say nothing of a timetable are passed over.</summary>
internal static class ManifestFiles
{
    // The API server drops what it does not know, without a word; a misspelt "lessons" would be a course that always runs.
    private static readonly JsonSerializerOptions Strict = new(KubernetesJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <exception cref="UserMistakeException">A file is not there, is no YAML, or holds an object that is not of its kind.</exception>
    public static SiteObjects Read(IEnumerable<string> paths) => paths.SelectMany(Files).Select(ReadFile).Aggregate(SiteObjects.None, (all, file) => all.And(file));

    /// <summary>The documents of a file.</summary>
    /// <exception cref="UserMistakeException">The file is not there, or is no YAML.</exception>
    public static IReadOnlyList<JsonNode> Documents(string file)
    {
        try
        {
            return KubernetesYaml.ReadDocuments(File.ReadAllText(file));
        }
        catch (YamlException exception)
        {
            throw new UserMistakeException($"{file} is no YAML: line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message}");
        }
        // A key that is no text, or the same key twice.
        catch (Exception exception) when (exception is InvalidCastException or ArgumentException)
        {
            throw new UserMistakeException($"{file} is YAML, but no Kubernetes manifest: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException($"{file} cannot be read: {exception.Message}");
        }
    }

    /// <summary>One object of a file as its type.</summary>
    /// <exception cref="UserMistakeException">It is not of that type.</exception>
    public static T Object<T>(JsonNode document, string file, string what)
    {
        try
        {
            WithoutNulls(document, file, what);
            return document.Deserialize<T>(KubernetesJson.Options) ?? throw new UserMistakeException($"{file}: {what} is empty.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What follows is a place in a JSON text that nobody has seen.
            var why = exception.Message.Split(" | LineNumber", 2)[0].Split(" LineNumber:", 2)[0];
            throw new UserMistakeException($"{file}: {what} cannot be read: {why}");
        }
    }

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [path];

    private static SiteObjects ReadFile(string file)
    {
        var (environments, templates, datasets, nodes, workspaces) = (new List<ClassroomEnvironment>(), new List<CourseTemplate>(), new List<Dataset>(), new List<Node>(), new List<ResearchWorkspace>());
        foreach (var document in Documents(file).SelectMany(Items))
        {
            if (document is not JsonObject item || item["kind"] is not JsonValue kindNode || !kindNode.TryGetValue(out string? kind))
                throw new UserMistakeException($"{file} holds something that has no kind, so it is no Kubernetes manifest.");
            var what = $"the {kind} \"{(item["metadata"] as JsonObject)?["name"]}\"";
            switch (kind)
            {
                case nameof(ClassroomEnvironment): environments.Add(Named(Known<ClassroomEnvironment, ClassroomEnvironmentSpec>(item, file, what), file)); break;
                case nameof(CourseTemplate): templates.Add(Named(Known<CourseTemplate, CourseTemplateSpec>(item, file, what), file)); break;
                case nameof(Dataset): datasets.Add(Named(Known<Dataset, DatasetSpec>(item, file, what), file)); break;
                case nameof(ResearchWorkspace): workspaces.Add(Named(Known<ResearchWorkspace, ResearchWorkspaceSpec>(item, file, what), file)); break;
                case nameof(Node): nodes.Add(Named(Object<Node>(item, file, what), file)); break;
            }
        }

        return new(environments, templates, datasets, nodes) { Workspaces = workspaces };
    }

    // What 'kubectl get -o yaml' prints is one list.
    private static IEnumerable<JsonNode?> Items(JsonNode document) =>
        document is JsonObject list && list["kind"]?.ToString() is { } kind && kind.EndsWith("List", StringComparison.Ordinal) && list["items"] is JsonArray items
            ? items.Select(item => item?.DeepClone())
            : Enumerable.Repeat(document, 1);

    private static T Known<T, TSpec>(JsonObject item, string file, string what)
    {
        var read = Object<T>(item, file, what);
        try
        {
            item["spec"].Deserialize<TSpec>(Strict);
            return read;
        }
        catch (JsonException exception)
        {
            throw new UserMistakeException($"{file}: {what} has a member that is not known, spec{exception.Path?.TrimStart('$')}. Correct its name, or take it out.");
        }
    }

    // What is given as nothing counts as not given, as in Kubernetes.
    private static void WithoutNulls(JsonNode? node, string file, string what)
    {
        if (node is JsonObject members)
        {
            foreach (var empty in members.Where(member => member.Value is null).Select(member => member.Key).ToList()) members.Remove(empty);
            foreach (var (_, value) in members) WithoutNulls(value, file, what);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                if (item is null) throw new UserMistakeException($"{file}: {what} has an empty item in the list {node.GetPath().TrimStart('$', '.')}. Take it out.");
                WithoutNulls(item, file, what);
            }
        }
    }

    private static T Named<T>(T item, string file) where T : KubernetesObject =>
        item.Metadata.Name is { Length: > 0 } ? item : throw new UserMistakeException($"{file} holds a {item.Kind} without metadata.name.");
}
