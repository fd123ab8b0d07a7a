using System.Security.Cryptography;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>Gathers everything a plan needs from the caches, in one place. No request is made.</summary>
internal sealed class ClassroomEnvironmentObserver(CourseCaches caches)
{
    public ObservedEnvironment Observe(ObjectKey key)
    {
        var index = key.ToString();
        return new()
        {
            Key = key,
            Environment = caches.Environments.Find(key) is { } environment ? WithKind(environment) : null,
            Templates = [.. caches.Templates.All],
            Datasets = [.. caches.Datasets.All],
            Nodes = [.. caches.Nodes.All],
            Seats = [.. caches.Seats.Indexed(index).Select(WithKind)],
            Pods = caches.Pods.Indexed(index),
            Jobs = caches.Jobs.Indexed(index),
            Secrets = caches.Secrets.Indexed(index),
            Claims = caches.Claims.Indexed(index),
            Volumes = caches.Volumes.Indexed(index),
            NetworkPolicies = caches.NetworkPolicies.Indexed(index),
            Entropy = RandomNumberGenerator.GetBytes(32),
        };
    }

    // Owner references name the kind, which a watch's objects carry and a list's do not.
    private static T WithKind<T>(T item) where T : KubernetesObject =>
        item.Kind is not null ? item : item with { ApiVersion = ResourceType.Of<T>().ApiVersion, Kind = ResourceType.Of<T>().Kind };
}
