using System.Globalization;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>That a teacher wants to read what lies in a course's volumes, written into the course; the operator starts the reader.</summary>
internal sealed class ReaderWishes(KubernetesClient client, TimeProvider time)
{
    /// <summary>For how long the reader is wanted by somebody who asked.</summary>
    public static readonly TimeSpan Wanted = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(4);

    /// <summary>Somebody reads now. One who asked a moment ago is not written down again.</summary>
    public async Task AskAsync(ClassroomEnvironment course, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (course.Spec.ReadUntil - now > Wanted / 2) return;
        var until = (now + Wanted).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await client.MergePatchAsync<ClassroomEnvironment>(course.Key, new() { ["spec"] = new JsonObject { ["readUntil"] = until } }, cancellationToken);
    }

    /// <summary>Somebody reads until this is cancelled: large work takes long. A cluster that is away meanwhile is asked again later.</summary>
    public async Task KeepAsync(ObjectKey course, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await AskAsync(await client.GetAsync<ClassroomEnvironment>(course, cancellationToken), cancellationToken);
                await Task.Delay(Renewal, time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
            }
            catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
            {
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(10), time, cancellationToken));
            }
        }
    }
}
