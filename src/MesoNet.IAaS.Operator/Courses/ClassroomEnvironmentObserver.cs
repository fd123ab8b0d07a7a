using System.Security.Cryptography;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>Gathers everything a plan needs from the caches, in one place. No request is made.</summary>
internal sealed class ClassroomEnvironmentObserver(CourseCaches caches, SeatAnswers answers, HomesAsker homes)
{
    /// <summary>The environment's world; null where the environment is there and cannot be read: nothing may be decided about it then.</summary>
    public ObservedEnvironment? Observe(ObjectKey key)
    {
        if (caches.Environments.IsUnreadable(key)) return null;
        var index = key.ToString();
        var pods = caches.Pods.Indexed(index);
        return new()
        {
            Key = key,
            Environment = caches.Environments.Find(key),
            Templates = [.. caches.Templates.All],
            Platforms = caches.Platforms,
            Datasets = [.. caches.Datasets.All],
            Calendar = caches.Calendar,
            Nodes = [.. caches.Nodes.All],
            Seats = caches.Seats.Indexed(index),
            Pods = pods,
            Answers = answers.Of(pods),
            Homes = homes.Of(key, pods),
            Jobs = caches.Jobs.Indexed(index),
            Secrets = caches.Secrets.Indexed(index),
            Claims = caches.Claims.Indexed(index),
            Volumes = caches.Volumes.Indexed(index),
            NetworkPolicies = caches.NetworkPolicies.Indexed(index),
            ConfigMaps = caches.ConfigMaps.Indexed(index),
            Entropy = RandomNumberGenerator.GetBytes(32),
        };
    }
}
