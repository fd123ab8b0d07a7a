using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Platforms;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>Whether the cluster can hold a course.</summary>
/// <param name="Fits">How many seats the nodes could hold if they were empty.</param>
/// <param name="Wanted">How many seats the course has.</param>
/// <param name="Scarcest">The resource that runs out first.</param>
/// <param name="WrongNodes">What keeps nodes out that would have room; null where that is none of their architecture's doing.</param>
public sealed record CapacityAnswer(int Fits, int Wanted, string Scarcest, WrongArchitecture? WrongNodes = null)
{
    /// <summary>Whether all seats fit.</summary>
    public bool IsEnough => Wanted <= Fits;

    /// <summary>What a teacher reads where they do not.</summary>
    internal string SentenceFor(string subject) => WrongNodes is { } wrong
        ? $"The {subject} has {Wanted} seats, and its image runs on {string.Join(" and ", wrong.Architectures)} only: the nodes of that kind could hold {Fits} of them even if they were empty. {wrong.Room} would have room on the other nodes ({string.Join(", ", wrong.Others)}), for which the template needs another image or platform; see docs/platforms.md."
        : $"The {subject} has {Wanted} seats, and the cluster's nodes could hold {Fits} of them even if they were empty ({Scarcest} runs out first). Shorten the roster, ask for less per seat in the template, or ask the administrator for more nodes.";
}

/// <summary>Nodes that would have room for seats, if only the image ran there.</summary>
/// <param name="Architectures">Where the image runs.</param>
/// <param name="Others">What the other nodes are.</param>
/// <param name="Room">How many seats they would have room for, were they empty.</param>
public sealed record WrongArchitecture(IReadOnlyList<string> Architectures, IReadOnlyList<string> Others, int Room);

/// <summary>
/// How many seats the nodes could hold, each node by itself, were they empty. A course that does not fit even then can never start, which
/// its teacher should hear before the lesson. (What other courses hold at the same time is <see cref="SiteCalendar"/>'s question.)
/// </summary>
public static class CapacityRules
{
    /// <summary>Whether two states of a node are the same to every course: nodes report in again and again, and nearly always nothing has changed.</summary>
    public static bool HaveTheSameRoom(Node before, Node after) =>
        SchedulableNodes.AreSame(before, after)
        && before.Metadata.Label(ArchitectureAffinity.Label) == after.Metadata.Label(ArchitectureAffinity.Label)
        && (before.Status?.Allocatable ?? new Dictionary<string, Quantity>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SequenceEqual((after.Status?.Allocatable ?? new Dictionary<string, Quantity>()).OrderBy(pair => pair.Key, StringComparer.Ordinal));

    /// <summary>The answer for seats of which there are <paramref name="wanted"/>.</summary>
    internal static CapacityAnswer Check(SeatResources seat, IReadOnlyList<string>? architectures, int wanted, NodeRooms rooms)
    {
        var (shape, empty) = (rooms.ShapeOf(seat, architectures), new Placement(rooms));
        var fits = empty.Room(shape);
        var answer = new CapacityAnswer(fits, wanted, empty.Scarcest(shape).Resource);
        var elsewhere = architectures is null ? 0 : empty.Room(rooms.ShapeOf(seat)) - fits;
        return answer.IsEnough || elsewhere <= 0 ? answer : answer with { WrongNodes = new(architectures!, rooms.ArchitecturesBut(architectures!), elsewhere) };
    }
}
