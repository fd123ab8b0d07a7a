using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>Whether the cluster can hold a course.</summary>
/// <param name="Fits">How many seats the nodes could hold if they were empty.</param>
/// <param name="Wanted">How many seats the course has.</param>
/// <param name="Scarcest">The resource that runs out first.</param>
public sealed record CapacityAnswer(int Fits, int Wanted, string Scarcest)
{
    /// <summary>Whether all seats fit.</summary>
    public bool IsEnough => Wanted <= Fits;

    /// <summary>What a teacher reads where they do not.</summary>
    internal string SentenceFor(string subject) =>
        $"The {subject} has {Wanted} seats, and the cluster's nodes could hold {Fits} of them even if they were empty ({Scarcest} runs out first). Shorten the roster, ask for less per seat in the template, or ask the administrator for more nodes.";
}

/// <summary>
/// How many seats the nodes could hold, each node by itself, were they empty. A course that does not fit even then can never start, which
/// its teacher should hear before the lesson. (What other courses hold at the same time is <see cref="SiteCalendar"/>'s question.)
/// </summary>
public static class CapacityRules
{
    /// <summary>Whether two states of a node are the same to every course: nodes report in again and again, and nearly always nothing has changed.</summary>
    public static bool HaveTheSameRoom(Node before, Node after) =>
        SchedulableNodes.AreSame(before, after)
        && (before.Status?.Allocatable ?? new Dictionary<string, Quantity>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SequenceEqual((after.Status?.Allocatable ?? new Dictionary<string, Quantity>()).OrderBy(pair => pair.Key, StringComparer.Ordinal));

    /// <summary>The answer for seats of which there are <paramref name="wanted"/>.</summary>
    internal static CapacityAnswer Check(SeatResources seat, int wanted, NodeRooms rooms)
    {
        var (shape, empty) = (rooms.ShapeOf(seat), new Placement(rooms));
        return new(empty.Room(shape), wanted, empty.Scarcest(shape).Resource);
    }
}
