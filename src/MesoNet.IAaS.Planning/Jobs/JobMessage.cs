using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.Planning.Jobs;

/// <summary>What our programs say in Jobs: an object of JSON, as their last word or as a line of their log.</summary>
internal static class JobMessage
{
    /// <summary>Reads it; null where it is none: what broke before our program could speak has words of its own.</summary>
    public static T? TryRead<T>(string? text) where T : class
    {
        if (text is null || !text.StartsWith('{')) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(text, KubernetesJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
