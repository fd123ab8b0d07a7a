using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Seats;

namespace MesoNet.IAaS.Planning.Submissions;

/// <summary>What a Job's program says at its end.</summary>
internal sealed record SubmissionsMessage
{
    /// <summary>Of how many students there is work, by lesson.</summary>
    public IReadOnlyDictionary<string, int>? Students { get; init; }

    /// <summary>How many of those that were due could not be taken, by lesson.</summary>
    public IReadOnlyDictionary<string, int>? Failed { get; init; }

    /// <summary>The first of them, those that students asked for before the others.</summary>
    public IReadOnlyList<NamedFailure>? Failures { get; init; }

    /// <summary>Why the Job as a whole failed, in a word.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in words.</summary>
    public string? Detail { get; init; }

    /// <summary>A student's work that could not be taken; whether it is tried again.</summary>
    internal sealed record NamedFailure(string Lesson = "", string Seat = "", string What = "", bool Again = false);
}

/// <summary>What a Job's pod left as its last word; null where there is no pod, or it has not said any.</summary>
internal sealed record SubmissionsOutcome(SubmissionsMessage Message, PodProblem? PodProblem = null, DateTimeOffset? LookAgainAt = null)
{
    /// <summary>The reason of a Job that could not take the work of some students, for something that may pass.</summary>
    public const string SomeMissing = "SomeMissing";

    /// <summary>A full cluster may come to have room; a full volume does not grow by itself.</summary>
    public bool IsTransient => PodProblem is { IsFatal: false } || Message.Reason == SomeMissing;

    public static SubmissionsOutcome? Of(Job job, IReadOnlyList<ObservedPod> pods, DateTimeOffset now)
    {
        if (JobLastWord.Of(job, pods, now) is not { } word) return null;
        if (JobMessage.TryRead<SubmissionsMessage>(word.Message) is { } message) return new(message);
        if (word.IsInterrupted) return new(new SubmissionsMessage { Reason = JobPauses.Interrupted });
        if (word.ExitCode is not (null or 0)) return new(new SubmissionsMessage { Reason = "HandInFailed", Detail = word.Message ?? word.ContainerReason });
        return word.ExitCode is null ? new(new(), word.PodProblem, word.LookAgainAt) : null;
    }

    /// <summary>What went wrong, in a sentence that says what to change; null where nothing did.</summary>
    public SpecificationProblem? Problem => (Message.Reason, PodProblem) switch
    {
        (_, { } problem) => new(problem.Reason, $"The students' work cannot be taken yet; it stays in their homes. {problem.Sentence}"),
        ("VolumeFull", _) => new("SubmissionsFull", "The volume for what is handed in is full. Raise spec.storage.submissionsSize; until then the work stays in the homes, and nothing is lost."),
        ("VolumeNotWritable", _) => new(Message.Reason, $"The volume for what is handed in cannot be written: {Message.Detail}. Ask the administrator to check the storage class; until then the work stays in the homes."),
        (SomeMissing, _) => new(SomeMissing, $"The work of {Message.Detail} is not taken yet; the others' is. It stays in the homes, and is tried again every two minutes."),
        (JobPauses.Interrupted, _) => new(Message.Reason, "Taking the students' work was interrupted; it goes on in a moment."),
        ({ } reason, _) => new(reason, $"The students' work could not be taken: {Message.Detail}. It stays in their homes; it is tried again every ten minutes."),
        _ => null,
    };
}
