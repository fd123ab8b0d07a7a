using System.Globalization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>The Job that is wanted now: that of the pinned commit or, where the workplace follows its branch and the last look is old, one that looks again.</summary>
/// <param name="Job">The Job.</param>
/// <param name="Token">Which look it is, as the status tells it; null for the first.</param>
/// <param name="IsDue">Whether it looks at the branch again, while homes have what the last look found.</param>
/// <param name="NextAt">When the next look is due.</param>
internal sealed record BranchLook(Job Job, string? Token, bool IsDue, DateTimeOffset? NextAt)
{
    private const int DefaultMinutes = 15;

    public static BranchLook Of(Workplace workplace, PinnedMaterials? pinned, IReadOnlyList<Job> jobs, DateTimeOffset moment)
    {
        var standing = MaterialsJob.Build(workplace, pinned?.Commit, pinned?.Look);
        var code = workplace.Code;
        if (code?.Follow != true || pinned is null || !workplace.FollowsBranch) return new(standing, pinned?.Look, false, null);

        // Only once everybody has what was found last; and by the time of that Job's end, so that each pass means the same next look.
        var ended = jobs.FirstOrDefault(job => job.Metadata.Name == standing.Metadata.Name)?.Status?.CompletionTime;
        var due = ended + TimeSpan.FromMinutes(code.FollowMinutes ?? DefaultMinutes);
        if (due is null || due > moment) return new(standing, pinned.Look, false, due);
        var token = due.Value.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        return new(MaterialsJob.Build(workplace, commit: null, token), token, true, null);
    }
}
