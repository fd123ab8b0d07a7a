using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>
/// The Job that is wanted now: that of the pinned commit or, where somebody asked for it, or the course follows its branch and the last look is old, one
/// that looks again.
/// </summary>
/// <param name="Job">The Job.</param>
/// <param name="Token">Which look it is, as the status tells it; null for the first.</param>
/// <param name="IsDue">Whether it looks at the branch again, while homes have what the last look found.</param>
/// <param name="NextAt">When the next look is due.</param>
internal sealed record BranchLook(Job Job, string? Token, bool IsDue, DateTimeOffset? NextAt)
{
    private const int DefaultMinutes = 15;

    public static BranchLook Of(Course course, PinnedMaterials? pinned, IReadOnlyList<Job> jobs, DateTimeOffset moment)
    {
        var code = course.Template.Spec.Code;
        var environment = course.Environment;
        var isClosed = environment.Status?.Stage == Stage.Closed;
        var askedAt = code is null || isClosed ? null : environment.Spec.Code?.LookAt;
        var asked = askedAt <= moment ? AskedLook.TokenOf(askedAt.Value) : null;
        var askedLater = askedAt > moment ? askedAt : null;
        // The first look at a ref is the one that was asked for as well.
        var token = pinned is null ? asked : pinned.Look;
        var standing = MaterialsJob.Build(course, pinned?.Commit, token);
        if (code is null || pinned is null || isClosed) return new(standing, token, false, askedLater);
        if (asked is not null && AskedLook.IsBefore(pinned.Look, asked)) return new(MaterialsJob.Build(course, commit: null, asked), asked, true, null);
        if (code.Follow != true || environment.Spec.Suspend == true) return new(standing, token, false, askedLater);

        // Only once everybody has what was found last; and by the time of that Job's end, so that each pass means the same next look.
        var ended = jobs.FirstOrDefault(job => job.Metadata.Name == standing.Metadata.Name)?.Status?.CompletionTime;
        var due = ended + TimeSpan.FromMinutes(code.FollowMinutes ?? DefaultMinutes);
        if (due is null || due > moment) return new(standing, token, false, due is null || askedLater < due ? askedLater : due);
        var next = AskedLook.TokenOf(due.Value);
        return new(MaterialsJob.Build(course, commit: null, next), next, true, null);
    }
}
