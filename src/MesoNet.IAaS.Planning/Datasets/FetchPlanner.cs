using System.Text.RegularExpressions;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using NodaTime;

namespace MesoNet.IAaS.Planning.Datasets;

/// <summary>
/// One Job per version of a source; a failed one is repeated after a pause. The version that courses use stays what it was until the next one
/// is complete.
/// </summary>
internal static partial class FetchPlanner
{
    /// <summary>Whether the source as it is now has been fetched.</summary>
    public const string FetchedCondition = "Fetched";

    private const string Fetching = "Fetching";

    // Data sets are large, and somebody has to correct what is wrong.
    private static readonly JobPauses Pauses = new(AfterWrong: TimeSpan.FromHours(1));

    /// <summary>How often a Job at work is asked how far it is, and a volume looked for.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    /// <summary>How long an older version stays after the change: a course that was just being planned may have made a volume for it.</summary>
    private static readonly TimeSpan KeepOlderFor = TimeSpan.FromMinutes(10);

    public static DataState Plan(Dataset dataset, ObservedDataset observed, Instant now)
    {
        var source = dataset.Spec.Source!;
        // Labels hold the name, and a template could not name any other.
        if (dataset.Metadata.Name!.Length > 63 || !NameThatTemplatesCanGive().IsMatch(dataset.Metadata.Name))
            return Waiting(dataset, null, new("InvalidName", "The name of a data set that is fetched has at most 63 small letters, digits and hyphens. Create it under another name."));
        if (source.Git is null == source.Files is null)
            return Waiting(dataset, null, new("InvalidSource", "spec.source must name exactly one of git and files."));

        var moment = now.ToDateTimeOffset();
        var version = FetchedVersion.Of(source);
        var served = Served(dataset, observed);
        var state = served?.Version == version
            ? new DataState(served, [new(FetchedCondition, true, FetchedCondition, Complete(served))])
            : PlanVersion(dataset, observed, version, served, moment);
        var (obsolete, againAt) = Obsolete(dataset, observed, version, state.Known.Version, moment);
        return WithReadiness(state) with
        {
            Delete = [.. state.Delete, .. obsolete],
            NextLookAt = new[] { state.NextLookAt, againAt }.Where(at => at > moment).Min(),
        };
    }

    /// <summary>What was fetched for a data set that names another place now, once no course uses it.</summary>
    public static IEnumerable<PlannedDeletion> NoLongerFetched(ObservedDataset observed)
    {
        var used = observed.CourseVolumes.Select(volume => volume.Metadata.Label(Labels.DatasetVersion)).ToHashSet(StringComparer.Ordinal);
        const string why = "the data set is no longer fetched";
        return
        [
            .. observed.Jobs.Where(job => job.Metadata.DeletionTimestamp is null).Select(job => PlannedDeletion.Of(job, why)),
            .. observed.Claims.Where(claim => claim.Metadata.DeletionTimestamp is null && !used.Contains(claim.Metadata.Label(Labels.DatasetVersion))).Select(claim => PlannedDeletion.Of(claim, why)),
        ];
    }

    private static DataState PlanVersion(Dataset dataset, ObservedDataset observed, string version, DatasetStatus? served, DateTimeOffset moment)
    {
        var source = dataset.Spec.Source!;
        var claim = observed.Claims.FirstOrDefault(claim => claim.Metadata.Name == FetchedVersion.ClaimName(dataset, version));
        if (claim is { Metadata.DeletionTimestamp: not null })
            return Waiting(dataset, served, new(Fetching, "The data is fetched once what is left of its volume is gone.")) with { NextLookAt = moment + BetweenLooks };
        if (ImageFor(observed, source, version, moment) is not { } image)
            return Waiting(dataset, served, new("NoImage", "Nothing says which image fetches the data. Name one with python3 (and git, for a git source) in spec.source.image, or name the data set in a course template whose image the site allows; that is used then."));

        var wanted = FetchJob.Build(dataset, version, image);
        var current = observed.Jobs.FirstOrDefault(job => job.Metadata.Name == wanted.Metadata.Name);
        var outcome = current is null ? null : FetchOutcome.Of(current, observed.Pods, moment);
        if (claim is null && current is { Metadata.DeletionTimestamp: null } && current.Completion() is not null)
        {
            return Waiting(dataset, served, new(Fetching, "The volume that the data was fetched into is gone; it is fetched again.")) with
            {
                Create = [FetchedVersion.Claim(dataset, version)],
                Delete = [PlannedDeletion.Of(current, "its volume is gone")],
            };
        }

        if (current is not null && current.Completion() is { } completed)
            return Finished(dataset, observed, served, version, wanted, completed, outcome, moment);

        var said = JobMessage.TryRead<FetchMessage>(observed.LastLine);
        var failure = current?.Failure();
        // While a failed Job is repeated, or when its pod is gone, what it said still stands, until the next one has come some way.
        var problem = outcome?.Problem(source)
            ?? (said is null ? Standing(dataset.Status, wanted) : null)
            ?? (failure is null ? null : new(failure.Reason ?? "FetchFailed", $"The data could not be fetched: {failure.Message}"));
        var repeat = failure?.LastTransitionTime + PauseAfter(problem, outcome);
        var isBusy = observed.Pods.Any(pod => !PodDiagnosis.HasEnded(pod));
        var state = Waiting(dataset, served, problem ?? new(Fetching, "The data is being fetched; status.fetchedBytes says how far it is."));
        return state with
        {
            Known = state.Known with
            {
                FetchedBytes = said?.Bytes ?? outcome?.Message.Bytes ?? dataset.Status?.FetchedBytes,
                FetchingFile = failure is null ? said?.File ?? dataset.Status?.FetchingFile : null,
                Job = failure is null ? dataset.Status?.Job : wanted.Metadata.Name,
            },
            Create = [.. claim is null ? [FetchedVersion.Claim(dataset, version)] : (PersistentVolumeClaim[])[], .. current is null && !isBusy ? [wanted] : (Job[])[]],
            Delete =
            [
                .. observed.Jobs.Where(job => job.Metadata.DeletionTimestamp is null && job.Metadata.Name != wanted.Metadata.Name).Select(job => PlannedDeletion.Of(job, "another took its place")),
                .. current is { Metadata.DeletionTimestamp: null } && repeat <= moment ? [PlannedDeletion.Of(current, "it failed, and is repeated")] : (PlannedDeletion[])[],
            ],
            NextLookAt = new[] { repeat, outcome?.LookAgainAt, isBusy ? moment + BetweenLooks : null }.Where(at => at > moment).Min(),
        };
    }

    private static DataState Finished(
        Dataset dataset, ObservedDataset observed, DatasetStatus? served, string version, Job wanted, PodCondition completed, FetchOutcome? outcome, DateTimeOffset moment)
    {
        var lastWordBy = (completed.LastTransitionTime ?? moment) + JobPauses.GiveUpOnLastWordAfter;
        if (observed.Volume is null || (outcome is null && moment < lastWordBy))
            return Waiting(dataset, served, new(Fetching, "The data has been fetched; its volume is looked up.")) with { NextLookAt = moment + BetweenLooks };
        if (DatasetPlaces.Behind(observed.Volume, FetchedVersion.Folder) is not { } place)
        {
            return Waiting(dataset, served, new("VolumeNotShareable",
                "The data was fetched into a volume that is neither NFS, CSI nor a node's folder, and cannot be shared with courses. Name another storage class in spec.source.volume.className."));
        }

        var bytes = outcome?.Message.Bytes;
        var known = new DatasetStatus
        {
            Version = version, Place = place, Commit = outcome?.Message.Commit, Size = bytes is { } count ? Readable(count) : dataset.Spec.Size, FetchedBytes = bytes,
            FetchedAt = moment, Job = wanted.Metadata.Name,
        };
        return new(known, [new(FetchedCondition, true, FetchedCondition, Complete(known))]);
    }

    /// <summary>The version that courses use, as long as its volume is there.</summary>
    private static DatasetStatus? Served(Dataset dataset, ObservedDataset observed) =>
        dataset.Status is { Version: { } version, Place: not null } status
        && observed.Claims.Any(claim => claim.Metadata.Name == FetchedVersion.ClaimName(dataset, version) && claim.Metadata.DeletionTimestamp is null)
            ? new()
            {
                Version = version, Place = status.Place, Commit = status.Commit, Size = status.Size, FetchedBytes = status.FetchedBytes, FetchedAt = status.FetchedAt, Job = status.Job,
            }
            : null;

    private static DataState Waiting(Dataset dataset, DatasetStatus? served, SpecificationProblem problem) =>
        new(served ?? new() { Size = dataset.Spec.Size, Job = dataset.Status?.Job }, [new(FetchedCondition, false, problem.Reason, problem.Sentence)]);

    // An image that is at work is kept, whichever templates come and go; one that failed, or cannot be started, may be the reason.
    private static FetchImage? ImageFor(ObservedDataset observed, DatasetSource source, string version, DateTimeOffset moment) =>
        source.Image is { Length: > 0 } named ? new(named, null)
        : observed.Jobs.FirstOrDefault(job => job.Metadata.Label(Labels.DatasetVersion) == version && IsGoingWell(job, observed, moment)) is { } job ? FetchJob.ImageOf(job)
        : DatasetUse.TemplatesOf(observed).FirstOrDefault(template => template.Image is { } image && observed.Platforms.Allows(image)) is { } template ? new(template.Image!, template.Architectures)
        : null;

    private static bool IsGoingWell(Job job, ObservedDataset observed, DateTimeOffset moment) =>
        job.Metadata.DeletionTimestamp is null && job.Failure() is null && FetchOutcome.Of(job, observed.Pods, moment) is not { PodProblem.IsFatal: true };

    private static TimeSpan PauseAfter(SpecificationProblem? problem, FetchOutcome? outcome) =>
        Pauses.After(problem?.Reason, outcome?.IsTransient ?? problem?.Reason is FetchOutcome.Unreachable or "DeadlineExceeded");

    private static SpecificationProblem? Standing(DatasetStatus? status, Job wanted) =>
        status?.Job == wanted.Metadata.Name ? Conditions.Standing(status?.Conditions, FetchedCondition, except: Fetching) : null;

    /// <summary>Volumes of versions that nobody wants or uses any more, and when to look for them again.</summary>
    private static (IEnumerable<PlannedDeletion> Delete, DateTimeOffset? At) Obsolete(
        Dataset dataset, ObservedDataset observed, string wanted, string? served, DateTimeOffset moment)
    {
        var used = observed.CourseVolumes.Select(volume => volume.Metadata.Label(Labels.DatasetVersion)).Append(wanted).Append(served).ToHashSet(StringComparer.Ordinal);
        var unused = observed.Claims.Where(claim => claim.Metadata.DeletionTimestamp is null && !used.Contains(claim.Metadata.Label(Labels.DatasetVersion))).ToList();
        if (unused.Count == 0) return ([], null);
        var keptUntil = dataset.Status?.FetchedAt + KeepOlderFor;
        return keptUntil > moment ? ([], keptUntil) : (unused.Select(claim => PlannedDeletion.Of(claim, "no course uses this version of the data")), null);
    }

    // Courses can work as long as there is some version.
    private static DataState WithReadiness(DataState state)
    {
        var fetched = state.Findings[0];
        var ready = fetched.Holds || state.Known.Place is null
            ? fetched with { Type = Readiness.Ready }
            : new Finding(Readiness.Ready, true, "PreviousVersion", $"Courses use the data as it was fetched before; spec.source has changed since. {fetched.Sentence}");
        return state with { Findings = [ready, fetched] };
    }

    private static string Complete(DatasetStatus known) =>
        $"The data was fetched and verified{(known.Size is { } size ? $" ({size})" : "")}{(known.Commit is { Length: >= 12 } commit ? $", commit {commit[..12]}" : "")}.";

    // As people read it: 12 bytes, 340Ki, 12Mi.
    private static Quantity Readable(long bytes)
    {
        string[] units = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
        var (unit, size) = (0, (decimal)bytes);
        while (size >= 10_000 && unit < units.Length - 1) (unit, size) = (unit + 1, size / 1024);
        return $"{decimal.Round(size)}{units[unit]}";
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameThatTemplatesCanGive();
}
