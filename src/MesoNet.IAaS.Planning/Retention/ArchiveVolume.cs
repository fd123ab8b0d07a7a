using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Volumes;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>The volume of a course's archives. The environment never owns it: it is what remains of the course.</summary>
public static class ArchiveVolume
{
    /// <summary>The claim's name.</summary>
    public static string ClaimName(string environment) => $"{environment}-archive";

    internal static PersistentVolumeClaim Build(Course course)
    {
        var archive = course.Environment.Spec.Retention?.Archive;
        return new()
        {
            Metadata = course.Kept(ClaimName(course.Name), "archive"),
            Spec = new()
            {
                AccessModes = ["ReadWriteMany"],
                StorageClassName = archive?.ClassName is { Length: > 0 } className ? className : null,
                Resources = new() { Requests = new Dictionary<string, Quantity> { ["storage"] = SizeOf(course.Environment.Spec) } },
            },
        };
    }

    internal static Quantity SizeOf(Resources.Courses.ClassroomEnvironmentSpec spec) => spec.Retention?.Archive?.Size ?? spec.Storage?.Size ?? HomesVolume.DefaultSize;
}
