using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.LocalCluster.Processes;

/// <summary>How a part of the cluster is doing, for <c>mesonet status</c>.</summary>
/// <param name="Name">The part.</param>
/// <param name="ProcessId">Its process, or null while it has none.</param>
/// <param name="Restarts">How often it was started again after a crash.</param>
/// <param name="LastCrash">The last crash, or null.</param>
public sealed record PartStatus(string Name, int? ProcessId, int Restarts, CrashReport? LastCrash);

/// <summary>A part ended though nobody asked it to.</summary>
/// <param name="At">When it was noticed.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="LogTail">The end of its log.</param>
public sealed record CrashReport(DateTimeOffset At, int ExitCode, string LogTail);

/// <summary>A part did not come up; the message holds the end of its log.</summary>
public sealed class PartFailedException(string message) : Exception(message);

/// <summary>
/// Keeps one program running: starts it, waits until it is ready, notices when it ends, reports that with the end of its log, and starts
/// it again after a delay that doubles up to half a minute.
/// </summary>
public sealed class SupervisedProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private readonly ProcessSpec spec;
    private readonly Action<PartStatus> report;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private ChildProcess child;
    private Task watching = Task.CompletedTask;

    private SupervisedProcess(ProcessSpec spec, ChildProcess child, Action<PartStatus> report, TimeProvider time, ILogger logger)
    {
        (this.spec, this.child, this.report, this.time, this.logger) = (spec, child, report, time, logger);
        Status = new(spec.Name, child.Id, Restarts: 0, LastCrash: null);
    }

    /// <summary>How it is doing.</summary>
    public PartStatus Status { get; private set; }

    /// <summary>Starts the program and waits until <paramref name="isReady"/> holds, asking every 50 ms.</summary>
    /// <exception cref="PartFailedException">It ended, or was not ready within <paramref name="patience"/>.</exception>
    public static async Task<SupervisedProcess> StartAsync(
        ProcessSpec spec, Func<CancellationToken, Task<bool>> isReady, TimeSpan patience, Action<PartStatus> report,
        TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var child = await ChildProcess.StartAsync(spec, time);
        try
        {
            await WaitUntilReadyAsync(child, isReady, patience, time, cancellationToken);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }

        var supervised = new SupervisedProcess(spec, child, report, time, logger);
        supervised.Report();
        supervised.watching = supervised.WatchAsync();
        return supervised;
    }

    /// <summary>Stops the program for good.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        await child.DisposeAsync();
        stopping.Dispose();
    }

    private static async Task WaitUntilReadyAsync(
        ChildProcess child, Func<CancellationToken, Task<bool>> isReady, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!await isReady(cancellationToken))
        {
            if (child.HasExited || time.GetElapsedTime(started) > patience)
            {
                var what = child.HasExited ? $"ended with exit code {await child.WaitForExitAsync(cancellationToken)}" : $"was not ready after {patience.TotalSeconds:0} s";
                throw new PartFailedException($"{child.Spec.Name} {what}. The end of {child.Spec.LogPath}:\n{child.LogTail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }

    // A full disk must not end the supervision as well.
    private void Report()
    {
        try
        {
            report(Status);
        }
        catch (IOException exception)
        {
            logger.LogWarning("The state of {Part} cannot be written down: {Message}", spec.Name, exception.Message);
        }
    }

    private async Task WatchAsync()
    {
        var delay = TimeSpan.FromMilliseconds(500);
        try
        {
            while (true)
            {
                var startedAt = time.GetTimestamp();
                var exitCode = await child.WaitForExitAsync(stopping.Token);
                var crash = new CrashReport(time.GetUtcNow(), exitCode, child.LogTail());
                logger.LogError("{Part} ended with exit code {ExitCode}. The end of {Log}:\n{Tail}", spec.Name, exitCode, spec.LogPath, crash.LogTail);
                Status = Status with { ProcessId = null, LastCrash = crash };
                Report();

                // A part that ran for a minute is no crash loop.
                delay = time.GetElapsedTime(startedAt) > TimeSpan.FromMinutes(1) ? TimeSpan.FromMilliseconds(500) : delay * 2;
                if (delay > LongestDelay) delay = LongestDelay;
                await Task.Delay(delay, time, stopping.Token);
                child = await ChildProcess.StartAsync(spec, time);
                Status = Status with { ProcessId = child.Id, Restarts = Status.Restarts + 1 };
                Report();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }
}
