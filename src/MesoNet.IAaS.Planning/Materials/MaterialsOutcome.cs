using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Workplaces;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>What a Job's pod left as its last word; null where there is no pod, or it has not said any.</summary>
internal sealed record MaterialsOutcome(string? Commit, string? Reason, string? Detail, PodProblem? PodProblem, DateTimeOffset? LookAgainAt = null, MaterialsTally? Tally = null, string? Documents = null)
{
    public const string Unreachable = "RepositoryUnreachable";

    /// <summary>A full cluster or a network that is away may come back; a wrong name does not.</summary>
    public bool IsTransient => Reason is Unreachable || PodProblem is { IsFatal: false };

    /// <summary>What the Job asked the repository for: a ref, or the commit that it was pinned to.</summary>
    public string? Asked { get; init; }

    public static MaterialsOutcome? Of(Job job, IReadOnlyList<ObservedPod> pods, DateTimeOffset now, string blueprint)
    {
        if (JobLastWord.Of(job, pods, now, blueprint) is not { } word) return null;
        if (TryRead(word.Message) is { } message)
            return new(message.Commit, message.Reason, message.Detail, null, Tally: message.Tally, Documents: message.Documents is { Length: > 0 } tree ? tree : null) { Asked = MaterialsJob.AskedOf(job) };
        if (word.IsInterrupted) return new(null, JobPauses.Interrupted, null, null);
        if (word.ExitCode is not (null or 0)) return new(null, "MaterialsFailed", word.Message ?? word.ContainerReason, null);
        return word.ExitCode is null ? new(null, null, null, word.PodProblem, word.LookAgainAt) : null;
    }

    /// <summary>What went wrong, in a sentence that says what to change.</summary>
    public SpecificationProblem? Problem(Workplace workplace) => (Reason, PodProblem) switch
    {
        (_, { } problem) => new(problem.Reason, problem.Sentence),
        ("RepositoryNotFound", _) => new(Reason, $"There is no git repository at {workplace.Code?.Repository}, or it may not be read. Correct code.repository in the {workplace.Blueprint}{(workplace.Code?.KeySecret is { } key ? $", or let the key of the Secret \"{key}\" read it" : "")}. (git: {Detail})"),
        (Unreachable, _) => new(Reason, $"The git server of {workplace.Code?.Repository} did not answer, or not as a git server does. It is tried again every two minutes. (git: {Detail})"),
        ("RefNotFound", _) when Asked is { Length: > 12 } commit && commit != workplace.Code?.Ref => new("CommitNotFound",
            $"The repository {workplace.Code?.Repository} no longer has the commit {commit[..12]}, which \"{workplace.Code?.Ref}\" meant when it was pinned: its history was rewritten. {workplace.AdviceOnLostCommit} (git: {Detail})"),
        ("RefNotFound", _) => new(Reason, $"The repository {workplace.Code?.Repository} has no branch, tag or commit \"{workplace.Code?.Ref}\". {workplace.AdviceOnRef} (git: {Detail})"),
        ("KeyMissing", _) => new(Reason, $"The Secret \"{workplace.Code?.KeySecret}\", which code.keySecret names, is not in the {workplace.What}'s namespace or lacks {Detail}. Create it there, with these keys."),
        ("KeyRefused", _) => new(Reason, $"The git server of {workplace.Code?.Repository} refuses the key of the Secret \"{workplace.Code?.KeySecret}\", or is not the one that known_hosts says. Register the key there and let it read the repository, or correct the Secret. (git: {Detail})"),
        ("SubmoduleUnknown", _) => new(Reason, $"The repository {workplace.Code?.Repository} has a submodule of which .gitmodules does not say where it is. Commit a .gitmodules that does, or take the submodule out. (git: {Detail})"),
        ("LargeFilesUnavailable", _) => new(Reason, $"The {(workplace.What == "course" ? "course" : "code")} cannot be copied as it is: {Detail}. Add git-lfs to the image, or keep the file in git or in a data set."),
        ("LargeFilesMissing", _) => new(Reason, $"The repository's large files (git LFS) could not be fetched. (git-lfs: {Detail})"),
        ("VolumeFull", _) => new(Reason, $"The homes cannot be prepared: {Detail}. Raise storage.size, or make room; nothing was lost."),
        ("PathNotFound", _) => new(Reason, $"Correct code.path or documents.path in the {workplace.Blueprint}: {Detail}."),
        ("VolumeNotWritable", _) => new(Reason, $"The homes cannot be prepared: {Detail}. Ask the administrator to check the storage class."),
        (JobPauses.Interrupted, _) => new(Reason, "The preparation of the homes was interrupted; it is repeated in a moment."),
        ({ } reason, _) => new(reason, $"The homes could not be prepared: {Detail}"),
        _ => null,
    };

    private static TerminationMessage? TryRead(string? message)
    {
        var read = JobMessage.TryRead<TerminationMessage>(message);
        if (read is not { Reason: null }) return read;
        return JobMessage.TryRead<MaterialsTally>(message) is { } tally ? read with { Tally = tally } : null;
    }

    private sealed record TerminationMessage(string? Commit = null, string? Reason = null, string? Detail = null, string? Documents = null)
    {
        [JsonIgnore]
        public MaterialsTally? Tally { get; init; }
    }
}
