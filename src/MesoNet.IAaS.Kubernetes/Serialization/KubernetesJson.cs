using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MesoNet.IAaS.Kubernetes.Serialization;

/// <summary>How Kubernetes objects are written as JSON: camelCase, nothing for null, times in UTC.</summary>
public static class KubernetesJson
{
    /// <summary>The one set of options for everything that goes to or comes from an API server.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Writes a value as UTF-8 JSON.</summary>
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());

    /// <summary>Reads a value from JSON.</summary>
    /// <exception cref="JsonException">The text is no JSON, or does not fit <typeparamref name="T"/>.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, TypeInfo<T>()) ?? throw new JsonException($"Expected a {typeof(T).Name}, found null.");

    /// <summary>How a type is read and written: by generated code, where its assembly declares some (<see cref="JsonContextAttribute"/>).</summary>
    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = new PlainJsonEncoder(),
            // What is used now and then only (a kubeconfig, JSON nodes) is looked up by reflection.
            TypeInfoResolver = JsonTypeInfoResolver.Combine(new DeclaredJsonContexts(), new KubernetesJsonContext(), new DefaultJsonTypeInfoResolver()),
        };
        options.Converters.Add(new TimeJsonConverter());
        options.MakeReadOnly();
        return options;
    }

    /// <summary><c>metav1.Time</c>: RFC 3339 in whole seconds, UTC.</summary>
    private sealed class TimeJsonConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}

/// <summary><c>metav1.MicroTime</c>: written with exactly six digits, which the API server insists on; read with 0 to 9.</summary>
public sealed class MicroTimeJsonConverter : JsonConverter<DateTimeOffset?>
{
    /// <inheritdoc/>
    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        var text = reader.GetString()!;
        const DateTimeStyles style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        // .NET reads at most seven digits of a second; nanoseconds are cut.
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot < 0 ? -1 : dot + 1 + text[(dot + 1)..].TakeWhile(char.IsAsciiDigit).Count();
        if (dot >= 0 && end - dot > 8) text = text[..(dot + 8)] + text[end..];
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, style, out var time)
            ? time
            : throw new JsonException($"\"{text}\" is not a time.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } time)
            writer.WriteStringValue(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        else
            writer.WriteNullValue();
    }
}
