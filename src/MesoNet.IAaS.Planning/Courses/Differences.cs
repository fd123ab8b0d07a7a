using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Courses;

/// <summary>
/// Which wanted objects must be written. An object is as wanted when everything we say of it stands in it (others may have added to it)
/// and the hash of what we last said is the same (so what we no longer say is taken back). What a predecessor owns is left to go first.
/// </summary>
internal static class Differences
{
    public static IReadOnlyList<KubernetesObject> Of(Workplace workplace, IReadOnlyList<KubernetesObject> wanted, ObservedWorkplace observed)
    {
        var present = new Dictionary<(Type, ObjectKey), KubernetesObject>();
        foreach (var item in ((IEnumerable<KubernetesObject>)observed.Claims).Concat(observed.Volumes).Concat(observed.NetworkPolicies).Concat(observed.ConfigMaps))
            present[(item.GetType(), item.Key)] = item;
        return
        [
            .. wanted.Select(WithHash).Where(item =>
                !present.TryGetValue((item.GetType(), item.Key), out var existing)
                || (!workplace.IsOfPredecessor(existing)
                    && (existing.Metadata.Annotation(Labels.AppliedHash) != item.Metadata.Annotation(Labels.AppliedHash)
                        || !IsWithin(item, existing)))),
        ];
    }

    private static KubernetesObject WithHash(KubernetesObject item)
    {
        var annotations = new Dictionary<string, string>(item.Metadata.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            [Labels.AppliedHash] = ObjectNames.Hash(ToJson(WithoutData(item)).ToJsonString() + (item is ConfigMap { Data: { } data } ? HashOf(data) : ""), 16),
        };
        return item with { Metadata = item.Metadata with { Annotations = annotations } };
    }

    // The texts of a ConfigMap are large and the same for every workplace: compared as they are, and hashed once.
    private static bool IsWithin(KubernetesObject item, KubernetesObject existing) =>
        IsWithin(ToJson(WithoutData(item)), ToJson(WithoutData(existing)))
        && (item is not ConfigMap { Data: { } wanted } || (existing is ConfigMap { Data: { } there } && wanted.All(text => there.GetValueOrDefault(text.Key) == text.Value)));

    private static KubernetesObject WithoutData(KubernetesObject item) => item is ConfigMap map ? map with { Data = null } : item;

    private static string HashOf(IReadOnlyDictionary<string, string> data) =>
        Hashes.GetValue(data, static data => ObjectNames.Hash(string.Join('\0', data.Select(text => $"{text.Key}\0{text.Value}")), 16));

    private static readonly ConditionalWeakTable<IReadOnlyDictionary<string, string>, string> Hashes = [];

    private static JsonObject ToJson(KubernetesObject item)
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(item, item.GetType(), KubernetesJson.Options)!;
        // Lists leave these out, and they say nothing of the state.
        json.Remove("apiVersion");
        json.Remove("kind");
        return json;
    }

    private static bool IsWithin(JsonNode? part, JsonNode? whole) => (part, whole) switch
    {
        (JsonObject a, JsonObject b) => a.All(member => b.TryGetPropertyValue(member.Key, out var value) && IsWithin(member.Value, value)),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => IsWithin(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(part, whole) || SameQuantity(part, whole),
    };

    // The API server writes quantities its own way: 20480Mi comes back as 20Gi.
    private static bool SameQuantity(JsonNode? a, JsonNode? b) =>
        a is JsonValue && b is JsonValue && a.GetValueKind() == JsonValueKind.String && b.GetValueKind() == JsonValueKind.String
        && Quantity.IsValid(a.GetValue<string>()) && Quantity.IsValid(b.GetValue<string>())
        && new Quantity(a.GetValue<string>()) == new Quantity(b.GetValue<string>());
}
