using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>What students and teachers wish of a seat, written into it; the operator brings it about where the timetable allows.</summary>
internal sealed class SeatWishes(KubernetesClient client, TimeProvider time)
{
    /// <summary>How long a seat is wanted that somebody starts: it stops earlier when no work is done in it.</summary>
    public static readonly TimeSpan Wanted = TimeSpan.FromHours(8);

    /// <summary>Somebody wants to work in it now.</summary>
    public Task StartAsync(ObjectKey seat, CancellationToken cancellationToken) => PatchAsync(seat, new() { ["wantedUntil"] = Rfc3339(time.GetUtcNow() + Wanted) }, cancellationToken);

    /// <summary>Nobody wants to any more: outside a lesson it stops.</summary>
    public Task StopAsync(ObjectKey seat, CancellationToken cancellationToken) => PatchAsync(seat, new() { ["wantedUntil"] = null }, cancellationToken);

    /// <summary>The student hands in. A wish for another lesson that is not answered yet stays.</summary>
    public Task HandInAsync(ObjectKey seat, string lesson, CancellationToken cancellationToken) =>
        PatchAsync(seat, new() { ["handIns"] = new JsonObject { [lesson] = Rfc3339(time.GetUtcNow()) } }, cancellationToken);

    /// <summary>Makes all links to the seat useless but the next one.</summary>
    public Task RenewLinkAsync(Seat seat, CancellationToken cancellationToken) => PatchAsync(seat.Key, new() { ["invitation"] = (seat.Spec.Invitation ?? 0) + 1 }, cancellationToken);

    /// <summary>Gives a student longer to hand in; null takes that back.</summary>
    /// <param name="seat">The seat.</param>
    /// <param name="localTime">Until when, in the course's zone: 2026-11-29T12:00.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task ExtendAsync(ObjectKey seat, string? localTime, CancellationToken cancellationToken) => PatchAsync(seat, new() { ["handInUntil"] = localTime }, cancellationToken);

    // Whole seconds, as what is taken is named after them.
    private static string Rfc3339(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private Task<Seat> PatchAsync(ObjectKey seat, JsonObject spec, CancellationToken cancellationToken) =>
        client.MergePatchAsync<Seat>(seat, new() { ["spec"] = spec }, cancellationToken);
}
