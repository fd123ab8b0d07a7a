using System.Diagnostics;
using System.Globalization;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Planning.HomesProgram;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>
/// Power cuts in the middle of a course's Jobs: the Job's container, the operator and the kubelet are killed at once, at a moment that is drawn. What was drawn is told in the test's output;
/// <c>MESONET_CRASH_SEED</c> draws the same again.
/// </summary>
/// <param name="course">Whose Jobs.</param>
/// <param name="output">Is told what was drawn.</param>
internal sealed class JobCrash(OwnCourse course, ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string[] Parts = ["kubelet", "mesonet-operator"];
    private readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("MESONET_CRASH_SEED"), out var given) ? given : Random.Shared.Next(1_000_000);
    private Random? random;

    /// <summary>
    /// Waits until a Job of the course is at work, and lets it work for a while that is drawn; then its container, the operator and the kubelet are killed. The cluster's supervisor starts the last
    /// two again. When this returns, nothing of the Job is at work any more; a Job that was struck is repeated half a minute later at the earliest.
    /// </summary>
    /// <param name="task">The task of the homes' program that the Job runs.</param>
    /// <param name="within">Up to how long after its beginning it is struck: about as long as it works. Where it has ended by then, only the others are struck, which is told.</param>
    /// <param name="atHomes">Whether it begins for us when its workers go to the homes: before that it may fetch and prepare for long.</param>
    public async Task StrikeAsync(string task, TimeSpan within, bool atHomes = false)
    {
        var drawn = (random ??= new(seed)).NextDouble() * within;
        var (container, began) = await UntilBeginsAsync(task);
        if (atHomes) began = await UntilAtHomesAsync(container, task);
        // Known beforehand: while they are looked up, the others would go on.
        var processes = new List<int>();
        foreach (var part in Parts) processes.Add(await LocalClassroom.RunningAsync(part));
        if (drawn - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero) await Task.Delay(left);

        var atWork = ContainerProcess.In(container);
        foreach (var process in processes.Concat(atWork)) Signals.Send(process, Signals.Kill);
        var after = Stopwatch.GetElapsedTime(began);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"MESONET_CRASH_SEED={seed}: {task} was struck {after.TotalSeconds:0.00} s after it began{(atHomes ? " with the homes" : "")} (drawn: {drawn.TotalSeconds:0.00} of {within.TotalSeconds:0.00}), {(atWork.Count > 0 ? $"at work in {atWork.Count} processes" : "when it had ended by itself")}."));
        await LocalClassroom.EventuallyAsync(() => Task.FromResult(ContainerProcess.In(container).Count == 0), () => Task.FromResult($"The container of {task} outlives SIGKILL."));
    }

    private static async Task<long> UntilAtHomesAsync(string container, string task)
    {
        // The program and its two workers; or none any more.
        while (ContainerProcess.In(container) is { Count: > 0 } processes && processes.Count(process => ContainerProcess.Runs(process, HomesProgramFiles.Folder, task)) < 3) await Task.Delay(5);
        return Stopwatch.GetTimestamp();
    }

    // By the processes of the node: until the API server is told that a pod runs, a quick one has ended.
    private async Task<(string Container, long Began)> UntilBeginsAsync(string task)
    {
        var since = Stopwatch.GetTimestamp();
        var others = new HashSet<string>(StringComparer.Ordinal);
        while (Stopwatch.GetElapsedTime(since) < Patience)
        {
            foreach (var container in ContainerProcess.ContainersOf(HomesProgramFiles.Folder, task).Where(others.Add))
            {
                var began = Stopwatch.GetTimestamp();
                var pods = await LocalClassroom.KubectlAsync("get", "pods", "-n", course.Namespace, "-o", "jsonpath={.items[*].metadata.uid}");
                Assert.True(pods.ExitCode == 0, pods.Errors);
                if (pods.Output.Trim().Split(' ').Any(uid => ContainerProcess.IsOf(container, uid))) return (container, began);
            }

            await Task.Delay(10);
        }

        Assert.Fail($"No pod of {course.Namespace} was seen at its task {task}. Others': {string.Join(", ", others)}.\n{(await LocalClassroom.KubectlAsync("describe", "ce,pods,jobs", "-n", course.Namespace)).Output}");
        return default;
    }
}
