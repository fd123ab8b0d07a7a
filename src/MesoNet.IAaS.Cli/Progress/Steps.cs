using System.Globalization;

namespace MesoNet.IAaS.Cli.Progress;

/// <summary>
/// Tells somebody who waits what is going on: a line per step with its time, and what is running now. On a terminal that line is rewritten
/// in place; elsewhere a new one is written every quarter of a minute, so that a log stays readable.
/// </summary>
internal sealed class Steps(TextWriter output, bool isTerminal, TimeProvider time)
{
    private static readonly TimeSpan BetweenLogLines = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenRewrites = TimeSpan.FromMilliseconds(200);
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();

    /// <summary>The time since the first step.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(started);

    public static Steps OnConsole(TimeProvider time) => new(Console.Error, !Console.IsErrorRedirected, time);

    /// <summary>Runs a step; the work says what it is doing, and returns a word on how it went.</summary>
    public async Task RunAsync(string name, Func<IProgress<string>, Task<string>> work)
    {
        var stepStarted = time.GetTimestamp();
        var now = new Latest();
        using (var ticker = time.CreateTimer(_ => Show(name, now.Text, time.GetElapsedTime(stepStarted)), null,
            isTerminal ? TimeSpan.Zero : BetweenLogLines, isTerminal ? BetweenRewrites : BetweenLogLines))
        {
            try
            {
                var result = await work(now);
                await ticker.DisposeAsync();
                WriteLine($"✓ {name}{(result.Length > 0 ? $": {result}" : "")} ({Seconds(time.GetElapsedTime(stepStarted))})");
            }
            catch
            {
                await ticker.DisposeAsync();
                WriteLine($"✗ {name} ({Seconds(time.GetElapsedTime(stepStarted))})");
                throw;
            }
        }
    }

    internal static string Seconds(TimeSpan elapsed) => elapsed.TotalSeconds.ToString(elapsed.TotalSeconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s";

    private void Show(string name, string what, TimeSpan elapsed)
    {
        var line = $"… {name}{(what.Length > 0 ? $": {what}" : "")} ({Seconds(elapsed)})";
        lock (gate)
        {
            if (isTerminal) output.Write($"\r\e[K{(line.Length > 110 ? line[..110] : line)}");
            else output.WriteLine(line);
        }
    }

    private void WriteLine(string line)
    {
        lock (gate) output.WriteLine(isTerminal ? $"\r\e[K{line}" : line);
    }

    private sealed class Latest : IProgress<string>
    {
        public string Text { get; private set; } = "";

        public void Report(string value) => Text = value;
    }
}
