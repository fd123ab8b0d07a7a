using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>Seats that a course needs at one time. A lesson has more than one booking where its groups need them from different moments on.</summary>
/// <param name="Environment">The course.</param>
/// <param name="Created">When the course was asked for: earlier ones have precedence.</param>
/// <param name="Lesson">The lesson; null for a course without lessons, which runs all its validity long.</param>
/// <param name="From">When the first seat is started: the lesson's start minus the lead.</param>
/// <param name="Until">When the seats give back what they hold: the lesson's end.</param>
/// <param name="Seats">How many seats: the students who have the lesson.</param>
/// <param name="Resources">What each of them holds.</param>
/// <param name="Architectures">The architectures that they run on; null where nobody knows.</param>
public sealed record Booking(
    ObjectKey Environment, Instant Created, string? Lesson, Instant From, Instant Until, int Seats, SeatResources Resources, IReadOnlyList<string>? Architectures = null)
{
    /// <summary>Whether the seats are held at a moment.</summary>
    public bool IsAt(Instant moment) => From <= moment && moment < Until;
}
