using System.Security.Cryptography;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Operator.Courses;
using MesoNet.IAaS.Planning.Research;

namespace MesoNet.IAaS.Operator.Research;

/// <summary>Gathers everything a workspace's plan needs from the caches, in one place. No request is made.</summary>
internal sealed class ResearchWorkspaceObserver(CourseCaches caches, SeatAnswers answers)
{
    /// <summary>The workspace's world; null where the workspace is there and cannot be read: nothing may be decided about it then.</summary>
    public ObservedWorkspace? Observe(ObjectKey key)
    {
        if (caches.Workspaces.IsUnreadable(key)) return null;
        var index = CourseCaches.IndexOfWorkspace(key);
        var pods = caches.Pods.Indexed(index);
        return new()
        {
            Key = key,
            Workspace = caches.Workspaces.Find(key),
            IsNameOfCourse = caches.Environments.Find(key) is not null,
            Platforms = caches.Platforms,
            Quotas = caches.Quotas.Indexed(key.Namespace),
            Datasets = [.. caches.Datasets.All],
            Calendar = caches.Calendar,
            Pods = pods,
            Answers = answers.Of(pods),
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
