using System.Collections.Concurrent;
using System.Reflection;

namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>Marks a record as a Kubernetes resource and says where the API server keeps it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KubernetesResourceAttribute(string group, string version, string kind, string plural) : Attribute
{
    public string Group { get; } = group;
    public string Version { get; } = version;
    public string Kind { get; } = kind;
    public string Plural { get; } = plural;
    public bool ClusterScoped { get; init; }
}

/// <summary>Where objects of one kind are found in the API.</summary>
public sealed record ResourceType(string Group, string Version, string Kind, string Plural, bool Namespaced)
{
    private static readonly ConcurrentDictionary<Type, ResourceType> Known = new();

    /// <summary>The value of <c>apiVersion</c>: "v1" for the core group, "group/version" otherwise.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The resource type of <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">The type has no <see cref="KubernetesResourceAttribute"/>.</exception>
    public static ResourceType Of<T>() where T : KubernetesObject => Of(typeof(T));

    /// <inheritdoc cref="Of{T}"/>
    public static ResourceType Of(Type type) => Known.GetOrAdd(type, static found =>
    {
        var attribute = found.GetCustomAttribute<KubernetesResourceAttribute>()
            ?? throw new InvalidOperationException($"{found.Name} has no {nameof(KubernetesResourceAttribute)}.");
        return new(attribute.Group, attribute.Version, attribute.Kind, attribute.Plural, !attribute.ClusterScoped);
    });

    /// <summary>The path of the collection, in one namespace or (empty namespace) over all of them.</summary>
    public string CollectionPath(string @namespace)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        return Namespaced && @namespace.Length > 0 ? $"{root}/namespaces/{@namespace}/{Plural}" : $"{root}/{Plural}";
    }

    /// <summary>The path of one object.</summary>
    public string ObjectPath(ObjectKey key) => $"{CollectionPath(key.Namespace)}/{key.Name}";
}
