using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>Something that a site must hold room for at some times: a course, or a research workspace that does not make room.</summary>
public abstract class Booked
{
    private protected Booked(ObjectKey key, Instant created, SeatResources seat, IReadOnlyList<string>? architectures) =>
        (Key, Created, Seat, Architectures) = (key, created, seat, architectures);

    /// <summary>What books it.</summary>
    public ObjectKey Key { get; }

    /// <summary>When it was asked for.</summary>
    public Instant Created { get; }

    /// <summary>What each of its seats holds.</summary>
    public SeatResources Seat { get; }

    /// <summary>The architectures that its image runs on; null where nobody knows.</summary>
    public IReadOnlyList<string>? Architectures { get; }

    /// <summary>What it books, in order.</summary>
    public IReadOnlyList<Booking> Bookings { get; private protected init; } = [];

    /// <summary>Whether this is another's, unchanged.</summary>
    internal abstract bool IsSameAs(Booked other);
}
