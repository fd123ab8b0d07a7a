using System.Collections.Concurrent;
using System.Diagnostics;

namespace MesoNet.IAaS.LocalCluster.Processes;

/// <summary>What to run and where its output goes.</summary>
/// <param name="Name">A short name for people, such as "kubelet".</param>
/// <param name="Program">The program's path or name.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="LogPath">The file its output is appended to.</param>
/// <param name="Environment">Variables added to this process's own.</param>
public sealed record ProcessSpec(
    string Name, string Program, IReadOnlyList<string> Arguments, string LogPath, IReadOnlyDictionary<string, string>? Environment = null);

/// <summary>
/// A running program of ours. It dies with this process, even where that is killed: the kernel sends it SIGKILL when the thread that
/// started it ends, which is why all are started from one thread that lives as long as the process.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly BlockingCollection<Action> Launches = StartLauncherThread();
    private readonly Process process;
    private readonly TimeProvider time;

    private ChildProcess(ProcessSpec spec, Process process, TimeProvider time)
    {
        Spec = spec;
        this.process = process;
        this.time = time;
    }

    /// <summary>What was started.</summary>
    public ProcessSpec Spec { get; }

    /// <summary>Its process id.</summary>
    public int Id => process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <exception cref="InvalidOperationException">It could not be started at all.</exception>
    public static async Task<ChildProcess> StartAsync(ProcessSpec spec, TimeProvider time)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(spec.LogPath)!);
        var start = new ProcessStartInfo("setpriv") { UseShellExecute = false };
        // The shell only redirects: exec replaces it by the program, so the process id is the program's.
        foreach (var argument in (string[])["--pdeathsig", "KILL", "--", "sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", spec.LogPath, spec.Program, .. spec.Arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in spec.Environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Launches.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (System.ComponentModel.Win32Exception exception)
            {
                started.SetException(new InvalidOperationException($"{spec.Name} cannot be started: {exception.Message}", exception));
            }
        });
        return new(spec, await started.Task, time);
    }

    /// <summary>Waits until it ends and returns its exit code (128 + the signal's number where a signal ended it).</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Asks it to end (SIGTERM), and ends it (SIGKILL) where it has not within <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (process.HasExited) return;
        Signals.Send(process.Id, Signals.Terminate);
        using var deadline = new CancellationTokenSource(patience, time);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(5));
        process.Dispose();
    }

    /// <summary>The end of its log, for a report.</summary>
    public string LogTail(int lines = 15) => LogFile.Tail(Spec.LogPath, lines);

    private static BlockingCollection<Action> StartLauncherThread()
    {
        var launches = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var launch in launches.GetConsumingEnumerable()) launch();
        }) { IsBackground = true, Name = "process launcher" }.Start();
        return launches;
    }
}
