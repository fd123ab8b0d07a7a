using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MesoNet.IAaS.Kubernetes.Objects;

/// <summary>
/// A resource quantity such as <c>500m</c>, <c>2Gi</c> or <c>1</c>. The text is kept as written; comparison and arithmetic go
/// through <see cref="decimal"/>, never through floating point. Equality is equality of value: "1000m" equals "1".
/// </summary>
[JsonConverter(typeof(QuantityJsonConverter))]
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    private readonly string? text;

    /// <summary>Keeps <paramref name="text"/> after checking that it is a quantity.</summary>
    /// <exception cref="FormatException">The text is no Kubernetes quantity.</exception>
    public Quantity(string text)
    {
        Value = Parse(text);
        this.text = text;
    }

    /// <summary>The number, in units (bytes, cores, devices).</summary>
    public decimal Value { get; }

    /// <summary>Whether <paramref name="text"/> is a quantity that the constructor takes.</summary>
    public static bool IsValid(string text)
    {
        try
        {
            Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public static implicit operator Quantity(string text) => new(text);

    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);
    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);
    public static bool operator <(Quantity left, Quantity right) => left.Value < right.Value;
    public static bool operator >(Quantity left, Quantity right) => left.Value > right.Value;
    public static bool operator <=(Quantity left, Quantity right) => left.Value <= right.Value;
    public static bool operator >=(Quantity left, Quantity right) => left.Value >= right.Value;

    public bool Equals(Quantity other) => Value == other.Value;
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);
    public override int GetHashCode() => Value.GetHashCode();
    public int CompareTo(Quantity other) => Value.CompareTo(other.Value);
    public override string ToString() => text ?? "0";

    // The suffixes of k8s.io/apimachinery's resource.Quantity: decimal SI, binary SI and decimal exponent.
    private static decimal Parse(string text)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '.' or '+' or '-')) end++;
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text.AsSpan(0, end), style, CultureInfo.InvariantCulture, out var number))
        {
            // Too many digits for a decimal is more than any machine has.
            if (end > 0 && end == text.Length && text.All(char.IsAsciiDigit)) return decimal.MaxValue;
            throw new FormatException($"\"{text}\" is not a quantity: write a number such as 2, 500m or 4Gi.");
        }

        var suffix = text[end..];
        try
        {
            if (suffix.Length > 1 && suffix[0] is 'e' or 'E'
                && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
                && exponent is >= -28 and <= 28)
            {
                return number * Power(10m, exponent);
            }

            return number * suffix switch
            {
                "" => 1m,
                "n" => 0.000_000_001m,
                "u" => 0.000_001m,
                "m" => 0.001m,
                "k" => 1_000m,
                "M" => 1_000_000m,
                "G" => 1_000_000_000m,
                "T" => 1_000_000_000_000m,
                "P" => 1_000_000_000_000_000m,
                "E" => 1_000_000_000_000_000_000m,
                "Ki" => Power(1024m, 1),
                "Mi" => Power(1024m, 2),
                "Gi" => Power(1024m, 3),
                "Ti" => Power(1024m, 4),
                "Pi" => Power(1024m, 5),
                "Ei" => Power(1024m, 6),
                _ => throw new FormatException($"\"{text}\" is not a quantity: \"{suffix}\" is no unit; write for example 500m or 4Gi."),
            };
        }
        catch (OverflowException)
        {
            // One absurd number in one object must not keep all the others from being read.
            return number < 0 ? decimal.MinValue : decimal.MaxValue;
        }
    }

    private static decimal Power(decimal b, int exponent)
    {
        var result = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++) result *= b;
        return exponent < 0 ? 1m / result : result;
    }
}

/// <summary>Quantities are strings in JSON; the API also accepts bare numbers.</summary>
/// <summary>A quantity as its text; a bare number is read as well.</summary>
public sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.Number
            ? reader.GetDecimal().ToString(CultureInfo.InvariantCulture)
            : reader.GetString() ?? "";
        return Quantity.IsValid(text) ? new(text) : throw new JsonException($"\"{text}\" is not a quantity.");
    }

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
