using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Operator.Courses;
using MesoNet.IAaS.Planning.Research;

namespace MesoNet.IAaS.Operator.Research;

/// <summary>Gathers everything a workspace's plan needs from the caches, in one place. No request is made.</summary>
internal sealed class ResearchWorkspaceObserver(CourseCaches caches, SeatAnswers answers)
{
    private readonly WorkplaceObserver workplace = new(caches, answers);

    /// <summary>The workspace's world; null where the workspace is there and cannot be read: nothing may be decided about it then.</summary>
    public ObservedWorkspace? Observe(ObjectKey key)
    {
        if (caches.Workspaces.IsUnreadable(key)) return null;
        var own = new ObservedWorkspace
        {
            Key = key,
            Workspace = caches.Workspaces.Find(key),
            IsNameOfCourse = caches.Environments.Find(key) is not null,
            Platforms = caches.Platforms,
            Quotas = caches.Quotas.Indexed(key.Namespace),
        };
        return workplace.Around(own, CourseCaches.IndexOfWorkspace(key));
    }
}
