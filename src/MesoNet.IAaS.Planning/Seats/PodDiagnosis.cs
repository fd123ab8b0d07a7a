using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>What is wrong with a pod, in a word and a sentence that says what to change.</summary>
/// <param name="Reason">One word in CamelCase.</param>
/// <param name="Sentence">What to change.</param>
/// <param name="IsFatal">Whether waiting cannot help.</param>
internal sealed record PodProblem(string Reason, string Sentence, bool IsFatal);

/// <summary>Reads a pod's status: is it ready, and if not, why. Pods of seats and of Jobs alike.</summary>
public static class PodDiagnosis
{
    /// <summary>Whether a container of the pod runs now: somebody may be at work in it.</summary>
    public static bool IsRunning(ObservedPod pod) => pod.Status?.ContainerStatuses?.Any(container => container.State?.Running is not null) == true;

    /// <summary>Whether the pod has ended for good and will not be started again (evicted, or its node was shut down).</summary>
    public static bool HasEnded(ObservedPod pod) => pod.Status?.Phase is "Failed" or "Succeeded";

    /// <summary>While a new claim is being bound the scheduler finds no node either; what lasts longer is worth a word.</summary>
    public static readonly TimeSpan BindingTime = TimeSpan.FromSeconds(10);

    /// <summary>Where others are told to make room (research, for a lesson), they get their time to save what they must not lose.</summary>
    private static readonly TimeSpan MakingRoomTime = TimeSpan.FromMinutes(2);

    /// <summary>The reason where the image cannot be had.</summary>
    internal const string ImagePullFailed = "ImagePullFailed";

    /// <summary>The reason where the image is not for the node's architecture.</summary>
    internal const string ImageNotForNode = "ImageNotForNode";

    private const string ExecFormatError = "exec format error";

    private static readonly string[] NoSuchArchitecture = ["no match for platform in manifest", "no matching manifest for"];

    /// <summary>When a pod that finds no node now has done so for long enough to be told, or null where it has found one.</summary>
    public static DateTimeOffset? NoRoomFrom(ObservedPod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False", Reason: "Unschedulable" }) is { } refused
            ? (refused.LastTransitionTime ?? pod.Metadata.CreationTimestamp) + (pod.Status.NominatedNodeName is null ? BindingTime : MakingRoomTime)
            : null;

    /// <summary>What keeps the pod from running, or null where nothing is known to.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="now">The moment.</param>
    /// <param name="blueprint">What names its image and resources: template or workspace.</param>
    internal static PodProblem? ProblemOf(ObservedPod pod, DateTimeOffset now, string blueprint = "template")
    {
        if (HasEnded(pod))
            return new("PodEnded", $"Its pod ended ({pod.Status!.Reason ?? pod.Status.Phase}{(pod.Status.Message is { } message ? $": {message.TrimEnd('.')}" : "")}). It is started again.", IsFatal: false);
        if (NoRoomFrom(pod) <= now)
        {
            var refusal = pod.Status!.Conditions!.First(condition => condition.Type == "PodScheduled").Message?.TrimEnd('.');
            return new("NoRoom", $"No node has room for its pod ({refusal}). It starts by itself once there is room.", IsFatal: false);
        }

        var container = pod.Status?.ContainerStatuses?.FirstOrDefault();
        var image = pod.Spec?.Containers?.FirstOrDefault()?.Image;
        return container?.State?.Waiting switch
        {
            // As containerd and Docker say it.
            { Reason: "ErrImagePull" or "ImagePullBackOff", Message: { } message } when NoSuchArchitecture.Any(words => message.Contains(words, StringComparison.Ordinal)) => WrongArchitecture(image, blueprint),
            { Reason: "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "ErrImageNeverPull" or "ErrImageInspect" or "RegistryUnavailable" } =>
                new(ImagePullFailed, $"The image \"{image}\" cannot be pulled. Correct the {blueprint}'s image, or make it available to the nodes.", IsFatal: true),
            { Reason: "CrashLoopBackOff" or "RunContainerError" or "CreateContainerError" } waiting when Mentions(ExecFormatError, waiting.Message, container.LastState?.Terminated?.Message) => WrongArchitecture(image, blueprint),
            { Reason: "CrashLoopBackOff" } =>
                new("Crashing", $"The container ended {container.RestartCount ?? 0} times; the last time {Ending(container.LastState?.Terminated, blueprint)}.", IsFatal: true),
            { Reason: "CreateContainerConfigError" or "CreateContainerError" or "RunContainerError" } waiting =>
                new("ContainerRefused", $"The node cannot start the container: {waiting.Message}", IsFatal: true),
            _ => null,
        };
    }

    private static PodProblem WrongArchitecture(string? image, string blueprint) => new(
        ImageNotForNode, $"The image \"{image}\" does not exist for the architecture of the pod's node. Name in the {blueprint}'s spec.architectures those that it is for, or give one that runs there.", IsFatal: true);

    private static bool Mentions(string words, params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text?.Contains(words, StringComparison.Ordinal) == true) return true;
        }

        return false;
    }

    private static string Ending(ContainerStateTerminated? last, string blueprint)
    {
        if (last is null) return "nobody saw why";
        if (last.Reason == "OOMKilled") return $"it had used up its memory: give the {(blueprint == "template" ? "template's seats" : blueprint)} more";
        // The end of the log says most; a status is no place for all of it.
        var message = (last.Message ?? "").Trim();
        const int atMost = 400;
        return $"with exit code {last.ExitCode}: {(message.Length > atMost ? "…" + message[^atMost..] : message)}";
    }
}
