using System.Globalization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Jobs;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>
/// The Job that is wanted now: that of the pinned commit; where the course follows its branch and the last look is old, one that looks again;
/// where some homes could not be prepared, one that repeats it.
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

    public static BranchLook Of(Course course, PinnedMaterials? pinned, ObservedEnvironment observed, IReadOnlyList<Job> jobs, DateTimeOffset moment)
    {
        var standing = MaterialsJob.Build(course, pinned?.Commit, pinned?.Look, pinned?.Repeat);
        var environment = course.Environment;
        if (pinned is null || environment.Spec.Suspend == true || environment.Status?.Stage == Stage.Closed) return new(standing, pinned?.Look, false, null);

        // Only once everybody has what was found last; and by the time of that Job's end, so that each pass means the same next one.
        var stands = jobs.FirstOrDefault(job => job.Metadata.Name == standing.Metadata.Name);
        var ended = stands?.Status?.CompletionTime;
        var lookAt = course.Template.Spec.Code?.Follow == true && ended is not null
            ? (pinned.LookedAt ?? ended) + TimeSpan.FromMinutes(course.Template.Spec.Code.FollowMinutes ?? DefaultMinutes) : null;
        if (lookAt <= moment)
        {
            var token = Write(lookAt.Value);
            return new(MaterialsJob.Build(course, commit: null, token, repeat: null), token, true, null);
        }

        if (RepeatAt(pinned, stands, observed, moment) is not { } repeatAt) return new(standing, pinned.Look, false, lookAt);
        var repeat = Write(ended!.Value);
        var again = MaterialsJob.Build(course, pinned.Commit, pinned.Look, repeat);
        if (repeatAt > moment && jobs.All(job => job.Metadata.Name != again.Metadata.Name)) return new(standing, pinned.Look, false, lookAt < repeatAt ? lookAt : repeatAt);
        return new(again, pinned.Look, false, lookAt) { Repeat = repeat, LookedAt = pinned.LookedAt ?? ended };
    }

    private static DateTimeOffset? RepeatAt(PinnedMaterials pinned, Job? stands, ObservedEnvironment observed, DateTimeOffset moment)
    {
        if (stands?.Completion() is null || pinned.Failed is not > 0) return null;
        return stands.Status!.CompletionTime + Pauses.After(null, MaterialsOutcome.Of(stands, observed.Pods, moment)?.Tally?.Passes == true);
    }

    private static string Write(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
