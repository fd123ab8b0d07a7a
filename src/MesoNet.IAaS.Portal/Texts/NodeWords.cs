using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Portal.Texts;

/// <summary>What a node has, in words.</summary>
internal static class NodeWords
{
    private const decimal Gibibyte = 1024m * 1024 * 1024;

    /// <summary>Processor, memory and devices, such as: 2 cœurs, 23,4 Gio de mémoire, 4 nvidia.com/gpu.</summary>
    public static string Resources(IReadOnlyDictionary<string, Quantity>? allocatable, Language language) => string.Join(", ", (allocatable ?? new Dictionary<string, Quantity>())
        .Where(resource => resource.Key is "cpu" or "memory" || resource.Key.Contains('/', StringComparison.Ordinal))
        .OrderBy(resource => resource.Key, StringComparer.Ordinal)
        .Select(resource => resource.Key switch
        {
            "cpu" => $"{Number(resource.Value.Value, language)}\u00a0{language.Say("cœurs", "cores")}",
            "memory" => language.Say($"{Number(resource.Value.Value / Gibibyte, language)}\u00a0Gio de mémoire", $"{Number(resource.Value.Value / Gibibyte, language)}\u00a0GiB of memory"),
            var device => $"{Number(resource.Value.Value, language)}\u00a0{device}",
        }));

    private static string Number(decimal number, Language language) => decimal.Round(number, 1).ToString("0.#", language.Culture);
}
