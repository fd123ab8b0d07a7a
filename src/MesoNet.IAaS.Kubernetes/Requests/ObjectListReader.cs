using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>The part of a list that is not its items.</summary>
internal sealed record ListMetadata
{
    public string? ResourceVersion { get; init; }
    public string? Continue { get; init; }
}

/// <summary>
/// Reads a page of a list as its bytes arrive, item by item, so that neither the whole page nor a text of it is ever in memory. An item
/// that does not fit its type (an older schema let it in) is only named: it must not hide all the others. Items get the apiVersion and
/// kind that lists leave out.
/// </summary>
internal sealed class ObjectListReader<T> where T : KubernetesObject
{
    private const int ChunkSize = 64 * 1024;
    private static readonly ResourceType Type = ResourceType.Of<T>();
    private readonly JsonTypeInfo<T> itemType = KubernetesJson.TypeInfo<T>();
    private readonly List<T> items = [];
    private readonly List<ObjectKey> unreadable = [];
    private ListMetadata metadata = new();
    private JsonReaderState state;
    private bool isInItems;
    private bool hasEnded;

    public async Task<ObjectPage<T>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new(bufferSize: ChunkSize, leaveOpen: true));
        while (true)
        {
            var chunk = await pipe.ReadAsync(cancellationToken);
            pipe.AdvanceTo(Consume(chunk.Buffer, chunk.IsCompleted), chunk.Buffer.End);
            if (chunk.IsCompleted) break;
        }

        await pipe.CompleteAsync();
        if (!hasEnded) throw new JsonException("The list ends before its end.");
        return new(items, metadata.ResourceVersion ?? "", metadata.Continue is { Length: > 0 } token ? token : null, unreadable);
    }

    // Takes as many whole elements as there are; the rest waits for more bytes.
    private SequencePosition Consume(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, state);
        while (true)
        {
            var next = reader;
            if (!TryTake(ref next)) break;
            reader = next;
        }

        state = reader.CurrentState;
        return reader.Position;
    }

    private bool TryTake(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return false;
        if (isInItems)
        {
            if (reader.TokenType == JsonTokenType.EndArray) isInItems = false;
            else return TryTakeItem(ref reader);
        }
        else if (reader.TokenType == JsonTokenType.PropertyName)
        {
            return TryTakeMember(ref reader);
        }
        else if (reader.TokenType == JsonTokenType.EndObject)
        {
            hasEnded = true;
        }

        return true;
    }

    private bool TryTakeMember(ref Utf8JsonReader reader)
    {
        var isItems = reader.ValueTextEquals("items"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read()) return false;
        if (isItems && reader.TokenType == JsonTokenType.StartArray)
        {
            isInItems = true;
            return true;
        }

        var value = reader;
        if (!reader.TrySkip()) return false;
        if (isMetadata) metadata = JsonSerializer.Deserialize(ref value, KubernetesJson.TypeInfo<ListMetadata>()) ?? new();
        return true;
    }

    private bool TryTakeItem(ref Utf8JsonReader reader)
    {
        var value = reader;
        if (!reader.TrySkip()) return false;
        var again = value;
        try
        {
            if (JsonSerializer.Deserialize(ref value, itemType) is { } item) items.Add(item with { ApiVersion = Type.ApiVersion, Kind = Type.Kind });
        }
        catch (JsonException)
        {
            if (JsonSerializer.Deserialize(ref again, KubernetesJson.TypeInfo<MetadataOnly>())?.Key is { } key) unreadable.Add(key);
        }

        return true;
    }
}
