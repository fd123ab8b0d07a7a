using System.Globalization;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>That a course's students should have another version of the code, or the newest of the same, written into the course; the operator brings it about.</summary>
internal sealed class CodeWishes(KubernetesClient client, TimeProvider time)
{
    /// <summary>The ref is looked up now, and what it means is given to everybody.</summary>
    /// <param name="course">The course.</param>
    /// <param name="reference">A valid ref for this course alone; null for the template's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The course as it is then.</returns>
    public Task<ClassroomEnvironment> LookAsync(ObjectKey course, string? reference, CancellationToken cancellationToken)
    {
        if (reference is not null && !GitRef.IsValid(reference)) throw new ArgumentException($"\"{reference}\" is no ref.", nameof(reference));
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return client.MergePatchAsync<ClassroomEnvironment>(
            course, new() { ["spec"] = new JsonObject { ["code"] = new JsonObject { ["ref"] = reference, ["lookAt"] = now } } }, cancellationToken);
    }
}
