using System.Text.Json;

namespace MesoNet.IAaS.Planning.Seats;

/// <summary>What a research workspace's pod answered of its home's volume, as the file system says. Who works in there can have it say anything.</summary>
/// <param name="Available">What is left, in bytes.</param>
/// <param name="Whole">The size of the file system, in bytes; 0 where the answer says nothing that can be.</param>
/// <param name="FilesAvailable">How many more files it can hold.</param>
/// <param name="Files">How many it can hold in all; 0 where nothing bounds them.</param>
public sealed record VolumeAnswer(long Available, long Whole, long FilesAvailable, long Files)
{
    // More than any file system has, and far from where sums of it would no longer be numbers.
    private const long Most = 1L << 60;

    /// <summary>An answer that tells nothing, though the pod is one that could.</summary>
    public static VolumeAnswer Unreadable { get; } = new(0, 0, 0, 0);

    /// <summary>Whether it says anything.</summary>
    public bool IsKnown => Whole > 0;

    /// <summary>Reads it; null where the pod does not speak of its volume at all, as those of courses do not.</summary>
    internal static VolumeAnswer? Of(JsonElement answer)
    {
        if (!answer.TryGetProperty("volume", out var volume)) return null;
        if (volume.ValueKind != JsonValueKind.Object
            || !TryRead(volume, "available", out var available) || !TryRead(volume, "whole", out var whole) || available > whole || whole == 0)
            return Unreadable;
        return TryRead(volume, "filesAvailable", out var filesAvailable) && TryRead(volume, "files", out var files) && filesAvailable <= files
            ? new(available, whole, filesAvailable, files)
            : new(available, whole, 0, 0);
    }

    private static bool TryRead(JsonElement volume, string name, out long value)
    {
        value = 0;
        return volume.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out value) && value is >= 0 and <= Most;
    }
}
