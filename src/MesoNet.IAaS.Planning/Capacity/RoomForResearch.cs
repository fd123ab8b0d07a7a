using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>A time in which lessons need what a workspace holds.</summary>
/// <param name="From">When the first seat is started: the workspace must be gone by then.</param>
/// <param name="Until">When the last lesson gives back what it held.</param>
/// <param name="Holders">Who has it then, in order.</param>
internal sealed record Absence(Instant From, Instant Until, IReadOnlyList<Holder> Holders)
{
    /// <summary>Since when whoever is away stays away: before <see cref="From"/> where other lessons end so shortly before that the pause is not worth coming back for.</summary>
    public Instant AwayFrom { get; init; } = From;
}

/// <summary>A lesson that needs what a workspace would hold.</summary>
/// <param name="Holder">The lesson.</param>
/// <param name="At">From when on.</param>
internal sealed record Collision(Holder Holder, Instant At);

/// <summary>
/// What lessons leave to research workspaces, moment by moment: lessons are placed first, then the workspaces in the order in which they were made. One
/// that finds no room beside lessons makes room.
/// </summary>
internal sealed class RoomForResearch
{
    /// <summary>How far ahead is looked: warnings are given minutes before, and calendars change.</summary>
    private static readonly Duration Horizon = Duration.FromDays(28);

    private readonly NodeRooms rooms;
    private readonly BookingsInTime bookings;
    private readonly int kept;
    private readonly IReadOnlyList<YieldingWorkspace> workspaces;
    private readonly HashSet<ObjectKey> heldKeys;
    private readonly Instant holdsUntil;
    private readonly Instant[] boundaries;
    private readonly ConcurrentDictionary<ObjectKey, (Instant From, Instant Until, Absence? Answer)> known = new();

    /// <param name="rooms">The nodes' room.</param>
    /// <param name="bookings">What is booked; at the end the lessons that not even an empty site could hold, which take what there is.</param>
    /// <param name="kept">How many bookings are before those.</param>
    /// <param name="held">What is held for workspaces that make no room; it is among the bookings, where an empty site could hold it.</param>
    /// <param name="workspaces">All research workspaces.</param>
    /// <param name="holdsUntil">When the nodes' room is another though nothing changes.</param>
    public RoomForResearch(NodeRooms rooms, BookingsInTime bookings, int kept, IEnumerable<BookedWorkspace> held, IEnumerable<ResearchWorkspace> workspaces, Instant holdsUntil)
    {
        (this.rooms, this.bookings, this.kept, this.holdsUntil, Held) = (rooms, bookings, kept, holdsUntil, [.. held]);
        heldKeys = [.. Held.Select(workspace => workspace.Key)];
        this.workspaces =
        [
            .. workspaces.Select(YieldingWorkspace.Of).OfType<YieldingWorkspace>().OrderBy(workspace => workspace.Created).ThenBy(workspace => workspace.Key.ToString(), StringComparer.Ordinal),
        ];
        boundaries = [.. bookings.Boundaries.Concat(this.workspaces.Select(workspace => workspace.End)).Distinct().Order()];
    }

    /// <summary>What is held for workspaces that make no room.</summary>
    public IReadOnlyList<BookedWorkspace> Held { get; }

    /// <summary>The time that is on or comes next, within four weeks, in which a workspace makes room; null where there is none, or it makes none.</summary>
    /// <returns>The time, and when to ask again though nothing changes.</returns>
    public (Absence? Absence, Instant HoldsUntil) NextAbsence(ObjectKey workspace, Instant now)
    {
        if (known.TryGetValue(workspace, out var before) && before.From <= now && now < before.Until) return (before.Answer, before.Until);
        if (workspaces.FirstOrDefault(item => item.Key == workspace) is not { } found) return (null, now < holdsUntil ? holdsUntil : Instant.MaxValue);
        var absence = Find(found, now);
        var holds = Instant.Min(absence?.Until ?? now + Horizon / 2, now < holdsUntil ? holdsUntil : Instant.MaxValue);
        known[workspace] = (now, holds, absence);
        return (absence, holds);
    }

    /// <summary>
    /// The lessons that need what a workspace would hold at some times, each once, in the order of time: from then on it has precedence, and no lesson must lack by it
    /// what it has now.
    /// </summary>
    /// <param name="resources">What it would hold.</param>
    /// <param name="architectures">The architectures that it runs on; null where nobody knows.</param>
    /// <param name="windows">When.</param>
    /// <param name="own">The workspace: what it books already is its own.</param>
    public IReadOnlyList<Collision> CollisionsWith(SeatResources resources, IReadOnlyList<string>? architectures, IEnumerable<(Instant From, Instant Until)> windows, ObjectKey own)
    {
        var found = new List<Collision>();
        var shape = rooms.ShapeOf(resources, architectures);
        foreach (var (from, until) in windows)
        {
            foreach (var moment in Moments(from, until))
            {
                // What cannot be kept for anybody must not keep others out.
                var there = bookings.At(moment, kept).ToList();
                var losers = WhoLoses(there, shape, own);
                if (losers is { Count: 0 }) continue;
                var others = there.Where(booking => booking.Environment != own).ToList();
                var holders = Holders(others, shape).Concat((losers ?? []).Select(HolderOf)).Distinct();
                found.AddRange(holders.Where(holder => found.All(known => known.Holder != holder)).Select(holder => new Collision(holder, moment)));
            }
        }

        return found;
    }

    /// <summary>Whose seats find less room where a workspace is placed before all lessons; null where it finds none itself beside what is held for others.</summary>
    private List<Booking>? WhoLoses(IReadOnlyList<Booking> there, SeatShape shape, ObjectKey own)
    {
        var (now, then) = (new Placement(rooms), new Placement(rooms));
        var (held, lessons) = (there.Where(booking => IsHeld(booking.Environment)).ToList(), there.Where(booking => !IsHeld(booking.Environment)));
        foreach (var booking in held)
        {
            Place(now, booking);
            if (booking.Environment != own) Place(then, booking);
        }

        return then.Place(shape, 1) == 0 ? null : [.. lessons.Where(booking => Place(now, booking) is var before && Place(then, booking) < before)];
    }

    /// <summary>Whether an empty site could hold a workspace.</summary>
    public bool CouldHold(SeatResources resources, IReadOnlyList<string>? architectures) => new Placement(rooms).Room(rooms.ShapeOf(resources, architectures)) > 0;

    /// <summary>What keeps a workspace off nodes that could hold it; null where that is none of their architecture's doing.</summary>
    public WrongArchitecture? WrongNodesFor(SeatResources resources, IReadOnlyList<string>? architectures) =>
        architectures is null ? null : CapacityRules.Check(resources, architectures, 1, rooms).WrongNodes;

    private Absence? Find(YieldingWorkspace workspace, Instant now)
    {
        Absence? absence = null;
        Instant? from = null;
        var holders = new List<Holder>();
        foreach (var moment in Moments(now, Instant.Min(now + Horizon, workspace.End)))
        {
            // A pause that is too short to come back for is part of it.
            if (absence is not null && moment - absence.Until >= workspace.LeastStay) break;
            var at = WhoNeedsItsRoom(workspace, moment);
            if (at.Count > 0)
            {
                from ??= moment;
                holders.AddRange(at.Where(holder => !holders.Contains(holder)));
                absence = new(from.Value, EndOf(workspace, moment), holders);
            }
        }

        if (absence is null) return null;
        // What is always on began before the workspace was.
        var (earliest, isOn) = (Instant.Min(workspace.Created, now), absence.From == now);
        var beganAt = isOn ? Instant.Max(BeginningOf(workspace, now, now, Duration.Zero), earliest) : absence.From;
        return absence with { From = beganAt, AwayFrom = Instant.Max(BeginningOf(workspace, absence.From, now, workspace.LeastStay), earliest) };
    }

    /// <summary>When that began which is on at a moment or comes then: nobody remembers it, since calendars are made anew.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="need">The moment at which its room is needed.</param>
    /// <param name="now">Now; nothing between the two needs its room.</param>
    /// <param name="pause">What is shorter than that is no pause.</param>
    private Instant BeginningOf(YieldingWorkspace workspace, Instant need, Instant now, Duration pause)
    {
        var index = Array.BinarySearch(boundaries, now);
        for (var i = index < 0 ? ~index - 1 : index; i >= 0; i--)
        {
            if (WhoNeedsItsRoom(workspace, boundaries[i]).Count > 0) need = boundaries[i];
            else if (need - boundaries[i] >= pause) break;
        }

        return need;
    }

    /// <summary>When a need that is there at a moment may end: at the end of another workspace only where that gives it room.</summary>
    private Instant EndOf(YieldingWorkspace workspace, Instant moment)
    {
        var end = NextBoundary(moment);
        while (end < Instant.MaxValue && Array.BinarySearch(bookings.Boundaries, end) < 0 && WhoNeedsItsRoom(workspace, end).Count > 0) end = NextBoundary(end);
        return end;
    }

    /// <summary>The lessons for which a workspace has no room at a moment; none where it has room.</summary>
    private List<Holder> WhoNeedsItsRoom(YieldingWorkspace workspace, Instant moment)
    {
        var placement = new Placement(rooms);
        var held = bookings.At(moment, int.MaxValue).Where(booking => Place(placement, booking) > 0).ToList();
        if (held.Count == 0) return [];
        var shape = rooms.ShapeOf(workspace.Resources, workspace.Architectures);
        if (HasRoomBesideEarlier(placement, workspace, shape, moment)) return [];
        // Where older workspaces have all of it anyhow, lessons that need none of its devices are not to blame.
        return !held.Any(booking => SharesADevice(booking, shape)) && !HasRoomBesideEarlier(new(rooms), workspace, shape, moment) ? [] : Holders(held, shape);
    }

    private bool HasRoomBesideEarlier(Placement placement, YieldingWorkspace workspace, SeatShape shape, Instant moment)
    {
        foreach (var earlier in workspaces.TakeWhile(other => other != workspace).Where(other => other.TakesRoomAt(moment))) placement.Place(earlier.Resources, 1, earlier.Architectures);
        return placement.Room(shape) > 0;
    }

    private bool SharesADevice(Booking booking, SeatShape shape) =>
        rooms.ShapeOf(booking.Resources).Needs.Any(need => ExtendedResources.IsName(need.Resource) && shape.Needs.Any(own => own.Resource == need.Resource));

    private bool IsHeld(ObjectKey key) => heldKeys.Contains(key);

    private static int Place(Placement placement, Booking booking) => placement.Place(booking.Resources, booking.Seats, booking.Architectures);

    private static Holder HolderOf(Booking booking) => new(booking.Environment, booking.Lesson);

    // Devices are what it is about; where no lesson has one of its kind, it is processors or memory.
    private List<Holder> Holders(IReadOnlyList<Booking> held, SeatShape shape)
    {
        var sharing = held.Where(booking => SharesADevice(booking, shape)).ToList();
        return [.. (sharing.Count > 0 ? sharing : held).Select(HolderOf).Distinct()];
    }

    private IEnumerable<Instant> Moments(Instant from, Instant until)
    {
        if (from >= until) yield break;
        yield return from;
        var index = Array.BinarySearch(boundaries, from);
        for (var i = index < 0 ? ~index : index + 1; i < boundaries.Length && boundaries[i] < until; i++) yield return boundaries[i];
    }

    private Instant NextBoundary(Instant moment)
    {
        var index = Array.BinarySearch(boundaries, moment);
        var next = index < 0 ? ~index : index + 1;
        return next < boundaries.Length ? boundaries[next] : Instant.MaxValue;
    }
}
