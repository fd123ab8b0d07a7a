using System.Security.Cryptography;
using MesoNet.IAaS.Planning.Workplaces;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>Gathers from the caches what a course and a research workspace have alike: the site, and the objects that were made for them.</summary>
internal sealed class WorkplaceObserver(CourseCaches caches, SeatAnswers answers)
{
    /// <summary>A workplace's world, added to what only its kind has.</summary>
    /// <param name="own">What only its kind has.</param>
    /// <param name="index">The key under which its objects are indexed.</param>
    public T Around<T>(T own, string index) where T : ObservedWorkplace
    {
        var pods = caches.Pods.Indexed(index);
        // A copy of a record is of the kind that the record is.
        return (T)((ObservedWorkplace)own with
        {
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
        });
    }
}
