using System.Globalization;
using System.Text.Json;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What <c>mesonet bench soak</c> did and found.</summary>
internal sealed record SoakReport
{
    /// <summary>What chose everything that was random.</summary>
    public required int Seed { get; init; }

    /// <summary>For how long faults struck and courses changed.</summary>
    public double Seconds { get; init; }

    /// <summary>What people did, and how the operator's processes ended, by kind.</summary>
    public IReadOnlyDictionary<string, int> Actions { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>What the proxy did, by kind.</summary>
    public IReadOnlyDictionary<string, int> Faults { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>How many Ready notebooks ended, for whatever reason.</summary>
    public int EndedNotebooks { get; init; }

    /// <summary>How many courses there were at the end.</summary>
    public int Courses { get; init; }

    /// <summary>How many seats they had.</summary>
    public int Seats { get; init; }

    /// <summary>From the end of the faults until the world was as it should be; null where it never was.</summary>
    public double? ConvergenceSeconds { get; init; }

    /// <summary>The memory of the operator's longest life.</summary>
    public SoakMemory Memory { get; init; } = new();

    /// <summary>What should not have happened, each as a sentence.</summary>
    public IReadOnlyList<string> Violations { get; init; } = [];

    /// <summary>Where logs are kept; only where something should not have happened.</summary>
    public string? Logs { get; init; }

    private static readonly JsonSerializerOptions CamelCase = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CamelCase);

    /// <summary>The same for people.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(Invariant($"{Seconds:0} s with the seed {Seed}; at the end {Courses} courses with {Seats} seats."));
        Counts("Actions", Actions);
        Counts("Faults", Faults);
        output.WriteLine(Invariant($"{EndedNotebooks} Ready notebooks ended, for a reason or not."));
        output.WriteLine(ConvergenceSeconds is { } seconds
            ? Invariant($"The world was as it should be {seconds:0.0} s after the faults stopped.")
            : "The world never was as it should be.");
        output.WriteLine(Invariant($"The operator's longest life: {Memory.Seconds:0} s, {Memory.Peak / 1e6:0} MB resident at most; the median of the second third {Memory.SecondThird / 1e6:0.0} MB,"));
        output.WriteLine(Invariant($"of the last {Memory.LastThird / 1e6:0.0} MB ({Memory.Growth * 100:+0.0;-0.0;0.0} %), {Memory.GrowthPerMinute / 1e6:+0.00;-0.00;0.00} MB a minute{(Memory.IsJudged ? "" : " (too short to judge by)")}."));
        foreach (var violation in Violations) output.WriteLine($"VIOLATION: {violation}");
        output.WriteLine(Violations.Count == 0 ? "Nothing happened that should not." : $"{Violations.Count} things happened that should not. Logs: {Logs}");

        void Counts(string what, IReadOnlyDictionary<string, int> counts)
        {
            output.WriteLine(Invariant($"{what}: {counts.Values.Sum()}"));
            foreach (var (kind, count) in counts) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,5}  {kind}"));
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
