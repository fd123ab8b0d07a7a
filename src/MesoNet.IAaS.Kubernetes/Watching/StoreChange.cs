using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>What a <see cref="Watcher{T}"/> tells about the objects of one kind.</summary>
public abstract record StoreChange<T> where T : KubernetesObject
{
    /// <summary>These are all objects there are; what is not among them is gone.</summary>
    public sealed record Replaced(IReadOnlyList<T> Objects) : StoreChange<T>;

    /// <summary>This object was added or modified.</summary>
    public sealed record Applied(T Object) : StoreChange<T>;

    /// <summary>This object is gone.</summary>
    public sealed record Deleted(T Object) : StoreChange<T>;
}
