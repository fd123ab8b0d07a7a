using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>Writes down, as Events of a seat, what somebody other than its student did to it.</summary>
internal sealed class SeatEvents(KubernetesClient client, TimeProvider time)
{
    /// <summary>The component that the Events are from.</summary>
    public const string Component = "mesonet-portal";

    /// <summary>Writes one.</summary>
    /// <param name="seat">The seat.</param>
    /// <param name="reason">What was done, in one word.</param>
    /// <param name="message">The same in a sentence, with who did it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RecordAsync(Seat seat, string reason, string message, CancellationToken cancellationToken)
    {
        var type = ResourceType.Of<Seat>();
        var now = time.GetUtcNow();
        await client.CreateAsync(
            new Event
            {
                Metadata = new() { Name = $"{seat.Metadata.Name}.{ObjectNames.Hash($"{seat.Metadata.Uid}{reason}{message}{now.Ticks}", 16)}", Namespace = seat.Metadata.Namespace },
                InvolvedObject = new() { ApiVersion = type.ApiVersion, Kind = type.Kind, Namespace = seat.Metadata.Namespace, Name = seat.Metadata.Name, Uid = seat.Metadata.Uid },
                Type = "Normal", Reason = reason, Message = message, FirstTimestamp = now, LastTimestamp = now, Count = 1, Source = new() { Component = Component },
            },
            cancellationToken);
    }
}
