using System.Net;
using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>One event of a watch.</summary>
internal abstract record WatchEvent<T>
{
    /// <summary>An object was added or modified; which of the two makes no difference to a level-based reader.</summary>
    public sealed record Applied(T Object) : WatchEvent<T>;

    /// <summary>An object was deleted; this is its last state.</summary>
    public sealed record Deleted(T Object) : WatchEvent<T>;

    /// <summary>Nothing changed up to this resource version.</summary>
    public sealed record Bookmark(string ResourceVersion) : WatchEvent<T>;

    /// <summary>Decodes one line. The type is read first, since an ERROR carries a Status instead of an object.</summary>
    /// <exception cref="KubernetesApiException">The server reports an error in-band, such as 410 Gone.</exception>
    /// <exception cref="JsonException">The line is no watch event.</exception>
    public static WatchEvent<T> Decode(ReadOnlySpan<byte> line)
    {
        switch (KubernetesJson.Read<TypeOnly>(line).Type)
        {
            case "ADDED" or "MODIFIED":
                return new Applied(KubernetesJson.Read<WithObject<T>>(line).Object);
            case "DELETED":
                return new Deleted(KubernetesJson.Read<WithObject<T>>(line).Object);
            case "BOOKMARK":
                return new Bookmark(KubernetesJson.Read<WithObject<BookmarkObject>>(line).Object.Metadata.ResourceVersion ?? "");
            case "ERROR":
                var status = KubernetesJson.Read<WithObject<ApiStatus>>(line).Object;
                throw new KubernetesApiException((HttpStatusCode)(status.Code ?? 500), status, retryAfter: null);
            case var other:
                throw new JsonException($"A watch event of type \"{other}\" is unknown.");
        }
    }

    private sealed record TypeOnly(string Type);

    private sealed record WithObject<TObject>(TObject Object);

    // Bookmarks are nearly empty: only the resource version is to be relied on.
    private sealed record BookmarkObject
    {
        public ObjectMeta Metadata { get; init; } = new();
    }
}
