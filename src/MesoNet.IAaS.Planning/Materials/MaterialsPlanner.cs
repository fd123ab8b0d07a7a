using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Planning.Volumes;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>How far the materials are and what to do about them.</summary>
internal sealed record MaterialsPlan
{
    /// <summary>The homes that have been prepared and may be used.</summary>
    public required IReadOnlySet<string> PreparedHomes { get; init; }

    /// <summary>Why homes have nothing yet, by the names of those whose first copy failed; it is repeated.</summary>
    public IReadOnlyDictionary<string, string> MissingHomes { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether what there is to prepare is; some homes may have failed, which <see cref="Pinned"/> counts.</summary>
    public required bool IsReady { get; init; }

    /// <summary>What the status is to say: repository, ref, the commit it was pinned to, and the Job that last finished.</summary>
    public PinnedMaterials? Pinned { get; init; }

    /// <summary>The end of the sentence that homes are prepared: with which commit, and what became of an update.</summary>
    public string PreparedWith
    {
        get
        {
            var from = Pinned?.Commit is { Length: >= 12 } commit ? $" with the code of commit {commit[..12]}" : "";
            var became = Pinned?.Summary is { } summary ? $" {summary}" : "";
            return $"{from}.{became}";
        }
    }

    /// <summary>The documents' folder in the homes' volume, or null where there are none there.</summary>
    public string? DocumentsPath { get; init; }

    /// <summary>What went wrong, or null.</summary>
    public SpecificationProblem? Problem { get; init; }

    /// <summary>Whether the problem may pass by itself.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether homes that have nothing yet are being given what the others have, since something newer cannot be had.</summary>
    public bool GivesLast { get; init; }

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
    // A branch that does not exist may be pushed some day.
    private static readonly JobPauses Pauses = new(AfterWrong: TimeSpan.FromMinutes(10));

    public static MaterialsPlan Plan(Workplace workplace, ObservedWorkplace observed, Instant now)
    {
        var moment = now.ToDateTimeOffset();
        var code = workplace.Code;
        var known = workplace.KnownMaterials;
        // A new question (another ref, repository or folder) is looked up anew; the same one stays what it was, though a branch moved on.
        var question = new PinnedMaterials
        {
            Repository = code?.Repository, Ref = code?.Ref, Path = code?.Path, DocumentsPath = workplace.DocumentsOfCode,
        };
        var pinned = known is { Commit: not null } && IsSameQuestion(known, question) ? known : null;

        var jobs = observed.Jobs.Where(job => job.Metadata.Label(Labels.Component) == MaterialsJob.Component).ToList();
        var look = BranchLook.Of(workplace, pinned, observed, jobs, moment);
        var wanted = look.Job;
        var current = jobs.FirstOrDefault(job => job.Metadata.Name == wanted.Metadata.Name);
        var succeeded = jobs.Where(job => job.Completion() is not null && !workplace.IsOfPredecessor(job)).ToList();
        var done = current?.Completion() is not null;

        var outcome = current is null ? null : MaterialsOutcome.Of(current, observed.Pods, moment, workplace.Blueprint);
        if (done && (pinned is null || look.IsDue) && code is not null && outcome?.Commit is { Length: > 0 } commit)
            pinned = question with { Commit = commit, Look = look.Token };
        var isTold = done && outcome is { Reason: null, Tally: not null };
        if (pinned is not null && isTold)
        {
            pinned = outcome!.Tally!.In(pinned, workplace) with { Documents = outcome.Documents ?? pinned.Documents };
            if (look.Repeat is not null) pinned = pinned with { Repeat = look.Repeat, LookedAt = look.LookedAt };
        }

        // The commit travels in the pod's last word. What a Job gave is not used before it is known: the documents' folder is named after it.
        var commitKnown = code is null || (pinned is not null && (!look.IsDue || pinned.Look == look.Token) && (look.Repeat is null || isTold));
        var isReady = done && commitKnown;
        var giveUpOnCommitAt = done && !commitKnown && outcome is null ? current!.Status?.CompletionTime + JobPauses.GiveUpOnLastWordAfter : null;
        var given = isReady ? null : GivenBy(known);

        // While a failed Job is repeated, or when its pod is gone, what it said still stands; it would come and go in the status otherwise.
        var failure = current?.Failure();
        var failedAt = failure?.LastTransitionTime;
        var problem = outcome?.Problem(workplace)
            ?? (done ? null : Standing(workplace, wanted))
            ?? (failure is null ? null : new(failure.Reason ?? "MaterialsFailed", $"The homes could not be prepared: {failure.Message}"));
        var isTransient = JobPauses.IsInterruption(problem?.Reason) || (outcome?.IsTransient ?? problem?.Reason is MaterialsOutcome.Unreachable or "DeadlineExceeded");
        var repeat = failedAt + Pauses.After(problem?.Reason, isTransient);
        var finished = done || failedAt is not null;
        var missing = MissingOf(workplace, succeeded, observed, moment);
        var usable = code is null || isReady || given is not null;
        var prepared = (usable ? succeeded : []).Where(job => MaterialsJob.HasDocumentsOf(job, workplace)).SelectMany(job => MaterialsJob.HomesOf(job).Except(missing[job.Metadata.Name!].Keys)).ToHashSet(StringComparer.Ordinal);
        var late = LateJoiners.Of(workplace, given, !done && problem is not null && !JobPauses.IsInterruption(problem.Reason) ? wanted : null, mayStart: failure is not null && !HomesVolume.IsGoing(workplace, observed), prepared, observed, moment);
        return new()
        {
            PreparedHomes = prepared,
            MissingHomes = missing.Values.SelectMany(homes => homes).DistinctBy(home => home.Key).ToDictionary(StringComparer.Ordinal),
            // Homes that had everything a while ago are ready while the branch is looked at again, or what failed is repeated.
            IsReady = isReady || ((look.IsDue || look.Repeat is not null) && problem is null),
            Pinned = finished ? (pinned ?? question) with { Job = wanted.Metadata.Name, Given = pinned is null ? given : null } : known,
            DocumentsPath = DocumentsOf(workplace, isReady, pinned, given),
            Problem = problem,
            IsTransient = isTransient,
            GivesLast = late.IsComing,
            // Two at once would work on the same homes; the older one is being deleted, and its pod's end starts the next pass.
            Create = late.Create || (current is null && !observed.IsAtWork(MaterialsJob.Component) && !HomesVolume.IsGoing(workplace, observed)) ? [MaterialsJob.Keeping(late.Create ? late.Job! : wanted, KeptDocuments(known, observed))] : [],
            // What a look found must stand in the status before the Job that says so may be the only one left.
            Delete = [.. Obsolete(jobs, wanted, late.Job, done && !look.IsDue && look.Repeat is null, current, !late.IsComing && (repeat ?? giveUpOnCommitAt) <= moment), .. late.Delete is { } again ? [again] : (PlannedDeletion[])[]],
            NextLookAt = new[] { repeat, giveUpOnCommitAt, outcome?.LookAgainAt, look.NextAt, late.NextLookAt }.Where(at => at > moment).Min(),
        };
    }

    private static bool IsSameQuestion(PinnedMaterials known, PinnedMaterials question) =>
        known.Repository == question.Repository && known.Ref == question.Ref && known.Path == question.Path && known.DocumentsPath == question.DocumentsPath;

    /// <summary>
    /// What the homes have from before. A ref that is being looked up, or that does not exist, takes nothing from the seats: they start
    /// with what there is.
    /// </summary>
    private static GivenMaterials? GivenBy(PinnedMaterials? known) =>
        known?.Given ?? (known?.Commit is { } commit ? new() { Commit = commit, DocumentsPath = known.DocumentsPath, Documents = known.Documents } : null);

    private static string? DocumentsOf(Workplace workplace, bool isReady, PinnedMaterials? pinned, GivenMaterials? given)
    {
        // An operator before this one named the folder after the commit, and told no tree.
        var tree = isReady ? pinned?.Documents ?? pinned?.Commit
            : given?.DocumentsPath == workplace.DocumentsOfCode ? given?.Documents ?? given?.Commit : null;
        return workplace.DocumentsOfCode is { } path && tree is not null ? MaterialsJob.DocumentsFolder(path, tree) : null;
    }

    /// <summary>What a seat has, or may be given while the Job works, or if what the template says of documents is taken back.</summary>
    private static IEnumerable<string> KeptDocuments(PinnedMaterials? known, ObservedWorkplace observed)
    {
        var given = known?.Given;
        IEnumerable<(string? Path, string? Tree)> versions = [(known?.DocumentsPath, known?.Documents ?? known?.Commit), (given?.DocumentsPath, given?.Documents ?? given?.Commit)];
        return versions.Select(version => version is ({ } path, { } tree) ? MaterialsJob.DocumentsName(path, tree) : null).OfType<string>().Concat(MaterialsJob.DocumentsMounted(observed));
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> MissingOf(
        Workplace workplace, IReadOnlyList<Job> succeeded, ObservedWorkplace observed, DateTimeOffset moment) =>
        succeeded.ToDictionary(job => job.Metadata.Name!, IReadOnlyDictionary<string, string> (job) =>
        {
            var homes = MaterialsJob.HomesOf(job);
            return (MaterialsOutcome.Of(job, observed.Pods, moment, workplace.Blueprint)?.Tally?.Missing ?? [])
                .SelectMany(some => some.Places().Where(place => place < homes.Count).Select(place => (Home: homes[place], some.What)))
                .DistinctBy(home => home.Home).ToDictionary(home => home.Home, home => home.What, StringComparer.Ordinal);
        });

    // Finished Jobs of older plans stay until the current one is done: they say which homes may be used meanwhile.
    private static IEnumerable<PlannedDeletion> Obsolete(IReadOnlyList<Job> jobs, Job wanted, Job? late, bool done, Job? current, bool repeat)
    {
        foreach (var job in jobs.Where(job => job.Metadata.DeletionTimestamp is null && job.Metadata.Name != wanted.Metadata.Name && job.Metadata.Name != late?.Metadata.Name))
        {
            if (done || job.Completion() is null) yield return PlannedDeletion.Of(job, "a newer one took its place");
        }

        if (repeat && current is { Metadata.DeletionTimestamp: null }) yield return PlannedDeletion.Of(current, "it failed, or lost its result, and is repeated");
    }

    private static SpecificationProblem? Standing(Workplace workplace, Job wanted) =>
        workplace.KnownMaterials?.Job == wanted.Metadata.Name ? Conditions.Standing(workplace.KnownConditions, Readiness.MaterialsReady, except: Readiness.SomeHomesNotPrepared) : null;
}
