using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>What a <see cref="Watcher{T}"/> tells about the objects of one kind.</summary>
public abstract record StoreChange<T> where T : KubernetesObject
{
    /// <summary>
    /// These are all objects there are; what is not among them is gone, but for the unreadable ones: of them the last that could be read
    /// still holds.
    /// </summary>
    public sealed record Replaced(IReadOnlyList<T> Objects, IReadOnlyList<ObjectKey> Unreadable) : StoreChange<T>
    {
        /// <summary>Every object could be read.</summary>
        public Replaced(IReadOnlyList<T> objects) : this(objects, [])
        {
        }
    }

    /// <summary>This object was added or modified.</summary>
    public sealed record Applied(T Object) : StoreChange<T>;

    /// <summary>This object is gone.</summary>
    public sealed record Deleted(ObjectKey Key) : StoreChange<T>;
}
