using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>
/// The Job that is wanted now: that of the pinned commit; where somebody asked for it, or the workplace follows its branch and the last look is old, one
/// that looks again; where some homes could not be prepared, one that repeats it.
/// </summary>
/// <param name="Job">The Job.</param>
/// <param name="Token">Which look it is, as the status tells it; null for the first.</param>
/// <param name="IsDue">Whether it looks at the branch again, while homes have what the last look found.</param>
/// <param name="NextAt">When the next look or repeat is due.</param>
internal sealed record BranchLook(Job Job, string? Token, bool IsDue, DateTimeOffset? NextAt)
{
    private const int DefaultMinutes = 15;

    // What a student did to their home may be undone some day; where there was no room there may be some soon.
    private static readonly JobPauses Pauses = new(AfterWrong: TimeSpan.FromMinutes(10));

    /// <summary>Which repeat for homes that failed it is; null where it is none.</summary>
    public string? Repeat { get; init; }

    /// <summary>When the branch was looked at, where repeats came since; null elsewhere.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    public static BranchLook Of(Workplace workplace, PinnedMaterials? pinned, ObservedWorkplace observed, IReadOnlyList<Job> jobs, DateTimeOffset moment)
    {
        var code = workplace.Code;
        var askedAt = code is null ? null : workplace.LookAskedAt;
        var asked = askedAt <= moment ? AskedLook.TokenOf(askedAt.Value) : null;
        var askedLater = askedAt > moment ? askedAt : null;
        // The first look at a ref is the one that was asked for as well.
        var token = pinned is null ? asked : pinned.Look;
        var standing = MaterialsJob.Build(workplace, pinned?.Commit, token, pinned?.Repeat);
        if (code is null || pinned is null) return new(standing, token, false, askedLater);
        if (asked is not null && AskedLook.IsBefore(pinned.Look, asked)) return Again(asked);
        if (!workplace.FollowsBranch) return new(standing, token, false, askedLater);

        // Only once everybody has what was found last; and by the time of that Job's end, so that each pass means the same next one.
        var stands = jobs.FirstOrDefault(job => job.Metadata.Name == standing.Metadata.Name);
        var ended = stands?.Status?.CompletionTime;
        var lookAt = code.Follow == true && ended is not null ? (pinned.LookedAt ?? ended) + TimeSpan.FromMinutes(code.FollowMinutes ?? DefaultMinutes) : null;
        if (lookAt <= moment) return Again(AskedLook.TokenOf(lookAt.Value));

        if (RepeatAt(workplace, pinned, stands, observed, moment) is not { } repeatAt) return new(standing, token, false, new[] { lookAt, askedLater }.Min());
        var repeat = AskedLook.TokenOf(ended!.Value);
        var repeated = MaterialsJob.Build(workplace, pinned.Commit, token, repeat);
        if (repeatAt > moment && jobs.All(job => job.Metadata.Name != repeated.Metadata.Name)) return new(standing, token, false, new[] { lookAt, repeatAt, askedLater }.Min());
        return new(repeated, token, false, new[] { lookAt, askedLater }.Min()) { Repeat = repeat, LookedAt = pinned.LookedAt ?? ended };

        BranchLook Again(string look) => new(MaterialsJob.Build(workplace, commit: null, look, repeat: null), look, true, null);
    }

    private static DateTimeOffset? RepeatAt(Workplace workplace, PinnedMaterials pinned, Job? stands, ObservedWorkplace observed, DateTimeOffset moment)
    {
        if (stands?.Completion() is null || pinned.Failed is not > 0) return null;
        return stands.Status!.CompletionTime + Pauses.After(null, MaterialsOutcome.Of(stands, observed.Pods, moment, workplace.Blueprint)?.Tally?.Passes == true);
    }
}
