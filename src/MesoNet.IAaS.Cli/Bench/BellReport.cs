using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// What <c>mesonet bench bell</c> measured. docs/benchmarks.md says how each figure is taken and how to read it; rates are per second,
/// times in seconds, memory in bytes.
/// </summary>
internal sealed record BellReport
{
    /// <summary>How many seats were started at once.</summary>
    public int Seats { get; init; }

    /// <summary>The rate at which the bare client's pods came to be.</summary>
    public double CeilingCreatesPerSecond { get; init; }

    /// <summary>The same of the operator's, counted from the bell.</summary>
    public double CreatesPerSecond { get; init; }

    /// <summary>From the bare client's first request until its last pod was Ready.</summary>
    public double CeilingAllReadySeconds { get; init; }

    /// <summary>From the bell until the last of the operator's pods was Ready.</summary>
    public double AllReadySeconds { get; init; }

    /// <summary>The operator's processor time from the bell until every status was written.</summary>
    public double OperatorCpuSeconds { get; init; }

    /// <summary>Writes to pods and seats from the bell until every status was written, per seat.</summary>
    public double WritesPerSeatToReady { get; init; }

    /// <summary>The same from the suspension until all pods were gone and every status was written.</summary>
    public double WritesPerSeatToGone { get; init; }

    /// <summary>How long the operator was watched at rest.</summary>
    public double RestSeconds { get; init; }

    /// <summary>Its writes in that time, the renewals of its own Lease apart.</summary>
    public int RestWrites { get; init; }

    /// <summary>Its lists in that time.</summary>
    public int RestLists { get; init; }

    /// <summary>The share of one core it used in that time.</summary>
    public double RestCpuFraction { get; init; }

    /// <summary>The most memory any of the measured operator processes had resident.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>From the start of a new operator process, every seat running, until it had planned for every course.</summary>
    public double RestartSeconds { get; init; }

    /// <summary>What it wrote in that time and the five seconds after.</summary>
    public int RestartWrites { get; init; }

    /// <summary>Requests from the bell until every status was written, by verb and resource, the most frequent first.</summary>
    [JsonIgnore]
    public IReadOnlyList<RequestCount> Requests { get; init; } = [];

    /// <summary>When the courses' statuses said that all is ready, from the bell.</summary>
    [JsonIgnore]
    public double SaidReadySeconds { get; init; }

    /// <summary>How long it took to make the seats and prepare the homes before the bell.</summary>
    [JsonIgnore]
    public double PreparationSeconds { get; init; }

    private static readonly JsonSerializerOptions CamelCase = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CamelCase);

    /// <summary>A table for people, with the goals of the design beside the figures.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(Invariant($"{"",-44}{"measured",12}{"ceiling",12}   goal"));
        Row("pods created, per second", CreatesPerSecond, CeilingCreatesPerSecond, Invariant($"at least 0.8 of the ceiling; this is {CreatesPerSecond / CeilingCreatesPerSecond:0.00}"), "0");
        Row("all pods Ready, s", AllReadySeconds, CeilingAllReadySeconds, Invariant($"at most 1.25 of the ceiling; this is {AllReadySeconds / CeilingAllReadySeconds:0.00}"), "0.0");
        Row("the courses say so, s", SaidReadySeconds, null, "", "0.0");
        Row("operator's processor time at the bell, s", OperatorCpuSeconds, null, "under 3 for 1,000 seats", "0.00");
        Row("writes per seat, stopped to Ready", WritesPerSeatToReady, null, "at most 2", "0.000");
        Row("writes per seat, Ready to gone", WritesPerSeatToGone, null, "at most 2", "0.000");
        Row(Invariant($"writes in {RestSeconds:0} s of rest"), RestWrites, null, "0", "0");
        Row(Invariant($"lists in {RestSeconds:0} s of rest"), RestLists, null, "0", "0");
        Row("share of one core at rest, %", RestCpuFraction * 100, null, "under 1 at 5,000 seats", "0.00");
        Row("operator's peak resident memory, MB", PeakMemoryBytes / 1e6, null, "under 250 at 5,000 seats", "0");
        Row("restart, all seats running, s", RestartSeconds, null, "under 5 at 5,000 seats", "0.0");
        Row("writes of that restart", RestartWrites, null, "0", "0");
        output.WriteLine();
        output.WriteLine(Invariant($"Preparing the seats before the bell took {PreparationSeconds:0.0} s. The operator's requests from the bell until all was written:"));
        foreach (var request in Requests) output.WriteLine(Invariant($"  {request.Count,7}  {request.Verb} {request.Resource}"));

        void Row(string what, double value, double? ceiling, string goal, string format) => output.WriteLine(
            $"{what,-44}{value.ToString(format, CultureInfo.InvariantCulture),12}{ceiling?.ToString(format, CultureInfo.InvariantCulture),12}   {goal}");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>How often something was asked of the API server.</summary>
internal sealed record RequestCount(string Verb, string Resource, int Count);
