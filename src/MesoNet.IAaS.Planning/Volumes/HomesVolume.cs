using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Planning.Volumes;

/// <summary>
/// The one volume of a course's homes, a folder in it for each student. It outlives the environment unless the teacher said
/// otherwise: only then does the environment own it, so that garbage collection takes it along.
/// </summary>
internal static class HomesVolume
{
    public static Quantity DefaultSize => new("20Gi");

    public static string ClaimName(string environment) => $"{environment}-homes";

    /// <summary>The folder of a seat's home in the volume.</summary>
    public static string HomePath(string seatName) => $"homes/{seatName}";

    /// <summary>Whether the claim that is there is about to go, so that homes prepared in it would go too.</summary>
    public static bool IsGoing(Course course, ObservedEnvironment observed) => observed.Claims.Any(claim =>
        claim.Metadata.Name == ClaimName(course.Name) && (claim.Metadata.DeletionTimestamp is not null || course.IsOfPredecessor(claim)));

    public static IEnumerable<KubernetesObject> Build(Course course)
    {
        var name = ClaimName(course.Name);
        var deleteData = course.Environment.Spec.Retention?.DeleteData == true;
        var storage = course.Environment.Spec.Storage;
        yield return new PersistentVolumeClaim
        {
            Metadata = deleteData ? course.Owned(name, "homes") : course.Kept(name, "homes"),
            Spec = new()
            {
                AccessModes = ["ReadWriteMany"],
                StorageClassName = storage?.ClassName is { Length: > 0 } className ? className : null,
                Resources = new() { Requests = new Dictionary<string, Quantity> { ["storage"] = storage?.Size ?? DefaultSize } },
            },
        };
    }
}
