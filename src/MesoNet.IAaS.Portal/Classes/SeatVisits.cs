using System.Globalization;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Waiting;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>A teacher who goes into a student's environment announces it first: the student is told who and when. Without that nobody but the student is let in.</summary>
internal sealed class SeatVisits(KubernetesClient client, ResourceEvents events, SiteView site, SiteChanges changes, TimeProvider time)
{
    /// <summary>How long an announcement is good, for going in and for being there: after that it is announced anew.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestUnseen = TimeSpan.FromSeconds(10);

    /// <summary>The path of the page on which a visit is announced.</summary>
    /// <param name="label">The seat's host.</param>
    /// <param name="to">Where in the seat somebody wants to; null for its JupyterLab.</param>
    public static string PathOf(string label, string? to) => to is null ? $"/visit/{label}" : $"/visit/{label}?to={Uri.EscapeDataString(to)}";

    /// <summary>Whether somebody may go in: the student at any time, others once they have announced it.</summary>
    public bool MayEnter(FoundSeat found, Visitor visitor) => found.Part == Part.Student
        || (found.Seat.Spec.Visit is { } visit && string.Equals(visit.By, visitor.Login, StringComparison.OrdinalIgnoreCase) && time.GetUtcNow() - visit.At is var since && since < Validity && since > -Validity);

    /// <summary>When a visit that was announced ends; null for the student, who is no visitor.</summary>
    public static DateTimeOffset? EndOf(FoundSeat found) => found.Part == Part.Student ? null : found.Seat.Spec.Visit?.At + Validity;

    /// <summary>Announces a visit: as an Event of the seat, and in the seat itself, which the student's page shows.</summary>
    public async Task AnnounceAsync(FoundSeat found, Visitor visitor, CancellationToken cancellationToken)
    {
        // Whole seconds, as the API server is told.
        var at = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        await events.RecordAsync(found.Seat, "Visited", $"{visitor.Login} ({found.Part}) opened the environment of {found.Seat.Spec.Login}.", cancellationToken);
        await client.MergePatchAsync<Seat>(
            found.Seat.Key,
            new() { ["spec"] = new JsonObject { ["visit"] = new JsonObject { ["by"] = visitor.Login, ["at"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) } } },
            cancellationToken);
        await UntilSeenAsync(found.Seat.Key, seat => seat.Spec.Visit?.At >= at, cancellationToken);
    }

    /// <summary>Waits until the portal's own watch has told what was written; not for long, as the page says the same a moment later.</summary>
    private async Task UntilSeenAsync(ObjectKey key, Func<Seat, bool> isSeen, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LongestUnseen, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await foreach (var _ in changes.FollowAsync(key, either.Token))
            {
                if (site.Seats.Find(key) is not { } seat || isSeen(seat)) return;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
