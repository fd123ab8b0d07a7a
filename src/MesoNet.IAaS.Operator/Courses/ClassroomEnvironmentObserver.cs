using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Courses;

namespace MesoNet.IAaS.Operator.Courses;

/// <summary>Gathers everything a plan needs from the caches, in one place. No request is made.</summary>
internal sealed class ClassroomEnvironmentObserver(CourseCaches caches, SeatAnswers answers, HomesAsker homes)
{
    private readonly WorkplaceObserver workplace = new(caches, answers);

    /// <summary>The environment's world; null where the environment is there and cannot be read: nothing may be decided about it then.</summary>
    public ObservedEnvironment? Observe(ObjectKey key)
    {
        if (caches.Environments.IsUnreadable(key)) return null;
        var index = key.ToString();
        var own = new ObservedEnvironment
        {
            Key = key,
            Environment = caches.Environments.Find(key),
            Templates = [.. caches.Templates.All],
            Platforms = caches.Platforms,
            Nodes = [.. caches.Nodes.All],
            Seats = caches.Seats.Indexed(index),
        };
        var observed = workplace.Around(own, index);
        return observed with { Homes = homes.Of(key, observed.Pods) };
    }
}
