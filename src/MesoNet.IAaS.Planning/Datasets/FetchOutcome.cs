using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>What a fetching program says: of how far it is, and at its end.</summary>
internal sealed record FetchMessage(
    long? Bytes = null, string? File = null, string? Commit = null, string? Reason = null, string? Detail = null, string? Expected = null, string? Found = null);

/// <summary>What a fetching Job's pod left as its last word; null where there is no pod, or it has not said any.</summary>
internal sealed record FetchOutcome(FetchMessage Message, PodProblem? PodProblem = null, DateTimeOffset? LookAgainAt = null)
{
    public const string Unreachable = "Unreachable";

    /// <summary>A server that is away may come back; a wrong checksum does not right itself.</summary>
    public bool IsTransient => Message.Reason is Unreachable || PodProblem is { IsFatal: false };

    public static FetchOutcome? Of(Job job, IReadOnlyList<ObservedPod> pods, DateTimeOffset now)
    {
        if (JobLastWord.Of(job, pods, now) is not { } word) return null;
        if (JobMessage.TryRead<FetchMessage>(word.Message) is { } message) return new(message);
        if (word.IsInterrupted) return new(new FetchMessage(Reason: JobPauses.Interrupted));
        if (word.ExitCode == 127 || word.ContainerReason is "ContainerCannotRun" or "StartError")
            return new(new FetchMessage(Reason: "ImageUnsuitable", Detail: "python3 could not be started"));
        if (word.ExitCode is not (null or 0)) return new(new FetchMessage(Reason: "FetchFailed", Detail: word.Message ?? word.ContainerReason));
        return word.ExitCode is null ? new(new(), word.PodProblem, word.LookAgainAt) : null;
    }

    /// <summary>What went wrong, with what to do about it; null where nothing did.</summary>
    public SpecificationProblem? Problem(DatasetSource source) => (Message.Reason, PodProblem) switch
    {
        (_, { } problem) => new(problem.Reason, $"The data cannot be fetched. {problem.Sentence}"),
        ("ChecksumMismatch", _) => new("ChecksumMismatch",
            $"The file {Message.File} is not the one that is expected: its SHA-256 is {Message.Found}, and spec.source.files says {Message.Expected}. Correct sha256 if the file is right; it is fetched again every hour."),
        (Unreachable, _) => new(Unreachable, $"{Which} could not be fetched: {Detail}. It is tried again every two minutes{(source.Git is null ? ", from where it stopped" : "")}."),
        ("NotFound", _) => new("NotFound", $"{Which} is not there, or may not be read: {Detail}. Correct spec.source; it is tried again every hour."),
        ("InvalidSource", _) => new("InvalidSource", $"What was fetched is refused: {Detail}. Correct spec.source."),
        ("TooLarge" or "NoSpace", _) => new(Message.Reason, $"The data does not fit into its volume of {FetchedVersion.SizeOf(source)}: {Detail}. Set a larger spec.source.volume.size."),
        ("VolumeNotWritable", _) => new("VolumeNotWritable", $"The data's volume cannot be written: {Detail}. Check its storage class."),
        ("ImageUnsuitable", _) => new("ImageUnsuitable", $"The image that fetches does not suit: {Detail}. Name one with python3 (and git, for a git source) in spec.source.image."),
        (JobPauses.Interrupted, _) => new(JobPauses.Interrupted, "Fetching was interrupted; it goes on in a moment."),
        ({ } reason, _) => new(reason, $"The data could not be fetched: {Detail}."),
        _ => null,
    };

    private string Which => Message.File is { Length: > 0 } file ? file : "The source";

    private string? Detail => Message.Detail?.Trim().TrimEnd('.');
}
