using MesoNet.IAaS.Kubernetes.Objects;
using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>
/// The nodes that seats could be placed on. Not those that are closed, or are being deleted, or have a taint that no seat tolerates, or have not been Ready
/// for some minutes. A node that has not been Ready for a moment counts: an API server that was away for a minute finds all its nodes so, and
/// must not find all reservations gone.
/// </summary>
internal static class SchedulableNodes
{
    /// <summary>After so long Kubernetes itself gives a node up and removes its pods (the tolerationSeconds that its admission gives to pods).</summary>
    private static readonly Duration Patience = Duration.FromMinutes(5);

    // Kubernetes sets these by the node's conditions; Ready is looked at itself, and pressure passes.
    private static readonly HashSet<string> OfConditions = new(StringComparer.Ordinal)
    {
        "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/memory-pressure", "node.kubernetes.io/disk-pressure",
        "node.kubernetes.io/pid-pressure", "node.kubernetes.io/network-unavailable",
    };

    /// <summary>The nodes that count.</summary>
    /// <param name="nodes">All nodes.</param>
    /// <param name="now">The moment; where null, nodes that are not Ready count.</param>
    public static IEnumerable<Node> Of(IEnumerable<Node> nodes, Instant? now) => nodes.Where(node =>
        node.Spec?.Unschedulable != true && node.Metadata.DeletionTimestamp is null && !Taints(node, "NoExecute").Any() && !(GivenUpAt(node) <= now));

    /// <summary>When the next of them counts no more though nothing happens; null for never.</summary>
    public static Instant? ChangesAt(IEnumerable<Node> nodes, Instant now) => nodes.Select(GivenUpAt).Where(moment => moment > now).Min();

    /// <summary>What seats must ask for to be placed on a node: their pods tolerate a taint NoSchedule that is named as a device of theirs.</summary>
    public static IReadOnlyList<string> KeptFor(Node node) => [.. Taints(node, "NoSchedule").Select(taint => taint.Key).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether two states of a node are the same as far as this goes.</summary>
    public static bool AreSame(Node before, Node after) =>
        before.Spec?.Unschedulable == after.Spec?.Unschedulable
        && (before.Metadata.DeletionTimestamp is null) == (after.Metadata.DeletionTimestamp is null)
        && (before.Spec?.Taints ?? []).SequenceEqual(after.Spec?.Taints ?? [])
        && GivenUpAt(before) == GivenUpAt(after);

    private static IEnumerable<Taint> Taints(Node node, string effect) => (node.Spec?.Taints ?? []).Where(taint => taint.Effect == effect && !OfConditions.Contains(taint.Key));

    private static Instant? GivenUpAt(Node node) =>
        node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready") is { Status: not "True" } ready
            ? Instant.FromDateTimeOffset(ready.LastTransitionTime ?? DateTimeOffset.UnixEpoch) + Patience : null;
}
