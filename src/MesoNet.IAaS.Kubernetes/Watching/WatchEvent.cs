using System.Net;
using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>One event of a watch.</summary>
internal abstract record WatchEvent<T> where T : KubernetesObject
{
    /// <summary>An object was added or modified; which of the two makes no difference to a level-based reader.</summary>
    public sealed record Applied(T Object) : WatchEvent<T>;

    /// <summary>An object was deleted. Its last state is told as well and not read: it might not fit its type.</summary>
    public sealed record Deleted(ObjectKey Key, string? ResourceVersion) : WatchEvent<T>;

    /// <summary>Nothing changed up to this resource version.</summary>
    public sealed record Bookmark(string ResourceVersion) : WatchEvent<T>;

    /// <summary>Decodes one line. The type is read first, since an ERROR carries a Status instead of an object.</summary>
    /// <exception cref="KubernetesApiException">The server reports an error in-band, such as 410 Gone.</exception>
    /// <exception cref="JsonException">The line is no watch event.</exception>
    public static WatchEvent<T> Decode(ReadOnlySpan<byte> line)
    {
        var type = Split(line, out var item);
        switch (type)
        {
            case "ADDED" or "MODIFIED":
                return new Applied(KubernetesJson.Read<T>(item));
            case "DELETED":
                var gone = KubernetesJson.Read<MetadataOnly>(item);
                return new Deleted(gone.Key, gone.Metadata?.ResourceVersion);
            case "BOOKMARK":
                return new Bookmark(KubernetesJson.Read<MetadataOnly>(item).Metadata?.ResourceVersion ?? "");
            case "ERROR":
                var status = KubernetesJson.Read<ApiStatus>(item);
                throw new KubernetesApiException((HttpStatusCode)(status.Code ?? 500), status, retryAfter: null);
            default:
                throw new JsonException($"A watch event of type \"{type}\" is unknown.");
        }
    }

    // {"type":"ADDED","object":{...}}, in whatever order.
    private static string? Split(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> item)
    {
        string? type = null;
        item = default;
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("The line is no watch event.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isType) type = reader.GetString();
            reader.Skip();
            if (isObject) item = line[start..(int)reader.BytesConsumed];
        }

        return type;
    }
}
