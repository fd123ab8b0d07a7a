using System.Diagnostics;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// The operator as a process of its own, which fails as nodes fail: now and then it is killed, and whenever it ends it is started again.
/// Its times are short, so that each fault shows its effect within the soak.
/// </summary>
internal sealed class SoakOperator(string kubeconfig, string logPath, Random random, SoakTally tally, TimeProvider time)
{
    /// <summary>The exit code of one that lost its lease, as it may when the API server is out of reach for long.</summary>
    private const int LostLeadership = 3;

    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeforeRestart = TimeSpan.FromMilliseconds(500);
    private readonly List<SoakMemory> lives = [];
    private readonly List<string> violations = [];

    /// <summary>The operator's memory in each of its lives that has ended.</summary>
    public IReadOnlyList<SoakMemory> Lives => lives;

    /// <summary>Ends that nobody caused, each as a sentence.</summary>
    public IReadOnlyList<string> Violations => violations;

    /// <summary>Keeps an operator running until cancelled.</summary>
    /// <param name="killsUntil">It is killed now and then within this.</param>
    /// <param name="cancellationToken">Ends it, in good order.</param>
    public async Task RunAsync(TimeSpan killsUntil, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            await using var child = await ChildProcess.StartAsync(Specification(), time);
            var killAfter = Killing(killsUntil);
            var lifeBegan = time.GetTimestamp();
            var samples = new List<SoakMemorySample>();
            try
            {
                var isKilled = false;
                while (!child.HasExited)
                {
                    samples.Add(new(time.GetUtcNow(), ResidentMemory(child.Id)));
                    if (time.GetElapsedTime(lifeBegan) >= killAfter && time.GetElapsedTime(began) < killsUntil)
                    {
                        tally.Add("operators killed", $"after {time.GetElapsedTime(lifeBegan).TotalSeconds:0} s");
                        isKilled = true;
                        Signals.Send(child.Id, Signals.Kill);
                        break;
                    }

                    await Task.Delay(BetweenSamples, time, cancellationToken);
                }

                var exitCode = await child.WaitForExitAsync(cancellationToken);
                if (!isKilled) NoteEnd(exitCode, child);
                await Task.Delay(BeforeRestart, time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                lives.Add(SoakMemory.Of(samples));
            }
        }
    }

    private ProcessSpec Specification() => OperatorProgram.Specification(
        "mesonet-operator", kubeconfig, logPath,
        "--lease-duration", "10", "--renew-deadline", "8", "--retry-period", "1",
        "--watch-duration", "6", "--watch-grace", "3", "--relist-after", "8");

    // Every 60 to 90 s, and once in a short soak too.
    private TimeSpan Killing(TimeSpan killsUntil)
    {
        var longest = TimeSpan.FromSeconds(Math.Min(90, killsUntil.TotalSeconds));
        return longest * (2 + random.NextDouble()) / 3;
    }

    private void NoteEnd(int exitCode, ChildProcess child)
    {
        if (exitCode == LostLeadership) tally.Add("operators that lost their lease", $"exit code {exitCode}");
        else violations.Add($"The operator ended by itself, with exit code {exitCode}:\n{child.LogTail()}");
    }

    private static long ResidentMemory(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.WorkingSet64;
        }
        catch (ArgumentException)
        {
            // It ended between two looks.
            return 0;
        }
    }
}
