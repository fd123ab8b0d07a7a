using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Naming;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Operator.Execution;

/// <summary>Writes Events, which <c>kubectl describe</c> shows. One that can't be written is logged and missed: the status says the same.</summary>
internal sealed class EventRecorder(KubernetesClient client, TimeProvider time, ILogger logger)
{
    private const int LongestMessage = 1000;

    public async Task RecordAsync(KubernetesObject about, Announcement announcement, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var message = announcement.Message.Length > LongestMessage ? announcement.Message[..LongestMessage] + "…" : announcement.Message;
        var item = new Event
        {
            Metadata = new()
            {
                // The same news at the same moment is the same Event, whoever tells it.
                Name = $"{about.Metadata.Name}.{ObjectNames.Hash($"{about.Metadata.Uid}{announcement.Reason}{message}{now.ToUnixTimeSeconds()}", 16)}",
                // Where those about what has no namespace are looked for.
                Namespace = about.Metadata.Namespace ?? "default",
            },
            InvolvedObject = new()
            {
                ApiVersion = about.ApiVersion, Kind = about.Kind, Namespace = about.Metadata.Namespace, Name = about.Metadata.Name, Uid = about.Metadata.Uid,
            },
            Type = announcement.IsWarning ? "Warning" : "Normal",
            Reason = announcement.Reason,
            Message = message,
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = 1,
            Source = new() { Component = Labels.Operator },
        };
        try
        {
            await client.CreateAsync(item, cancellationToken);
        }
        catch (KubernetesApiException exception) when (exception.IsAlreadyExists)
        {
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException or IOException or JsonException)
        {
            logger.LogWarning("An Event about {Key} could not be written: {Message}", about.Key, exception.Message);
        }
    }
}
