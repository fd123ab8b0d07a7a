using System.Runtime.CompilerServices;
using MesoNet.IAaS.Resources.Schema;

namespace MesoNet.IAaS.UnitTests.Resources;

public sealed class CustomResourceDefinitionTests
{
    [Fact]
    public void The_files_in_crds_are_what_the_types_generate()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "crds");
        var generated = CustomResourceDefinitions.Generate().ToDictionary(definition => $"{definition.Metadata.Name}.yaml", CustomResourceDefinitions.ToYaml);
        Assert.Equal(generated.Keys.Order(StringComparer.Ordinal), Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        foreach (var (file, yaml) in generated)
            Assert.True(yaml == File.ReadAllText(Path.Combine(folder, file)), $"crds/{file} is out of date: run './mesonet crds' and commit the difference.");
    }

    [Fact]
    public void Every_field_is_described() =>
        Assert.All(CustomResourceDefinitions.Generate(), definition =>
            Assert.Empty(Undescribed(definition.Spec!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!, "spec")));

    private static IEnumerable<string> Undescribed(System.Text.Json.Nodes.JsonNode schema, string path)
    {
        if (schema["description"] is null) yield return path;
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
        {
            foreach (var found in Undescribed(member!, $"{path}.{name}")) yield return found;
        }

        if (schema["items"]?["properties"] is not null)
        {
            foreach (var found in Undescribed(schema["items"]!, path + "[]")) yield return found;
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
