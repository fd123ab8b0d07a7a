using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Resources.Schema;

/// <summary>Structural OpenAPI v3 schemas from the resource types: members, docstrings and the attributes beside this file.</summary>
internal sealed class SchemaGenerator(XmlDocumentation documentation)
{
    /// <summary>The schema of a type of a resource's spec or status.</summary>
    public JsonObject Generate(Type type)
    {
        var schema = Shape(type);
        if (documentation.Summary(type) is { } summary && schema["type"]?.GetValue<string>() == "object") schema["description"] = summary;
        AddRules(schema, type.GetCustomAttributes<RuleAttribute>());
        return schema;
    }

    private JsonObject Shape(Type type)
    {
        var underlying = Nullable.GetUnderlyingType(type) ?? type;
        if (underlying == typeof(string)) return new() { ["type"] = "string" };
        if (underlying == typeof(bool)) return new() { ["type"] = "boolean" };
        if (underlying == typeof(int)) return new() { ["type"] = "integer", ["format"] = "int32" };
        if (underlying == typeof(long)) return new() { ["type"] = "integer", ["format"] = "int64" };
        if (underlying == typeof(DateTimeOffset)) return new() { ["type"] = "string", ["format"] = "date-time" };
        if (underlying == typeof(Quantity))
        {
            return new()
            {
                ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
                // Narrower than Kubernetes' own: no sign, no exponent, no more digits than mean anything.
                ["pattern"] = "^[0-9]{1,15}(\\.[0-9]{1,9})?([KMGTPE]i|[mkMGTPE])?$",
                ["x-kubernetes-int-or-string"] = true,
            };
        }

        if (underlying.IsEnum)
            return new() { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames(underlying).Select(name => JsonValue.Create(name))]) };
        if (Argument(underlying, typeof(IReadOnlyDictionary<,>), 1) is { } value)
            return new() { ["type"] = "object", ["additionalProperties"] = Generate(value) };
        if (Argument(underlying, typeof(IReadOnlyList<>), 0) is { } item)
            return new() { ["type"] = "array", ["items"] = Generate(item) };
        return Record(underlying);
    }

    private JsonObject Record(Type type)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            properties[name] = Property(property);
            if (property.GetCustomAttribute<RequiredMemberAttribute>() is not null) required.Add(name);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) schema["required"] = required;
        return schema;
    }

    private JsonObject Property(PropertyInfo property)
    {
        var schema = Generate(property.PropertyType);
        // A condition's members are Kubernetes' own and carry no docstring of this assembly.
        if (documentation.Summary(property) is { } summary) schema["description"] = summary;
        if (property.GetCustomAttribute<PatternAttribute>() is { } pattern) schema["pattern"] = pattern.Pattern;
        if (property.GetCustomAttribute<LengthAttribute>() is { } length)
        {
            var (least, most) = schema["type"]!.GetValue<string>() == "array" ? ("minItems", "maxItems") : ("minLength", "maxLength");
            if (length.Minimum > 0) schema[least] = length.Minimum;
            schema[most] = length.Maximum;
        }

        if (property.GetCustomAttribute<BoundsAttribute>() is { } bounds) (schema["minimum"], schema["maximum"]) = (bounds.Minimum, bounds.Maximum);
        if (property.GetCustomAttribute<DefaultAttribute>() is { } standard) schema["default"] = JsonSerializer.SerializeToNode(standard.Value);
        if (property.GetCustomAttribute<ListMapAttribute>() is { } map)
        {
            schema["x-kubernetes-list-type"] = "map";
            schema["x-kubernetes-list-map-keys"] = new JsonArray(map.Key);
        }

        AddRules(schema, property.GetCustomAttributes<RuleAttribute>());
        return schema;
    }

    private static void AddRules(JsonObject schema, IEnumerable<RuleAttribute> rules)
    {
        var array = new JsonArray([.. rules.Select(rule => new JsonObject { ["rule"] = rule.Expression, ["message"] = rule.Message })]);
        if (array.Count == 0) return;
        if (schema["x-kubernetes-validations"] is JsonArray existing)
        {
            foreach (var rule in array.ToList())
            {
                array.Remove(rule);
                existing.Add(rule);
            }
        }
        else
        {
            schema["x-kubernetes-validations"] = array;
        }
    }

    private static Type? Argument(Type type, Type generic, int position) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GetGenericArguments()[position] : null;
}
