using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Kubernetes.Requests;

public sealed partial class KubernetesClient
{
    /// <summary>
    /// JSON patch (RFC 6902) of an object: all of its operations or none. It changes one item of a list and leaves what others write in the rest of it,
    /// which a merge patch cannot; its tests say what must still be so. A test that fails is answered as 422, as is an object that would be invalid.
    /// </summary>
    public Task<T> JsonPatchAsync<T>(ObjectKey key, JsonArray patch, CancellationToken cancellationToken) where T : KubernetesObject =>
        SendAsync<T>(HttpMethod.Patch, ResourceType.Of<T>().ObjectPath(key), KubernetesJson.Write(patch), "application/json-patch+json", cancellationToken);
}
