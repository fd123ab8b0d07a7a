using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Portal.Texts;

/// <summary>What a node has, or a workspace asks for, in words.</summary>
internal static class ResourceWords
{
    private const decimal Gibibyte = 1024m * 1024 * 1024;

    /// <summary>Devices, processor and memory: « 4 nvidia.com/gpu, 2 cœurs, 23,4 Gio de mémoire ».</summary>
    public static string Of(IReadOnlyDictionary<string, Quantity>? resources, Language language) => string.Join(", ", (resources ?? new Dictionary<string, Quantity>())
        .Where(resource => resource.Key is "cpu" or "memory" || ExtendedResources.IsName(resource.Key))
        .OrderBy(resource => !ExtendedResources.IsName(resource.Key)).ThenBy(resource => resource.Key, StringComparer.Ordinal)
        .Select(resource => resource.Key switch
        {
            "cpu" => $"{Number(resource.Value.Value, language)}\u00a0{Cores(resource.Value.Value, language)}",
            "memory" => language.Say($"{Number(resource.Value.Value / Gibibyte, language)}\u00a0Gio de mémoire", $"{Number(resource.Value.Value / Gibibyte, language)}\u00a0GiB of memory"),
            var device => $"{Number(resource.Value.Value, language)}\u00a0{device}",
        }));

    /// <summary>An amount of data: « 4,1 Gio ».</summary>
    public static string Bytes(long bytes, Language language)
    {
        var (power, unit) = bytes switch
        {
            >= 1L << 40 => (40, language.Say("Tio", "TiB")),
            >= 1L << 30 => (30, language.Say("Gio", "GiB")),
            >= 1L << 20 => (20, language.Say("Mio", "MiB")),
            _ => (10, language.Say("Kio", "KiB")),
        };
        return $"{(bytes / (decimal)(1L << power)).ToString("0.#", language.Culture)}\u00a0{unit}";
    }

    /// <summary>The word behind a number of them: French counts several from two on, English whatever is not one.</summary>
    public static string Cores(decimal number, Language language) => language.Say(number < 2 ? "cœur" : "cœurs", number == 1 ? "core" : "cores");

    // Of little, more is told: a hundredth of a core is not none.
    private static string Number(decimal number, Language language) => number.ToString(number < 1 ? "0.##" : "0.#", language.Culture);
}
