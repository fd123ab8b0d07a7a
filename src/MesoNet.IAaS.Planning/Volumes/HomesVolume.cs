using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Planning.Volumes;

/// <summary>
/// The one volume of a course's homes, a folder in it for each student. It outlives the environment unless the teacher said
/// otherwise: only then does the environment own it, so that garbage collection takes it along.
/// </summary>
public static class HomesVolume
{
    internal static Quantity DefaultSize => new("20Gi");

    /// <summary>The name of a course's claim.</summary>
    public static string ClaimName(string environment) => $"{environment}-homes";

    /// <summary>The folder of a seat's home in the volume.</summary>
    public static string HomePath(string seatName) => $"homes/{seatName}";

    /// <summary>Whether the claim that is there is about to go, so that homes prepared in it would go too.</summary>
    internal static bool IsGoing(Course course, ObservedEnvironment observed) => observed.Claims.Any(claim =>
        claim.Metadata.Name == ClaimName(course.Name) && (claim.Metadata.DeletionTimestamp is not null || course.IsOfPredecessor(claim)));

    internal static IEnumerable<KubernetesObject> Build(Course course)
    {
        yield return Claim(course, ClaimName(course.Name), "homes", course.Environment.Spec.Storage?.Size ?? DefaultSize);
    }

    /// <summary>A claim of the students' work.</summary>
    internal static PersistentVolumeClaim Claim(Course course, string name, string component, Quantity size)
    {
        var deleteData = course.Environment.Spec.Retention?.DeleteData == true;
        return new()
        {
            Metadata = deleteData ? course.Owned(name, component) : course.Kept(name, component),
            Spec = new()
            {
                AccessModes = ["ReadWriteMany"],
                StorageClassName = course.Environment.Spec.Storage?.ClassName is { Length: > 0 } className ? className : null,
                Resources = new() { Requests = new Dictionary<string, Quantity> { ["storage"] = size } },
            },
        };
    }
}
