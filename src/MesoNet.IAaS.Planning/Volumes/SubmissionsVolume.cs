using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Planning.Volumes;

/// <summary>What is handed in, in a volume that no seat mounts. It lives as long as the homes' does.</summary>
public static class SubmissionsVolume
{
    /// <summary>Where Jobs mount it.</summary>
    public const string Path = "/submissions";

    internal static Quantity DefaultSize => new("10Gi");

    /// <summary>The name of a course's claim.</summary>
    public static string ClaimName(string environment) => $"{environment}-submissions";

    /// <summary>The claim; none for a course without lessons, which has nothing to hand in for.</summary>
    internal static IEnumerable<KubernetesObject> Build(Course course)
    {
        if (course.Timetable.Lessons.Count == 0) yield break;
        yield return HomesVolume.Claim(course, ClaimName(course.Name), "submissions", course.Environment.Spec.Storage?.SubmissionsSize ?? DefaultSize);
    }
}
