using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>What a Job's pod left as its last word; null where there is no pod, or it has not said any.</summary>
internal sealed record MaterialsOutcome(string? Commit, string? Reason, string? Detail, PodProblem? PodProblem, DateTimeOffset? LookAgainAt = null)
{
    public const string Unreachable = "RepositoryUnreachable";
    public const string Interrupted = "Interrupted";

    /// <summary>A full cluster or a network that is away may come back; a wrong name does not.</summary>
    public bool IsTransient => Reason is Unreachable || PodProblem is { IsFatal: false };

    public static MaterialsOutcome? Of(Job job, IReadOnlyList<ObservedPod> pods, DateTimeOffset now)
    {
        var pod = pods.Where(pod => pod.Metadata.OwnerReferences?.Any(owner => owner.Uid == job.Metadata.Uid) == true)
            .MaxBy(pod => pod.Metadata.CreationTimestamp);
        if (pod?.Status?.ContainerStatuses?.FirstOrDefault()?.State?.Terminated is { } terminated)
        {
            if (TryRead(terminated.Message) is { } message) return new(message.Commit, message.Reason, message.Detail, null);
            if (terminated is { ExitCode: 137 or 143, Reason: not "OOMKilled" }) return new(null, Interrupted, null, null);
            if (terminated.ExitCode != 0) return new(null, "MaterialsFailed", terminated.Message ?? terminated.Reason, null);
        }

        if (pod is not null && !PodDiagnosis.HasEnded(pod) && PodDiagnosis.ProblemOf(pod, now) is { } problem) return new(null, null, null, problem);
        return pod is not null && PodDiagnosis.NoRoomFrom(pod) is { } noRoomFrom ? new(null, null, null, null, noRoomFrom) : null;
    }

    public SpecificationProblem? Problem(CodeSource? code) => (Reason, PodProblem) switch
    {
        (_, { } problem) => new(problem.Reason, problem.Sentence),
        ("RepositoryNotFound", _) => new(Reason, $"There is no git repository at {code?.Repository}, or it may not be read. Correct code.repository in the template. (git: {Detail})"),
        (Unreachable, _) => new(Reason, $"The git server of {code?.Repository} did not answer. It is tried again every two minutes. (git: {Detail})"),
        ("RefNotFound", _) => new(Reason, $"The repository {code?.Repository} has no branch, tag or commit \"{code?.Ref}\". Correct code.ref in the template. (git: {Detail})"),
        ("PathNotFound", _) => new(Reason, $"Correct code.path or documents.path in the template: {Detail}."),
        ("VolumeNotWritable", _) => new(Reason, $"The homes cannot be prepared: {Detail}. Ask the administrator to check the storage class."),
        (Interrupted, _) => new(Reason, "The preparation of the homes was interrupted; it is repeated in a moment."),
        ({ } reason, _) => new(reason, $"The homes could not be prepared: {Detail}"),
        _ => null,
    };

    private static TerminationMessage? TryRead(string? message)
    {
        if (message is null || !message.StartsWith('{')) return null;
        try
        {
            return JsonSerializer.Deserialize<TerminationMessage>(message, KubernetesJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record TerminationMessage(string? Commit = null, string? Reason = null, string? Detail = null);
}
