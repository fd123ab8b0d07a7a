using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace MesoNet.IAaS.Kubernetes.Serialization;

/// <summary>YAML in and out, by way of JSON: one set of types and converters serves both.</summary>
public static class KubernetesYaml
{
    /// <summary>Reads each document of a YAML text as JSON. Plain scalars get the types of YAML 1.2's core schema.</summary>
    /// <exception cref="YamlException">The text is no YAML; the exception says where.</exception>
    public static IReadOnlyList<JsonNode> ReadDocuments(string yaml)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(yaml);
        stream.Load(reader);
        return [.. stream.Documents.Select(document => ToJson(document.RootNode)).OfType<JsonNode>()];
    }

    /// <summary>Reads a single-document YAML text as <typeparamref name="T"/>.</summary>
    /// <exception cref="YamlException">The text is no YAML.</exception>
    /// <exception cref="JsonException">The document does not fit the type.</exception>
    public static T Read<T>(string yaml) =>
        (ReadDocuments(yaml).SingleOrDefault() ?? throw new JsonException("The YAML text is empty."))
        .Deserialize<T>(KubernetesJson.Options)!;

    /// <summary>Writes any value as a YAML document, members in the order of the JSON.</summary>
    public static string Write<T>(T value) => WriteNode(JsonSerializer.SerializeToNode(value, KubernetesJson.Options)!);

    /// <summary>Writes JSON as a YAML document.</summary>
    public static string WriteNode(JsonNode node)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        new YamlStream(new YamlDocument(ToYaml(node))).Save(new DocumentMarkerlessEmitter(emitter), assignAnchors: false);
        return writer.ToString().ReplaceLineEndings("\n");
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(
            pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? "", ToJson(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => PlainToJson(plain.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new YamlException(node.Start, node.End, $"A {node.NodeType} node has no place here."),
    };

    private static JsonValue? PlainToJson(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when LooksNumeric(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            => JsonValue.Create(integer),
        _ when LooksNumeric(text) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static bool LooksNumeric(string text) => char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.');

    private static YamlNode ToYaml(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return new YamlScalarNode("null");
            case JsonObject members:
                var mapping = new YamlMappingNode { Style = members.Count == 0 ? MappingStyle.Flow : MappingStyle.Block };
                foreach (var (name, value) in members) mapping.Add(ScalarForText(name), ToYaml(value));
                return mapping;
            case JsonArray items:
                return new YamlSequenceNode(items.Select(ToYaml)) { Style = items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block };
            default:
                return node.GetValueKind() == JsonValueKind.String
                    ? ScalarForText(node.GetValue<string>())
                    : new YamlScalarNode(node.ToJsonString());
        }
    }

    // A text that would be read back as something else is quoted; a text of several lines is a literal block.
    private static YamlScalarNode ScalarForText(string text)
    {
        if (text.Contains('\n', StringComparison.Ordinal)) return new(text) { Style = ScalarStyle.Literal };
        var ambiguous = PlainToJson(text) is not JsonValue value || value.GetValueKind() != JsonValueKind.String
            || text is "yes" or "no" or "on" or "off" or "y" or "n";
        return new(text) { Style = ambiguous ? ScalarStyle.DoubleQuoted : ScalarStyle.Any };
    }

    /// <summary>Leaves out the "..." that YamlDotNet writes behind each document.</summary>
    private sealed class DocumentMarkerlessEmitter(Emitter inner) : IEmitter
    {
        public void Emit(ParsingEvent @event) => inner.Emit(@event is DocumentEnd ? new DocumentEnd(isImplicit: true) : @event);
    }
}
