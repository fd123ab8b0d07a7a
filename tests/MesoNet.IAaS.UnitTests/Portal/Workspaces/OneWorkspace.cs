using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Portal.Workspaces;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.UnitTests.Portal.Workspaces;

/// <summary>The workspace of adele, with bruno, as the portal's tests have it; on Monday 23 November 2026 at 12:00 in Paris.</summary>
internal static class OneWorkspace
{
    public const string Project = "project-climat";
    public const string Name = "these-climat";

    public static Instant Now { get; } = Instant.FromUtc(2026, 11, 23, 11, 0);

    public static ResearchWorkspace Of(ResearchWorkspaceStatus? status = null, Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec>? change = null)
    {
        var spec = new ResearchWorkspaceSpec
        {
            Owner = "adele", Collaborators = [new() { Login = "Bruno" }], Image = "image:1", Until = "2027-06-30",
            Resources = new Dictionary<string, Quantity> { ["cpu"] = "8", ["memory"] = "64Gi", ["nvidia.com/gpu"] = "4" },
        };
        return new() { Metadata = new() { Name = Name, Namespace = Project, Uid = "uid-1", Generation = 1 }, Spec = change?.Invoke(spec) ?? spec, Status = status };
    }

    public static ResearchWorkspaceStatus Status(WorkspaceStage stage, string? reason = null, string? next = null) => new()
    {
        Stage = stage, ObservedGeneration = 1, NextTransition = next is null ? null : At(next),
        Conditions = [new() { Type = Readiness.Ready, Status = "False", Reason = reason ?? stage.ToString(), Message = "In the operator's words." }],
    };

    public static DateTimeOffset At(string moment) => OffsetDateTimePattern.Rfc3339.Parse(moment).Value.ToDateTimeOffset();

    /// <summary>Its pod, which answers.</summary>
    public static ObservedPod Pod(string? endsAt = null, string uid = "uid-1") => new()
    {
        Metadata = new()
        {
            Name = ObjectNames.Workspace(Project, Name), Namespace = Project, Uid = "pod-1",
            Annotations = endsAt is null ? null : new Dictionary<string, string> { [Labels.EndsAt] = endsAt },
            OwnerReferences = [new() { ApiVersion = "mesonet.fr/v1alpha1", Kind = "ResearchWorkspace", Name = Name, Uid = uid, Controller = true }],
        },
        Status = new() { PodIP = "10.0.0.7", Conditions = [new() { Type = "ContainersReady", Status = "True" }, new() { Type = "Ready", Status = "True" }] },
    };

    public static WorkspaceOutlook Outlook(ResearchWorkspaceStatus? status, Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec>? change = null, string? endsAt = null, bool isOpen = false) =>
        WorkspaceOutlook.Of(Of(status, change), isOpen ? Pod(endsAt) : null, [], isOpen, Now);
}
