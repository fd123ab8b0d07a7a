using System.Collections.Concurrent;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>
/// How many seats of one course find room beside all bookings that have precedence, moment by moment. Between two moments at which a booking
/// begins or ends nothing changes: each such piece is computed once, when it is first asked for.
/// </summary>
internal sealed class RoomInTime
{
    private readonly NodeRooms rooms;
    private readonly BookingsInTime bookings;
    private readonly Instant[] boundaries;
    private readonly int before;
    private readonly SeatShape shape;
    private readonly ConcurrentDictionary<int, int> known = new();

    /// <param name="rooms">The nodes.</param>
    /// <param name="bookings">All bookings.</param>
    /// <param name="before">How many of them are of the courses before this one.</param>
    /// <param name="shape">What a seat of this course takes.</param>
    public RoomInTime(NodeRooms rooms, BookingsInTime bookings, int before, SeatShape shape)
    {
        (this.rooms, this.bookings, this.before, this.shape, boundaries) = (rooms, bookings, before, shape, bookings.Boundaries);
    }

    /// <summary>How many seats find room at a moment.</summary>
    public int At(Instant moment)
    {
        var piece = PieceOf(moment);
        if (known.TryGetValue(piece, out var room)) return room;
        return known[piece] = Beside(moment).Placement.Room(shape);
    }

    /// <summary>The moments of an interval from which on something may be otherwise than before, its beginning first.</summary>
    public IEnumerable<Instant> Moments(Instant from, Instant until)
    {
        if (from >= until) yield break;
        yield return from;
        for (var i = PieceOf(from); i < boundaries.Length && boundaries[i] < until; i++) yield return boundaries[i];
    }

    /// <summary>The end of the piece that a moment lies in.</summary>
    public Instant EndOfPiece(Instant moment) => PieceOf(moment) is var piece && piece < boundaries.Length ? boundaries[piece] : Instant.MaxValue;

    /// <summary>Everything that has precedence at some moment of an interval, whether it found room or not.</summary>
    public IEnumerable<Booking> Preceding(Instant from, Instant until) => Moments(from, until).SelectMany(moment => bookings.At(moment, before)).Distinct();

    /// <summary>The nodes with everything that has precedence on them at a moment, and what of it is there.</summary>
    public (Placement Placement, IReadOnlyList<Booking> Placed) Beside(Instant moment)
    {
        var placement = new Placement(rooms);
        var placed = new List<Booking>();
        foreach (var booking in bookings.At(moment, before))
        {
            // One that lacks something itself holds what it could get.
            if (placement.Place(rooms.ShapeOf(booking.Resources, booking.Architectures), booking.Seats) > 0) placed.Add(booking);
        }

        return (placement, placed);
    }

    // The piece i ends at boundary i; the last one never.
    private int PieceOf(Instant moment)
    {
        var index = Array.BinarySearch(boundaries, moment);
        return index < 0 ? ~index : index + 1;
    }
}
