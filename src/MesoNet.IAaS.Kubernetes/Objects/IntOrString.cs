using System.Text.Json;
using System.Text.Json.Serialization;

namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>A port number or a port name. The text "8080" stays a text: it is the name of a port, not its number.</summary>
[JsonConverter(typeof(IntOrStringJsonConverter))]
public readonly record struct IntOrString
{
    private IntOrString(int? number, string? text) => (Number, Text) = (number, text);

    public int? Number { get; }
    public string? Text { get; }

    public static implicit operator IntOrString(int number) => new(number, null);
    public static implicit operator IntOrString(string text) => new(null, text);

    public override string ToString() => Text ?? Number?.ToString() ?? "";
}

/// <summary>A number stays a number, a text a text.</summary>
public sealed class IntOrStringJsonConverter : JsonConverter<IntOrString>
{
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : reader.GetString() ?? "";

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (value.Number is { } number) writer.WriteNumberValue(number);
        else writer.WriteStringValue(value.Text);
    }
}
