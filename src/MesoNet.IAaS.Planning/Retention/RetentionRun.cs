using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>How far a wanted Job is, and what to do about it.</summary>
internal sealed record RetentionRun
{
    private static readonly JobPauses Pauses = new(AfterWrong: TimeSpan.FromMinutes(10));

    /// <summary>The Job to create.</summary>
    public Job? Create { get; init; }

    /// <summary>The Job to delete, since it is to be repeated.</summary>
    public PlannedDeletion? Delete { get; init; }

    /// <summary>What it did, where it ended well.</summary>
    public RetentionOutcome? Done { get; init; }

    /// <summary>When it ended well.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>What keeps it from ending well.</summary>
    public SpecificationProblem? Problem { get; init; }

    /// <summary>The same in the Job controller's words, where nobody heard better ones.</summary>
    public SpecificationProblem? Otherwise { get; init; }

    /// <summary>When it is looked at again.</summary>
    public DateTimeOffset? NextLookAt { get; init; }

    /// <param name="wanted">The Job.</param>
    /// <param name="observed">The world.</param>
    /// <param name="mayStart">Whether it may be created now.</param>
    /// <param name="again">How long after it ended well it is done again; null for never.</param>
    /// <param name="now">The moment.</param>
    public static RetentionRun Of(Job wanted, ObservedEnvironment observed, bool mayStart, Func<RetentionOutcome, TimeSpan?> again, DateTimeOffset now)
    {
        if (observed.Jobs.FirstOrDefault(job => job.Metadata.Name == wanted.Metadata.Name) is not { } job) return new() { Create = mayStart ? wanted : null };
        var word = JobLastWord.Of(job, observed.Pods, now);
        var said = RetentionOutcome.TryRead(word?.Message);
        if (job.Completion() is { } completion)
        {
            var at = job.Status?.CompletionTime ?? completion.LastTransitionTime ?? now;
            if (said is { Reason: null })
            {
                var repeatAt = at + again(said);
                return new() { Done = said, DoneAt = at, Delete = Repeat(job, repeatAt, now), NextLookAt = After(repeatAt, now) };
            }

            // Its pod is gone, and with it what became of each home: it is done again, which changes nothing that is done.
            var giveUpAt = at + JobPauses.GiveUpOnLastWordAfter;
            return new() { Delete = Repeat(job, giveUpAt, now), NextLookAt = After(giveUpAt, now) };
        }

        var problem = ProblemOf(word, said);
        if (job.Failure() is not { } failure) return new() { Problem = problem, NextLookAt = word?.LookAgainAt };
        var otherwise = new SpecificationProblem(failure.Reason ?? "RetentionFailed", $"It did not succeed: {failure.Message}. Nothing that is not archived was deleted, and it is tried again.");
        var reason = (problem ?? otherwise).Reason;
        var failedAt = (failure.LastTransitionTime ?? now) + Pauses.After(reason, reason is "DeadlineExceeded");
        return new() { Problem = problem, Otherwise = otherwise, Delete = Repeat(job, failedAt, now), NextLookAt = After(failedAt, now) };
    }

    private static PlannedDeletion? Repeat(Job job, DateTimeOffset? at, DateTimeOffset now) =>
        at <= now && job.Metadata.DeletionTimestamp is null ? PlannedDeletion.Of(job, "it is repeated") : null;

    private static DateTimeOffset? After(DateTimeOffset? at, DateTimeOffset now) => at > now ? at : null;

    private static SpecificationProblem? ProblemOf(JobLastWord? word, RetentionOutcome? said) => (said?.Reason, word) switch
    {
        ("ArchiveFull", _) => new("ArchiveFull", $"The archive's volume is full: {said!.Detail}. Raise retention.archive.size, or make room. Nothing was deleted, and it is tried again every ten minutes."),
        (JobPauses.Interrupted, _) => new(JobPauses.Interrupted, "It was interrupted; it goes on in a moment."),
        ({ } reason, _) => new(reason, $"It did not succeed: {said!.Detail}. Nothing that is not archived was deleted, and it is tried again every ten minutes."),
        (_, { IsInterrupted: true }) => new(JobPauses.Interrupted, "It was interrupted; it goes on in a moment."),
        (_, { PodProblem: { } pod }) => new(pod.Reason, pod.Sentence),
        (_, { ExitCode: not (null or 0) }) => new("RetentionFailed", $"It did not succeed: {word.Message ?? word.ContainerReason}. Nothing that is not archived was deleted, and it is tried again every ten minutes."),
        _ => null,
    };
}
