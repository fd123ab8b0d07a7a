using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary>A course that a command names, with its template.</summary>
/// <param name="Course">The course.</param>
/// <param name="Template">Its template, whose image the site has.</param>
internal sealed record CourseOnCluster(ClassroomEnvironment Course, CourseTemplate Template)
{
    /// <summary>Finds a course by its name, whatever its namespace.</summary>
    /// <exception cref="UserMistakeException">There is no such course, or its template is gone.</exception>
    public static async Task<CourseOnCluster> FindAsync(KubernetesClient client, string name, CancellationToken cancellationToken)
    {
        var course = (await client.ListAsync<ClassroomEnvironment>(ListQuery.All, cancellationToken)).FirstOrDefault(course => course.Metadata.Name == name)
            ?? throw new UserMistakeException($"There is no course \"{name}\".");
        var template = await client.FindAsync<CourseTemplate>(new("", course.Spec.Template.Name), cancellationToken)
            ?? throw new UserMistakeException($"The course's template \"{course.Spec.Template.Name}\" does not exist any more; its image is needed.");
        return new(course, template);
    }
}
