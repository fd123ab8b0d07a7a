using System.Text.Json;
using NodaTime;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>What a workspace used at a moment; null for what its pod cannot measure.</summary>
/// <param name="At">The moment, in Unix seconds.</param>
/// <param name="Cores">Processor cores, on average since the sample before.</param>
/// <param name="Bytes">Memory.</param>
/// <param name="GpuPercent">How busy its GPUs were.</param>
internal sealed record UsageSample(long At, double? Cores, double? Bytes, double? GpuPercent);

/// <summary>What a workspace has used since it started, for a day at most, as its own server tells.</summary>
/// <param name="MeasuresGpu">Whether its image has what GPUs are measured with.</param>
/// <param name="Samples">The samples, in order.</param>
internal sealed record WorkspaceUsage(bool MeasuresGpu, IReadOnlyList<UsageSample> Samples)
{
    /// <summary>A day of minutes, and some.</summary>
    private const int MostSamples = 1_500;

    // More than any machine has: what is above is no measurement.
    private const double MostOfAnything = 1e15;

    /// <summary>Reads a pod's answer; null where it is anything else: whoever works in it can make it answer what they like.</summary>
    /// <param name="text">The answer.</param>
    /// <param name="now">The moment.</param>
    public static WorkspaceUsage? Read(string? text, Instant now)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } answer
                || !answer.TryGetProperty("gpu", out var gpu) || gpu.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
                || !answer.TryGetProperty("samples", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostSamples)
                return null;
            var samples = new List<UsageSample>();
            foreach (var row in list.EnumerateArray())
            {
                if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != 4 || row[0].ValueKind != JsonValueKind.Number || !row[0].TryGetInt64(out var at)) return null;
                // A picture needs moments that go on, and none to come.
                if (at > now.ToUnixTimeSeconds() + 60 || at <= (samples.Count > 0 ? samples[^1].At : 0)) continue;
                samples.Add(new(at, Number(row[1]), Number(row[2]), Number(row[3])));
            }

            return new(gpu.GetBoolean(), samples);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= MostOfAnything ? number : null;
}
