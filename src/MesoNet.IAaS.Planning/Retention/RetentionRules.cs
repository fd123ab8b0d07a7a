using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>The rules of spec.retention, each with the sentence that helps.</summary>
internal static class RetentionRules
{
    private const string Invalid = "RetentionInvalid";

    /// <summary>The rules that are broken.</summary>
    public static IEnumerable<SpecificationProblem> Check(ClassroomEnvironment environment, IReadOnlyList<PersistentVolumeClaim> claims)
    {
        if (environment.Spec.Retention is not { } retention) yield break;
        foreach (var (member, text) in new[] { ("keepFor", retention.KeepFor), ("deleteAfter", retention.DeleteAfter) })
        {
            if (text is not null && RetentionTimes.Span(text) is null)
                yield return new(Invalid, $"spec.retention.{member} is \"{text}\": write a number of days, hours or minutes, such as 90d, 12h or 30m, and at most 36525d.");
        }

        if (retention.KeepFor is not null && environment.Spec.Validity?.Until is null)
            yield return new(Invalid, "spec.retention.keepFor counts from the last day of the validity, and there is none. Give spec.validity.until, or take keepFor away.");
        if (retention.KeepFor is null) yield break;
        var size = ArchiveVolume.SizeOf(environment.Spec);
        if (size.Value <= 0) yield return new(Invalid, $"spec.retention.archive.size is {size}: give a size above zero, such as 20Gi.");
        var claim = claims.FirstOrDefault(claim => claim.Metadata.Name == ArchiveVolume.ClaimName(environment.Metadata.Name!));
        if (claim?.Spec?.Resources?.Requests?.GetValueOrDefault("storage") is { } current && size < current && current.Value > 0)
            yield return new(Invalid, $"spec.retention.archive.size is {size}, but the archive's volume has {current} already: a volume can grow, not shrink.");
    }
}
