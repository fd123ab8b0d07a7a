using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Planning.Research;

/// <summary>
/// What a project may have: the ResourceQuotas of its namespace, which the API server enforces. What alone exceeds one is told before anything is tried; what
/// does beside others, the API server refuses, and its sentence is in the status.
/// </summary>
internal static class Grant
{
    /// <summary>The condition that says whether the workspace is within it.</summary>
    public const string WithinGrant = "WithinGrant";

    public static Finding Check(Workspace workspace, IReadOnlyList<ResourceQuota> quotas)
    {
        var asked = Asked(workspace.Asked.Spec).ToList();
        var exceeded = quotas.OrderBy(quota => quota.Metadata.Name, StringComparer.Ordinal)
            .SelectMany(quota => asked.Select(item => (Quota: quota.Metadata.Name!, item.Resource, item.Amount, Most: quota.Spec?.Hard?.Where(hard => item.Names.Contains(hard.Key)).Select(hard => (Quantity?)hard.Value).Min())))
            .Where(item => item.Amount > item.Most).ToList();
        if (exceeded.Count > 0)
        {
            var sentences = exceeded.Select(item => $"It asks for {item.Amount} of {item.Resource}, and the project's grant (the ResourceQuota \"{item.Quota}\") allows {item.Most}.");
            return new(WithinGrant, false, "ExceedsGrant", $"{string.Join(' ', sentences)} Ask for less in spec.resources, or ask the administrator for a larger grant.");
        }

        return quotas.Count == 0
            ? new(WithinGrant, true, "NoGrant", "The project's namespace has no ResourceQuota, so nothing bounds what it asks for.")
            : new(WithinGrant, true, "WithinGrant", "What it asks for is within the project's grant.");
    }

    private static IEnumerable<(string Resource, Quantity Amount, string[] Names)> Asked(ResearchWorkspaceSpec spec)
    {
        var resources = WorkspaceResources.Of(spec.Resources);
        yield return ("cpu", resources.Cpu, ["requests.cpu", "cpu"]);
        yield return ("memory", resources.Memory, ["requests.memory", "memory", "limits.memory"]);
        foreach (var (device, amount) in resources.Devices ?? new Dictionary<string, Quantity>()) yield return (device, amount, [$"requests.{device}"]);
        yield return ("storage", spec.Storage?.Size ?? Workspace.DefaultSize, ["requests.storage"]);
    }
}
