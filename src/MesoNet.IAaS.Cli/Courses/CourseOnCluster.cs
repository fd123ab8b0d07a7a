using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary>A course that a command names, with its template.</summary>
/// <param name="Course">The course.</param>
/// <param name="Template">Its template, with the image of its platform, which the site has.</param>
internal sealed record CourseOnCluster(ClassroomEnvironment Course, CourseTemplate Template)
{
    /// <summary>Finds a course by its name, whatever its namespace.</summary>
    /// <exception cref="UserMistakeException">There is no such course, its template is gone, or that has no image.</exception>
    public static async Task<CourseOnCluster> FindAsync(KubernetesClient client, string name, CancellationToken cancellationToken)
    {
        var course = (await client.ListAsync<ClassroomEnvironment>(ListQuery.All, cancellationToken)).FirstOrDefault(course => course.Metadata.Name == name)
            ?? throw new UserMistakeException($"There is no course \"{name}\".");
        var template = await client.FindAsync<CourseTemplate>(new("", course.Spec.Template.Name), cancellationToken)
            ?? throw new UserMistakeException($"The course's template \"{course.Spec.Template.Name}\" does not exist any more; its image is needed.");
        // Which image a platform means is the operator's to say: it knows the site's own.
        if (template.Image is null && course.Status?.Image is { } image) template = template with { Platform = new() { Image = image, Architectures = course.Status.Architectures } };
        if (template.Image is null)
            throw new UserMistakeException($"Nobody knows yet which image the course's platform \"{template.Spec.Platform}\" means. 'mesonet kubectl get ce -A' says what the course waits for.");
        return new(course, template);
    }
}
