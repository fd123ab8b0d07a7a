using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Planning.Jobs;

/// <summary>Whether a Job has ended, and how.</summary>
internal static class JobEnds
{
    /// <summary>The condition that says that it ended well; null where it did not.</summary>
    public static PodCondition? Completion(this Job job) => Condition(job, "Complete");

    /// <summary>The condition that says that it failed; null where it did not.</summary>
    public static PodCondition? Failure(this Job job) => Condition(job, "Failed");

    private static PodCondition? Condition(Job job, string type) => job.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type && condition.Status == "True");
}
