using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;

namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>One watch request while it lasts: how far it got, and how it ended.</summary>
/// <param name="resourceVersion">The version it starts after.</param>
/// <param name="startedAt">When it was opened, on the local monotonic clock.</param>
internal sealed class WatchSession<T>(string resourceVersion, long startedAt) where T : KubernetesObject
{
    /// <summary>The last version seen, from which the next watch goes on.</summary>
    public string ResourceVersion { get; private set; } = resourceVersion;

    /// <summary>When it was opened.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>Whether any event came, be it a bookmark.</summary>
    public bool HasDelivered { get; private set; }

    /// <summary>What ended it, or null where the server ended it in good order.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Whether the server no longer knows the version: everything must be listed again.</summary>
    public bool IsGone => Fault is KubernetesApiException { IsGone: true };

    /// <summary>Takes in an event; returns what it changes, or null for a bookmark.</summary>
    public StoreChange<T>? Take(WatchEvent<T> happened)
    {
        HasDelivered = true;
        switch (happened)
        {
            case WatchEvent<T>.Applied { Object: var applied }:
                ResourceVersion = applied.Metadata.ResourceVersion ?? ResourceVersion;
                return new StoreChange<T>.Applied(applied);
            case WatchEvent<T>.Deleted { Key: var gone, ResourceVersion: var version }:
                ResourceVersion = version ?? ResourceVersion;
                return new StoreChange<T>.Deleted(gone);
            case WatchEvent<T>.Bookmark { ResourceVersion: var bookmark }:
                ResourceVersion = bookmark.Length > 0 ? bookmark : ResourceVersion;
                return null;
            default:
                throw new ArgumentOutOfRangeException(nameof(happened), happened, "Unknown event.");
        }
    }
}
