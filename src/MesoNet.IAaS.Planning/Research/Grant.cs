using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using NodaTime;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>
/// What a project may have: the ResourceQuotas of its namespace, which the API server enforces. What alone exceeds one is told before anything is tried, and
/// so is what would have more held in the calendar than one allows. What finds too much of one used by others that run waits until that is over.
/// </summary>
internal static class Grant
{
    /// <summary>The condition that says whether the workspace is within it.</summary>
    public const string WithinGrant = "WithinGrant";

    /// <summary>The reason where others of the project have so much held for them that the grant leaves too little.</summary>
    public const string HeldByOthers = "GrantHeldByOthers";

    /// <summary>The reason where others of the project use so much of it now that too little is left.</summary>
    public const string UsedUp = "GrantUsedUp";

    private sealed record Need(string Resource, Quantity Amount, IReadOnlyList<string> Names);

    public static Finding Check(Workspace workspace, IReadOnlyList<ResourceQuota> quotas)
    {
        var asked = Needs(workspace.Resources).Append(new("storage", workspace.HomesSize, ["requests.storage"])).ToList();
        var exceeded = Bounds(asked, quotas).Where(bound => bound.Need.Amount > bound.Most).ToList();
        if (exceeded.Count > 0)
        {
            var sentences = exceeded.Select(bound => $"It asks for {bound.Need.Amount} of {bound.Need.Resource}, and {Allows(bound.Quota, bound.Most)}.");
            return new(WithinGrant, false, "ExceedsGrant", $"{string.Join(' ', sentences)} Ask for less in spec.resources, or ask the administrator for a larger grant.");
        }

        return quotas.Count == 0
            ? new(WithinGrant, true, "NoGrant", "The project's namespace has no ResourceQuota, so nothing bounds what it asks for.")
            : new(WithinGrant, true, "WithinGrant", "What it asks for is within the project's grant.");
    }

    /// <summary>
    /// What is wrong with having held, in a workspace's hours until its end, what it asks for: at some time it would be more than the grant allows, together with
    /// what is held then for others of its project. Null where nothing is.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="held">What is held for workspaces of all projects.</param>
    /// <param name="quotas">The grants.</param>
    /// <param name="now">The moment.</param>
    public static string? ProblemBesideHeld(Workspace workspace, IEnumerable<BookedWorkspace> held, IReadOnlyList<ResourceQuota> quotas, Instant now)
    {
        var others = held.Where(other => other.Key.Namespace == workspace.Namespace && other.Key != workspace.Asked.Key).ToList();
        var bounds = Bounds([.. Needs(workspace.Resources)], quotas).ToList();
        if (others.Count == 0 || bounds.Count == 0) return null;
        var booked = new BookingsInTime([.. others.SelectMany(other => other.Bookings)]);
        foreach (var (from, until) in workspace.Hours.Windows(now))
        {
            foreach (var moment in booked.Boundaries.Where(moment => from < moment && moment < until).Prepend(from))
            {
                var there = booked.At(moment, int.MaxValue).ToList();
                if (bounds.Select(bound => SentenceBeside(there, bound.Quota, bound.Need, bound.Most)).FirstOrDefault(sentence => sentence is not null) is { } sentence) return sentence;
            }
        }

        return null;
    }

    /// <summary>
    /// What keeps its pod from being made though what it asks for is within the grants: that others use too much of it now. Null where nothing does. What is granted
    /// to some pods only the API server alone can tell.
    /// </summary>
    /// <param name="workspace">The workspace, which has no pod.</param>
    /// <param name="quotas">The grants.</param>
    /// <param name="running">The other workspaces of its project that have one.</param>
    public static Finding? ProblemBesideUsed(Workspace workspace, IReadOnlyList<ResourceQuota> quotas, IReadOnlyList<ResearchWorkspace> running)
    {
        var lacking = quotas.Where(quota => quota is { Spec: { Scopes: null or { Count: 0 }, ScopeSelector: null } }).SelectMany(quota => Lacking(workspace, quota))
            .DistinctBy(lack => lack.Need.Resource).ToList();
        if (lacking.Count == 0) return null;
        var used = string.Join(" and ", lacking.Select(lack => $"{lack.Used} of {lack.Most} {lack.Need.Resource}"));
        var asked = string.Join(" and ", lacking.Select(lack => $"{lack.Need.Amount} {lack.Need.Resource}"));
        var users = running.Where(other => lacking.Any(lack => other.Spec.Resources.GetValueOrDefault(lack.Need.Resource).Value > 0))
            .Select(other => $"\"{other.Metadata.Name}\"").Order(StringComparer.Ordinal).ToList();
        var by = users.Count == 0 ? "" : $" (by the {(users.Count == 1 ? "workspace" : "workspaces")} {string.Join(", ", users)})";
        return new(
            Readiness.Ready, false, UsedUp,
            $"{used} of the project's grant are used{by}, and it asks for {asked}. It starts by itself once enough of that has stopped; or ask the administrator for a larger grant.");
    }

    private static IEnumerable<(Need Need, Quantity Used, Quantity Most)> Lacking(Workspace workspace, ResourceQuota quota) =>
        from need in Needs(workspace.Resources)
        from name in need.Names
        let used = Counted(quota.Status?.Used, name)
        let most = Counted(quota.Status?.Hard, name)
        where used is not null && most is not null && used.Value.Value + need.Amount.Value > most.Value.Value
        select (need, used.Value, most.Value);

    private static Quantity? Counted(IReadOnlyDictionary<string, Quantity>? amounts, string name) => amounts?.TryGetValue(name, out var amount) == true ? (Quantity?)amount : null;

    private static string? SentenceBeside(IReadOnlyList<Booking> there, string quota, Need need, Quantity most)
    {
        var holders = there.Select(booking => (booking.Environment.Name, Amount: Needs(booking.Resources).FirstOrDefault(other => other.Resource == need.Resource)?.Amount ?? default))
            .Where(holder => holder.Amount.Value > 0).ToList();
        if (need.Amount.Value + holders.Sum(holder => holder.Amount.Value) <= most.Value) return null;
        return $"It asks to have {need.Amount} of {need.Resource} held for it beside what is held for {string.Join(" and ", holders.Select(holder => $"\"{holder.Name}\" ({holder.Amount})"))}, and {Allows(quota, most)}. "
            + "Set yieldsToLessons to true here or there, ask for less in spec.resources, choose other hours or an earlier last day, or ask the administrator for a larger grant.";
    }

    private static string Allows(string quota, Quantity most) => $"the project's grant (the ResourceQuota \"{quota}\") allows {most}";

    /// <summary>What each grant, by name, allows of what is needed, where it says anything of it.</summary>
    private static IEnumerable<(string Quota, Need Need, Quantity Most)> Bounds(IReadOnlyList<Need> needs, IReadOnlyList<ResourceQuota> quotas) =>
        from quota in quotas.OrderBy(quota => quota.Metadata.Name, StringComparer.Ordinal)
        from need in needs
        let most = quota.Spec?.Hard?.Where(hard => need.Names.Contains(hard.Key)).Select(hard => (Quantity?)hard.Value).Min()
        where most is not null
        select (quota.Metadata.Name!, need, most.Value);

    private static IEnumerable<Need> Needs(SeatResources resources)
    {
        yield return new("cpu", resources.Cpu, ["requests.cpu", "cpu"]);
        yield return new("memory", resources.Memory, ["requests.memory", "memory", "limits.memory"]);
        foreach (var (device, amount) in resources.Devices ?? new Dictionary<string, Quantity>()) yield return new(device, amount, [$"requests.{device}"]);
    }
}
