using System.Text;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary>Reads a file of a course's homes' volume.</summary>
internal sealed class VolumeReader(KubernetesClient client, TimeProvider time)
{
    /// <summary>The file's text; null where there is no such file.</summary>
    /// <param name="course">The course.</param>
    /// <param name="template">Its template, whose image the site has anyway.</param>
    /// <param name="path">The file, in the homes' volume.</param>
    /// <param name="cancellationToken">Cancels it; the pod is deleted all the same.</param>
    public async Task<string?> ReadAsync(ClassroomEnvironment course, CourseTemplate template, string path, CancellationToken cancellationToken)
    {
        await using var pod = await HomesPod.StartAsync(client, course, template, time, cancellationToken);
        using var content = new MemoryStream();
        var result = await pod.RunAsync(["cat", $"/volume/{path}"], content, cancellationToken);
        return result.ExitCode == 0 ? Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length) : null;
    }
}
