using System.Diagnostics;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>The operator as a process of its own, so that its processor time and memory are its own.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    /// <summary>What the operator logs once it has planned for every environment that there was when it started.</summary>
    public const string LookedAtAll = "have been looked at";

    private readonly ChildProcess child;
    private readonly Process measured;
    private readonly long logStart;
    private readonly TimeProvider time;

    private OperatorProcess(ChildProcess child, long logStart, TimeProvider time)
    {
        this.child = child;
        this.logStart = logStart;
        this.time = time;
        measured = Process.GetProcessById(child.Id);
    }

    /// <summary>Processor time used so far, by user and kernel.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            measured.Refresh();
            return measured.TotalProcessorTime;
        }
    }

    /// <summary>The most memory that was resident at once so far, in bytes (VmHWM).</summary>
    public long PeakMemory
    {
        get
        {
            measured.Refresh();
            return measured.PeakWorkingSet64;
        }
    }

    public static async Task<OperatorProcess> StartAsync(string kubeconfig, string logPath, TimeProvider time)
    {
        var logStart = File.Exists(logPath) ? new FileInfo(logPath).Length : 0;
        return new(await ChildProcess.StartAsync(OperatorProgram.Specification("mesonet-operator", kubeconfig, logPath), time), logStart, time);
    }

    /// <summary>Waits until this operator has planned for every environment; returns how long that took from the start of its process.</summary>
    public async Task<TimeSpan> UntilLookedAtAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (child.HasExited) throw new PartFailedException($"The operator ended:\n{child.LogTail()}");
            if (ReadLog().Contains(LookedAtAll, StringComparison.Ordinal)) return time.GetUtcNow() - new DateTimeOffset(measured.StartTime);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        measured.Dispose();
        return child.DisposeAsync();
    }

    private string ReadLog()
    {
        using var stream = new FileStream(child.Spec.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = logStart;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
