using System.Text.Json.Nodes;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>Times of answers, in milliseconds.</summary>
internal sealed record Latency(double P50, double P99)
{
    /// <summary>Of several rounds the one in the middle: a machine that stood still in one of them says nothing of the gateway.</summary>
    public static Latency Of(IReadOnlyList<LoadResult> rounds) => new(Middle(rounds.Select(round => round.Milliseconds(0.50))), Middle(rounds.Select(round => round.Milliseconds(0.99))));

    private static double Middle(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}

/// <summary>What <c>mesonet bench gateway</c> measured.</summary>
/// <param name="Seats">How many seats there were.</param>
/// <param name="DecisionsPerSecond">By a portal on one core, asked without nginx.</param>
/// <param name="Direct">A request straight to the pod.</param>
/// <param name="Nginx">Through nginx, which asks nobody: the ceiling.</param>
/// <param name="Gateway">Through nginx and the portal's decision.</param>
/// <param name="Wrong">Answers that were none, or not 200, in all of that.</param>
/// <param name="LeftOut">The part of the requests that were never sent, since the machine was too busy with other things: more than a hundredth or two means that the latencies say little.</param>
/// <param name="Held">What became of WebSockets.</param>
/// <param name="HeldFor">For how long they were held.</param>
/// <param name="ApiServerRequests">What the portal asked the API server for while all of it was measured.</param>
internal sealed record GatewayReport(
    int Seats, double DecisionsPerSecond, Latency Direct, Latency Nginx, Latency Gateway, int Wrong, double LeftOut, HeldResult Held, TimeSpan HeldFor, int ApiServerRequests)
{
    public double AddedP50 => Gateway.P50 - Direct.P50;

    public double AddedP99 => Gateway.P99 - Direct.P99;

    public string ToJson() => new JsonObject
    {
        ["seats"] = Seats,
        ["decisionsPerSecond"] = Math.Round(DecisionsPerSecond),
        ["addedLatencyP50Ms"] = Math.Round(AddedP50, 3),
        ["addedLatencyP99Ms"] = Math.Round(AddedP99, 3),
        ["ceilingAddedLatencyP50Ms"] = Math.Round(Nginx.P50 - Direct.P50, 3),
        ["ceilingAddedLatencyP99Ms"] = Math.Round(Nginx.P99 - Direct.P99, 3),
        ["directLatencyP50Ms"] = Math.Round(Direct.P50, 3),
        ["directLatencyP99Ms"] = Math.Round(Direct.P99, 3),
        ["leftOutFraction"] = Math.Round(LeftOut, 4),
        ["wrongAnswers"] = Wrong,
        ["webSockets"] = new JsonObject
        {
            ["opened"] = Held.Opened, ["lived"] = Held.Lived, ["minutes"] = Math.Round(HeldFor.TotalMinutes, 2), ["atOnceSeconds"] = Math.Round(Held.AtOnceSeconds, 2),
            ["messages"] = Held.Sent, ["messagesLost"] = Held.Lost,
        },
        ["apiServerRequests"] = ApiServerRequests,
    }.ToJsonString();

    public void Print(TextWriter output)
    {
        output.WriteLine($"{Seats} seats");
        output.WriteLine(FormattableString.Invariant($"  decisions a second, on one core       {DecisionsPerSecond,10:0}      goal: 10000"));
        output.WriteLine("  1,000 requests a second                    p50 ms     p99 ms");
        output.WriteLine(FormattableString.Invariant($"    straight to the pod                 {Direct.P50,10:0.000} {Direct.P99,10:0.000}"));
        output.WriteLine(FormattableString.Invariant($"    nginx alone adds                    {Nginx.P50 - Direct.P50,10:0.000} {Nginx.P99 - Direct.P99,10:0.000}   the ceiling"));
        output.WriteLine(FormattableString.Invariant($"    nginx and the decision add          {AddedP50,10:0.000} {AddedP99,10:0.000}   goal: p99 under 2"));
        output.WriteLine(FormattableString.Invariant($"    requests left out                   {LeftOut,10:0.0 %}              the machine stood still"));
        output.WriteLine($"  wrong answers                         {Wrong,10}      goal: 0");
        output.WriteLine(FormattableString.Invariant($"  WebSockets held for {HeldFor.TotalMinutes:0.#} min: {Held.Lived} of {Held.Opened} lived, {Held.Lost} of {Held.Sent} messages lost; those at once were open after {Held.AtOnceSeconds:0.00} s"));
        output.WriteLine($"  requests to the API server meanwhile  {ApiServerRequests,10}      goal: 0");
    }
}
