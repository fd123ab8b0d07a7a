using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>Writes down, as Events of a seat or of a workspace, who did what to it: of a seat, what somebody other than its student did.</summary>
internal sealed class ResourceEvents(KubernetesClient client, TimeProvider time)
{
    /// <summary>The component that the Events are from.</summary>
    public const string Component = "mesonet-portal";

    /// <summary>Writes one.</summary>
    /// <param name="resource">The seat or the workspace.</param>
    /// <param name="reason">What was done, in one word.</param>
    /// <param name="message">The same in a sentence, with who did it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RecordAsync(KubernetesObject resource, string reason, string message, CancellationToken cancellationToken)
    {
        var type = ResourceType.Of(resource.GetType());
        var now = time.GetUtcNow();
        await client.CreateAsync(
            new Event
            {
                Metadata = new() { Name = $"{resource.Metadata.Name}.{ObjectNames.Hash($"{resource.Metadata.Uid}{reason}{message}{now.Ticks}", 16)}", Namespace = resource.Metadata.Namespace },
                InvolvedObject = new() { ApiVersion = type.ApiVersion, Kind = type.Kind, Namespace = resource.Metadata.Namespace, Name = resource.Metadata.Name, Uid = resource.Metadata.Uid },
                Type = "Normal", Reason = reason, Message = message, FirstTimestamp = now, LastTimestamp = now, Count = 1, Source = new() { Component = Component },
            },
            cancellationToken);
    }
}
