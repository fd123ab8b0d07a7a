using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.Portal.Workspaces;

/// <summary>A line over time.</summary>
/// <param name="Title">What it shows, with its unit.</param>
/// <param name="Values">A value for each moment, or null.</param>
/// <param name="Asked">What the workspace asked for of it, as a line to compare with; null for none.</param>
internal sealed record UsageChart(string Title, IReadOnlyList<double?> Values, double? Asked);

/// <summary>What a workspace used, as pictures, and as sentences for whoever sees none.</summary>
/// <param name="Times">The moments, in Unix seconds.</param>
/// <param name="Charts">The pictures.</param>
/// <param name="Sentences">What it uses now, and what is not measured.</param>
internal sealed record UsagePicture(IReadOnlyList<long> Times, IReadOnlyList<UsageChart> Charts, IReadOnlyList<string> Sentences)
{
    private const double Gibibyte = 1L << 30;
    private const double Cents = 100;

    /// <summary>The pictures of a workspace.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="usage">What its pod told; null where it did not.</param>
    /// <param name="language">The reader's language.</param>
    public static UsagePicture Of(ResearchWorkspace workspace, WorkspaceUsage? usage, Language language)
    {
        if (usage is null) return new([], [], [language.Say("Rien n’est mesuré\u00a0: l’espace ne tourne pas, ou ne répond pas encore.", "Nothing is measured: the workspace does not run, or does not answer yet.")]);
        var samples = usage.Samples;
        var (charts, sentences) = (new List<UsageChart>(), new List<string>());
        var cores = Asked("cpu");
        var memory = Asked("memory") / Gibibyte;
        if (Add(language.Say("Processeur (cœurs)", "Processor (cores)"), [.. samples.Select(sample => Rounded(sample.Cores))], cores) is { } usedCores)
            sentences.Add(language.Say($"Processeur\u00a0: {Text(usedCores)} {ResourceWords.Cores((decimal)usedCores, language)}, sur {Text(cores)} {(cores < 2 ? "demandé" : "demandés")}.", $"Processor: {Text(usedCores)} {ResourceWords.Cores((decimal)usedCores, language)}, of {Text(cores)} asked for."));
        else sentences.Add(language.Say("Le processeur n’est pas encore mesuré\u00a0: la première mesure vient une à deux minutes après le démarrage.", "The processor is not measured yet: the first measurement comes one or two minutes after the start."));
        if (Add(language.Say("Mémoire (Gio)", "Memory (GiB)"), [.. samples.Select(sample => Rounded(sample.Bytes / Gibibyte))], memory) is { } usedMemory)
            sentences.Add(language.Say($"Mémoire\u00a0: {Text(usedMemory)}\u00a0Gio, sur {Text(memory)} {(memory < 2 ? "demandé" : "demandés")}.", $"Memory: {Text(usedMemory)} GiB, of {Text(memory)} asked for."));
        else sentences.Add(language.Say("La mémoire n’est pas mesurée sur cette machine.", "Memory is not measured on this machine."));
        if (!workspace.Spec.Resources.Keys.Any(ExtendedResources.IsName)) return Done();
        if (Add(language.Say("GPU occupés (%)", "GPUs busy (%)"), [.. samples.Select(sample => Rounded(sample.GpuPercent))], null) is { } busy)
            sentences.Add(language.Say($"GPU occupés à {Text(busy)}\u00a0%, en moyenne sur tous.", $"GPUs busy at {Text(busy)}%, on average over all."));
        else if (usage.MeasuresGpu) sentences.Add(language.Say("Les GPU ne sont pas mesurés\u00a0: nvidia-smi ne répond rien (pour une tranche MIG, par exemple).", "GPUs are not measured: nvidia-smi says nothing (of a MIG slice, for one)."));
        else sentences.Add(language.Say("Les GPU ne sont pas mesurés\u00a0: l’image n’a pas nvidia-smi.", "GPUs are not measured: the image has no nvidia-smi."));
        return Done();

        UsagePicture Done() => new([.. samples.Select(sample => sample.At)], charts, sentences);

        double? Add(string title, IReadOnlyList<double?> values, double? asked)
        {
            if (values.LastOrDefault(value => value is not null) is not { } last) return null;
            charts.Add(new(title, values, asked));
            return last;
        }

        double? Asked(string resource) => workspace.Spec.Resources.TryGetValue(resource, out var quantity) ? (double)quantity.Value : null;

        string Text(double? number) => number is { } known ? known.ToString("0.##", language.Culture) : "–";
    }

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known * Cents) / Cents : null;
}
