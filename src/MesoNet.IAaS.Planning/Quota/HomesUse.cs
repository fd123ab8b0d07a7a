using System.Text.Json;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Quota;

/// <summary>What a course's watch said of its homes when it was asked.</summary>
/// <param name="IsComplete">Whether every home has been measured: one that is not named is well within its quota then.</param>
/// <param name="Homes">The homes near their quota or over it, by the seat's name.</param>
/// <param name="NearlyFull">The volume's room, where little of it is left; else null.</param>
/// <param name="Walls">How many homes the file system bounds as well; null where it bounds none.</param>
public sealed record HomesUse(bool IsComplete, IReadOnlyDictionary<string, SeatHome> Homes, VolumeRoom? NearlyFull, HomeWalls? Walls = null)
{
    /// <summary>Reads the line that the watch printed; null where it is anything else.</summary>
    public static HomesUse? Parse(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var answer = document.RootElement;
            var homes = answer.GetProperty("homes").EnumerateObject().ToDictionary(
                home => home.Name, home => new SeatHome { Bytes = home.Value[0].GetInt64(), Files = home.Value[1].GetInt64() }, StringComparer.Ordinal);
            var volume = answer.GetProperty("volume");
            return new(
                answer.GetProperty("complete").GetBoolean() && answer.GetProperty("more").GetInt32() == 0, homes,
                volume.ValueKind == JsonValueKind.Null ? null : new(
                    volume.GetProperty("available").GetInt64(), volume.GetProperty("lacksFiles").GetBoolean(),
                    [.. volume.GetProperty("largest").EnumerateArray().Select(home => new LargeHome(home[0].GetString()!, home[1].GetInt64(), home[2].GetInt64()))]),
                // A watch of an operator before this one does not tell of walls.
                answer.TryGetProperty("walls", out var walls) && walls.ValueKind == JsonValueKind.Array ? new(walls[0].GetInt32(), walls[1].GetInt32()) : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>The homes that the file system bounds itself, by project quotas.</summary>
/// <param name="Bounded">How many.</param>
/// <param name="Of">Of how many.</param>
public sealed record HomeWalls(int Bounded, int Of);

/// <summary>A volume with little room left.</summary>
/// <param name="Available">What is left, in bytes.</param>
/// <param name="LacksFiles">Whether it is the number of files that is nearly used up, rather than the room.</param>
/// <param name="Largest">The largest homes in it, the largest first.</param>
public sealed record VolumeRoom(long Available, bool LacksFiles, IReadOnlyList<LargeHome> Largest);

/// <summary>A home that takes much of the volume.</summary>
/// <param name="Seat">The seat's name.</param>
/// <param name="Bytes">What it takes.</param>
/// <param name="Files">How many files and folders it holds.</param>
public sealed record LargeHome(string Seat, long Bytes, long Files);

/// <summary>What came of asking a course's watch.</summary>
/// <param name="AskedAt">When it was last asked.</param>
/// <param name="Use">The last answer it gave, perhaps an older one; null where it has given none yet.</param>
/// <param name="IsSilence">Whether it gave no answer when it was last asked.</param>
public sealed record HomesAnswer(Instant AskedAt, HomesUse? Use, bool IsSilence);
