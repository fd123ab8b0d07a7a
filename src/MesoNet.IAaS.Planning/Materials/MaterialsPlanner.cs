using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>How far the materials are and what to do about them.</summary>
internal sealed record MaterialsPlan
{
    /// <summary>The homes that have been prepared and may be used.</summary>
    public required IReadOnlySet<string> PreparedHomes { get; init; }

    /// <summary>Whether every home of the roster is.</summary>
    public required bool IsReady { get; init; }

    /// <summary>What the status is to say: repository, ref, the commit it was pinned to, and the Job that last finished.</summary>
    public PinnedMaterials? Pinned { get; init; }

    /// <summary>The documents' folder in the homes' volume, or null where there are none.</summary>
    public string? DocumentsPath { get; init; }

    /// <summary>What went wrong, or null.</summary>
    public SpecificationProblem? Problem { get; init; }

    /// <summary>Whether the problem may pass by itself.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Jobs to create.</summary>
    public IReadOnlyList<Job> Create { get; init; } = [];

    /// <summary>Jobs to delete.</summary>
    public IReadOnlyList<PlannedDeletion> Delete { get; init; } = [];

    /// <summary>When a failed Job is repeated.</summary>
    public DateTimeOffset? NextLookAt { get; init; }
}

/// <summary>One Job per change of the code or the roster; a failed one is repeated after a pause.</summary>
internal static class MaterialsPlanner
{
    /// <summary>How long a Job that failed for want of a server stands, with its message, before it is repeated: the server may be back soon.</summary>
    private static readonly TimeSpan RepeatTransientAfter = TimeSpan.FromMinutes(2);

    /// <summary>The same for one that failed for good: a branch that does not exist may be pushed some day.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(10);

    /// <summary>The same for one that was merely ended from outside (a node drained, a pod preempted), with which nothing is wrong.</summary>
    private static readonly TimeSpan RepeatInterruptedAfter = TimeSpan.FromSeconds(30);

    /// <summary>How long a finished Job's pod may be missing from the cache before its result is taken for lost.</summary>
    private static readonly TimeSpan GiveUpOnCommitAfter = TimeSpan.FromSeconds(30);

    public static MaterialsPlan Plan(Course course, ObservedEnvironment observed, Instant now)
    {
        var moment = now.ToDateTimeOffset();
        var code = course.Template.Spec.Code;
        var known = course.Environment.Status?.Materials;
        // A new question (another ref, repository or folder) is looked up anew; the same one stays what it was, though a branch moved on.
        var question = new PinnedMaterials
        {
            Repository = code?.Repository, Ref = code?.Ref, Path = code?.Path, DocumentsPath = course.Template.Spec.Documents?.Path,
        };
        var pinned = known is { Commit: not null } && known with { Commit = null, Job = null } == question ? known : null;

        var wanted = MaterialsJob.Build(course, pinned?.Commit);
        var current = observed.Jobs.FirstOrDefault(job => job.Metadata.Name == wanted.Metadata.Name);
        var succeeded = observed.Jobs.Where(job => Has(job, "Complete") && !course.IsOfPredecessor(job)).ToList();
        var done = current is not null && Has(current, "Complete");

        var outcome = current is null ? null : MaterialsOutcome.Of(current, observed.Pods, moment);
        if (done && pinned is null && code is not null && outcome?.Commit is { Length: > 0 } commit)
            pinned = question with { Commit = commit };

        // The commit travels in the pod's last word. Homes are not used before it is known: the documents' folder is named after it.
        var commitKnown = code is null || pinned is not null;
        var giveUpOnCommitAt = done && !commitKnown && outcome is null ? current!.Status?.CompletionTime + GiveUpOnCommitAfter : null;

        // While a failed Job is repeated, or when its pod is gone, what it said still stands; it would come and go in the status otherwise.
        var failure = current is null ? null : Failure(current);
        var failedAt = failure?.LastTransitionTime;
        var problem = outcome?.Problem(code)
            ?? (done ? null : Standing(course.Environment.Status, wanted))
            ?? (failure is null ? null : new(failure.Reason ?? "MaterialsFailed", $"The homes could not be prepared: {failure.Message}"));
        var isInterrupted = problem?.Reason is MaterialsOutcome.Interrupted or "BackoffLimitExceeded";
        var isTransient = isInterrupted || (outcome?.IsTransient ?? problem?.Reason is MaterialsOutcome.Unreachable or "DeadlineExceeded");
        var repeat = failedAt + (isInterrupted ? RepeatInterruptedAfter : isTransient ? RepeatTransientAfter : RepeatAfter);
        var finished = done || failedAt is not null;
        return new()
        {
            PreparedHomes = (commitKnown ? succeeded : []).Where(job => MaterialsJob.HasDocumentsOf(job, course)).SelectMany(MaterialsJob.HomesOf).ToHashSet(StringComparer.Ordinal),
            IsReady = done && commitKnown,
            Pinned = finished ? (pinned ?? question) with { Job = wanted.Metadata.Name } : known,
            DocumentsPath = pinned is null ? null : MaterialsJob.DocumentsFolder(course, pinned.Commit!),
            Problem = problem,
            IsTransient = isTransient,
            Create = current is null && !IsAnotherAtWork(observed.Pods) && !HomesVolume.IsGoing(course, observed) ? [wanted] : [],
            Delete = [.. Obsolete(observed.Jobs, wanted, done, current, (repeat ?? giveUpOnCommitAt) <= moment)],
            NextLookAt = new[] { repeat, giveUpOnCommitAt, outcome?.LookAgainAt }.Where(at => at > moment).Min(),
        };
    }

    // Finished Jobs of older plans stay until the current one is done: they say which homes may be used meanwhile.
    private static IEnumerable<PlannedDeletion> Obsolete(IReadOnlyList<Job> jobs, Job wanted, bool done, Job? current, bool repeat)
    {
        foreach (var job in jobs.Where(job => job.Metadata.DeletionTimestamp is null && job.Metadata.Name != wanted.Metadata.Name))
        {
            if (done || !Has(job, "Complete")) yield return PlannedDeletion.Of(job, "a newer one took its place");
        }

        if (repeat && current is { Metadata.DeletionTimestamp: null }) yield return PlannedDeletion.Of(current, "it failed, or lost its result, and is repeated");
    }

    // Two at once would work on the same homes; the older one is being deleted, and its pod's end starts the next pass.
    private static bool IsAnotherAtWork(IReadOnlyList<ObservedPod> pods) =>
        pods.Any(pod => pod.Metadata.Label(Labels.Component) == MaterialsJob.Component && !PodDiagnosis.HasEnded(pod));

    private static SpecificationProblem? Standing(ClassroomEnvironmentStatus? status, Job wanted)
    {
        if (status is null || status.Materials?.Job != wanted.Metadata.Name) return null;
        var condition = status.Conditions?.FirstOrDefault(condition => condition is { Type: Readiness.MaterialsReady, Status: "False" });
        return condition is null ? null : new(condition.Reason, condition.Message ?? "");
    }

    private static bool Has(Job job, string condition) => job.Status?.Conditions?.Any(found => found.Type == condition && found.Status == "True") == true;

    private static PodCondition? Failure(Job job) => job.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Failed", Status: "True" });
}
