using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
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
}

/// <summary>
/// How many seats the nodes could hold, each node by itself, were they empty. A course that does not fit even then can never start, which
/// its teacher should hear before the lesson. (What other courses hold at the same time is the timetable's question.)
/// </summary>
public static class CapacityRules
{
    /// <summary>The answer for a course.</summary>
    public static CapacityAnswer Check(Course course, IReadOnlyList<Node> nodes)
    {
        var needs = Needs(course.SeatResources);
        var usable = nodes.Where(node => node.Spec?.Unschedulable != true && node.Metadata.DeletionTimestamp is null).ToList();
        var perResource = needs.ToDictionary(need => need.Name, need => usable.Sum(node => HowMany(node, need.Name, need.Amount)), StringComparer.Ordinal);
        var fits = usable.Sum(node => needs.Min(need => HowMany(node, need.Name, need.Amount)));
        return new((int)Math.Min(fits, int.MaxValue), course.Students.Count, perResource.MinBy(pair => pair.Value).Key);
    }

    /// <summary>Whether two states of a node are the same to every course: nodes report in again and again, and nearly always nothing has changed.</summary>
    public static bool HaveTheSameRoom(Node before, Node after) =>
        before.Spec?.Unschedulable == after.Spec?.Unschedulable
        && (before.Metadata.DeletionTimestamp is null) == (after.Metadata.DeletionTimestamp is null)
        && (before.Status?.Allocatable ?? new Dictionary<string, Quantity>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .SequenceEqual((after.Status?.Allocatable ?? new Dictionary<string, Quantity>()).OrderBy(pair => pair.Key, StringComparer.Ordinal));

    private static IReadOnlyList<(string Name, decimal Amount)> Needs(SeatResources resources) =>
    [
        ("cpu", resources.Cpu.Value),
        ("memory", resources.Memory.Value),
        ("pods", 1),
        .. (resources.Devices ?? new Dictionary<string, Quantity>()).OrderBy(device => device.Key, StringComparer.Ordinal).Select(device => (device.Key, device.Value.Value)),
    ];

    private static long HowMany(Node node, string resource, decimal amount)
    {
        if (amount < 0.000_001m) return int.MaxValue;
        var allocatable = Math.Min(node.Status?.Allocatable?.GetValueOrDefault(resource).Value ?? 0, 1e21m);
        return (long)Math.Min(Math.Floor(allocatable / amount), int.MaxValue);
    }
}
