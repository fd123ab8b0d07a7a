using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>What is held for a research workspace that does not make room, in its hours and until its end, once it has been admitted.</summary>
public sealed class BookedWorkspace : Booked
{
    private readonly AdmittedStatus admitted;

    private BookedWorkspace(ResearchWorkspace workspace, AdmittedStatus admitted, WorkspaceHours hours)
        : base(workspace.Key, Instant.FromDateTimeOffset(admitted.At!.Value), WorkspaceResources.Of(admitted.Resources!), admitted.Architectures)
    {
        this.admitted = admitted;
        Bookings = [.. hours.Windows(Created).Select(window => new Booking(Key, Created, null, window.From, window.Until, 1, Seat, Architectures))];
    }

    /// <summary>What a workspace books; null where that is nothing: it makes room, or has not been admitted, or somebody stopped it.</summary>
    public static BookedWorkspace? Of(ResearchWorkspace workspace)
    {
        if (!IsHeldFor(workspace)) return null;
        var admitted = workspace.Status!.Admitted!;
        return WorkspaceHours.Of(admitted.Until, admitted.Running, admitted.TimeZone) is { } hours ? new(workspace, admitted, hours) : null;
    }

    /// <summary>Whether something is held for a workspace. One that is stopped keeps it: its owner counts on it.</summary>
    internal static bool IsHeldFor(ResearchWorkspace workspace) =>
        workspace is { Metadata.DeletionTimestamp: null, Spec.YieldsToLessons: false, Status.Admitted: { At: not null, Resources: not null } };

    internal override bool IsSameAs(Booked other) => other is BookedWorkspace workspace && Key == workspace.Key && WorkspaceComparison.IsSame(admitted, workspace.admitted);
}
