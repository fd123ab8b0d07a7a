using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>What a seat's pod answered when asked whether somebody or something works in it.</summary>
/// <param name="IsBusy">Something computes just now, or says that it does.</param>
/// <param name="Why">What shows that, in words for a log.</param>
/// <param name="LastWorkAt">
/// The newest sign of work: a kernel's, a terminal's or a file's. It may be older than the pod, since the home is.
/// </param>
/// <param name="IsOpened">Somebody opened the seat in a browser since its server started.</param>
/// <param name="AskedAt">When it was asked.</param>
public sealed record SeatActivity(bool IsBusy, string? Why, Instant? LastWorkAt, bool IsOpened, Instant AskedAt)
{
    private const int LongestWhy = 200;

    /// <summary>What a research workspace's pod says of its volume; null where it does not speak of it.</summary>
    public VolumeAnswer? Volume { get; init; }

    /// <summary>Reads the line that the seat printed. False where it is anything else: a student can make a pod print what they like.</summary>
    public static bool TryParse(string? line, Instant askedAt, out SeatActivity? activity)
    {
        activity = null;
        if (string.IsNullOrWhiteSpace(line)) return false;
        try
        {
            using var document = JsonDocument.Parse(line);
            var answer = document.RootElement;
            if (answer.ValueKind != JsonValueKind.Object
                || !TryReadBoolean(answer, "busy", out var isBusy) || !TryReadBoolean(answer, "opened", out var isOpened)
                || !TryReadMoment(answer, "lastWorkAt", out var lastWorkAt))
                return false;
            // A moment to come would keep the seat for ever.
            if (lastWorkAt > askedAt) lastWorkAt = askedAt;
            activity = new(isBusy, ReadWhy(answer), lastWorkAt, isOpened, askedAt) { Volume = VolumeAnswer.Of(answer) };
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter is a string that is no valid Unicode.
            return false;
        }
    }

    private static bool TryReadBoolean(JsonElement answer, string name, out bool value)
    {
        value = answer.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.True;
        return found.ValueKind is JsonValueKind.True or JsonValueKind.False;
    }

    private static bool TryReadMoment(JsonElement answer, string name, out Instant? value)
    {
        value = null;
        if (!answer.TryGetProperty(name, out var found)) return false;
        if (found.ValueKind == JsonValueKind.Null) return true;
        if (found.ValueKind != JsonValueKind.String) return false;
        var parsed = InstantPattern.ExtendedIso.Parse(found.GetString()!);
        value = parsed.Success ? parsed.Value : null;
        return parsed.Success;
    }

    private static string? ReadWhy(JsonElement answer)
    {
        if (!answer.TryGetProperty("why", out var found) || found.ValueKind != JsonValueKind.String) return null;
        var why = string.Concat(found.GetString()!.Where(letter => !char.IsControl(letter)));
        return why.Length > LongestWhy ? why[..LongestWhy] : why;
    }
}
