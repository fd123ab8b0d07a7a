using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;

namespace MesoNet.IAaS.Planning.Jobs;

/// <summary>What the newest pod of a Job left as its last word, or what keeps it from running.</summary>
/// <param name="Message">The message, where it has ended; what the program prints where it said nothing.</param>
/// <param name="ExitCode">How it ended; null where it has not.</param>
/// <param name="ContainerReason">What the kubelet calls its end.</param>
/// <param name="PodProblem">What keeps it from running.</param>
/// <param name="LookAgainAt">When a pod that waits for room is taken for one that has none.</param>
internal sealed record JobLastWord(string? Message, int? ExitCode, string? ContainerReason, PodProblem? PodProblem = null, DateTimeOffset? LookAgainAt = null)
{
    /// <summary>Whether it was ended from outside: a node that was drained, a pod that was preempted.</summary>
    public bool IsInterrupted => ExitCode is 137 or 143 && ContainerReason != "OOMKilled";

    /// <summary>Reads it; null where there is no pod, or it is at work.</summary>
    public static JobLastWord? Of(Job job, IReadOnlyList<ObservedPod> pods, DateTimeOffset now, string blueprint = "template")
    {
        var pod = pods.Where(pod => pod.Metadata.OwnerReferences?.Any(owner => owner.Uid == job.Metadata.Uid) == true).MaxBy(pod => pod.Metadata.CreationTimestamp);
        if (pod is null) return null;
        if (pod.Status?.ContainerStatuses?.FirstOrDefault()?.State?.Terminated is { } terminated) return new(terminated.Message, terminated.ExitCode, terminated.Reason);
        if (!PodDiagnosis.HasEnded(pod) && PodDiagnosis.ProblemOf(pod, now, blueprint) is { } problem) return new(null, null, null, problem);
        return PodDiagnosis.NoRoomFrom(pod) is { } noRoomFrom ? new(null, null, null, null, noRoomFrom) : null;
    }
}
