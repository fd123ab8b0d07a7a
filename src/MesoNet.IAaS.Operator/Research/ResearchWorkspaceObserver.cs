using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Operator.Courses;
using MesoNet.IAaS.Planning.Research;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Operator.Research;

/// <summary>Gathers everything a workspace's plan needs from the caches, in one place. No request is made.</summary>
internal sealed class ResearchWorkspaceObserver(CourseCaches caches, SeatAnswers answers)
{
    private readonly WorkplaceObserver workplace = new(caches, answers);

    /// <summary>The workspace's world; null where the workspace is there and cannot be read: nothing may be decided about it then.</summary>
    public ObservedWorkspace? Observe(ObjectKey key)
    {
        if (caches.Workspaces.IsUnreadable(key)) return null;
        var quotas = caches.Quotas.Indexed(key.Namespace);
        var own = new ObservedWorkspace
        {
            Key = key,
            Workspace = caches.Workspaces.Find(key),
            IsNameOfCourse = caches.Environments.Find(key) is not null,
            Platforms = caches.Platforms,
            Quotas = quotas,
            RunningBeside = quotas.Count == 0 ? [] : [.. caches.Workspaces.All.Where(other => other.Metadata.Namespace == key.Namespace && other.Key != key && HasPod(other.Key))],
        };
        return workplace.Around(own, CourseCaches.IndexOfWorkspace(key));
    }

    private bool HasPod(ObjectKey key) =>
        caches.Pods.Indexed(CourseCaches.IndexOfWorkspace(key)).Any(pod => pod.Metadata.Label(Labels.Component) == WorkspacePod.Component && !PodDiagnosis.HasEnded(pod));
}
