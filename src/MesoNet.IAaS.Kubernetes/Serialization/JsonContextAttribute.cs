using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MesoNet.IAaS.Kubernetes.Serialization;

/// <summary>Says which generated <see cref="JsonSerializerContext"/> reads and writes the Kubernetes objects of this assembly.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class JsonContextAttribute(Type context) : Attribute
{
    /// <summary>The context's type.</summary>
    public Type Context { get; } = context;
}

/// <summary>Finds generated code for a type in the context that the type's assembly declares.</summary>
internal sealed class DeclaredJsonContexts : IJsonTypeInfoResolver
{
    private readonly ConcurrentDictionary<Assembly, IJsonTypeInfoResolver?> declared = new();

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
    {
        foreach (var assembly in AssembliesOf(type))
        {
            if (declared.GetOrAdd(assembly, Declared)?.GetTypeInfo(type, options) is { } found) return found;
        }

        return null;
    }

    // A list is declared where what it holds is.
    private static IEnumerable<Assembly> AssembliesOf(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(AssembliesOf).Append(type.Assembly) : [type.Assembly];

    private static JsonSerializerContext? Declared(Assembly assembly) =>
        assembly.GetCustomAttribute<JsonContextAttribute>() is { Context: var context } ? (JsonSerializerContext)Activator.CreateInstance(context)! : null;
}
