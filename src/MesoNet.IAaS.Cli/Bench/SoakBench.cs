using MesoNet.IAaS.Cli.Progress;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.LocalCluster.Faults;
using NodaTime;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// <c>mesonet bench soak</c>: for a while faults strike every few seconds between the operator and the API server, the operator is killed
/// now and then, and courses are created, changed, suspended and deleted at random. Then all that stops, and the world must become as it
/// should be, and nothing may have happened on the way that should not.
/// <code>
///  teacher, witness -------------------------> API server (real), etcd, scheduler, controller manager, simulated nodes
///                                                  ^
///  operator (a process) --> proxy with faults -----+
/// </code>
/// </summary>
internal sealed class SoakBench(SoakOptions options, TimeProvider time)
{
    private const string Operator = "mesonet-operator";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);
    private readonly SoakTally tally = new(time);
    private readonly SoakWishes wishes = new();
    private readonly string logs = Path.Combine(Path.GetTempPath(), $"mesonet-soak-{Environment.ProcessId}-{options.Seed}");

    public async Task<SoakReport> RunAsync(Steps steps, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(logs);
        SimulatedSite site = null!;
        await steps.RunAsync("control plane and nodes", async progress =>
        {
            site = await SimulatedSite.StartAsync(SiteOptions(), progress, time, cancellationToken);
            return "";
        });
        await using var _ = site;
        var upstream = await KubernetesConnection.FromKubeconfig(
            Kubeconfig.Load(site.Cluster.Certificates.WriteKubeconfig(Operator, Operator)), cancellationToken: cancellationToken);
        await using var proxy = await FaultProxy.StartAsync(upstream, site.Cluster.Certificates.Authority, time, cancellationToken);
        var kubeconfig = Path.Combine(logs, "kubeconfig");
        proxy.WriteKubeconfig(kubeconfig);

        var witness = new SoakWitness(site.Admin, wishes, time);
        var operators = new SoakOperator(kubeconfig, Path.Combine(logs, "operator.log"), new(options.Seed + 2), tally, time);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var witnessing = witness.RunAsync(stopping.Token);
        var operating = operators.RunAsync(options.KillsUntil, stopping.Token);
        SoakReport report;
        try
        {
            report = await SoakAsync(site, proxy, steps, cancellationToken);
        }
        finally
        {
            await stopping.CancelAsync();
            await operating;
            try
            {
                await witnessing;
            }
            catch (OperationCanceledException)
            {
                // As asked. Anything else is worth knowing: what the witness did not see proves nothing.
            }
        }

        var memory = operators.Lives.MaxBy(life => life.Seconds) ?? new();
        return await ConcludeAsync(report with
        {
            Actions = tally.Counts,
            EndedNotebooks = witness.EndedPods,
            Memory = memory,
            Violations =
            [
                .. report.Violations, .. witness.Violations, .. witness.LockedOut(), .. operators.Violations,
                .. memory.HasGrown ? [FormattableString.Invariant($"The operator's memory grew by {memory.Growth * 100:0} % from the second to the last third of its life.")] : (string[])[],
            ],
        });
    }

    private SimulatedSiteOptions SiteOptions() => new()
    {
        Name = options.Site, Folder = Path.Combine(Path.GetTempPath(), $"mesonet-{options.Site}-{Environment.ProcessId}"), Nodes = 4,
        // Room to spare: what is tried is the operator, not a full cluster.
        Allocatable = new Dictionary<string, Quantity> { ["cpu"] = "128", ["memory"] = "1Ti", ["pods"] = "500" },
        AuditedUsers = [Operator], SchedulerRequestsPerSecond = 500,
    };

    private async Task<SoakReport> SoakAsync(SimulatedSite site, FaultProxy proxy, Steps steps, CancellationToken cancellationToken)
    {
        var teacher = new SoakTeacher(site.Admin, wishes, tally, new(options.Seed), time);
        var faults = new RandomFaults(proxy, new(options.Seed + 1), time)
        {
            Disturbances = [.. Disturbance.Noticeable, Disturbance.LostEvents, Disturbance.NewAuthority],
        };
        await steps.RunAsync("faults and changes", async _ =>
        {
            await teacher.BeginAsync(cancellationToken);
            using var over = new CancellationTokenSource(options.Duration, time);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
            await Task.WhenAll(faults.RunAsync(ending.Token), teacher.RunAsync(ending.Token, cancellationToken));
            return $"{tally.Log.Count} acts, {Count(faults).Values.Sum()} faults";
        });

        await File.WriteAllLinesAsync(Path.Combine(logs, "faults.log"), faults.Log, cancellationToken);
        IReadOnlyList<string> left = [];
        TimeSpan? took = null;
        await steps.RunAsync("quiet", async _ =>
        {
            (took, left) = await ConvergeAsync(site, teacher, cancellationToken);
            return took is null ? "not as it should be" : "as it should be";
        });
        return new()
        {
            Seed = options.Seed,
            Seconds = options.Duration.TotalSeconds,
            Faults = Count(faults),
            Courses = teacher.Courses.Count,
            Seats = teacher.Courses.Sum(course => course.Students.Count),
            ConvergenceSeconds = took?.TotalSeconds,
            Violations = left,
        };
    }

    /// <summary>
    /// Waits until the world is as it should be and the operator rests; returns how long that took, or what is still wrong when the patience
    /// ends. An operator whose view was still catching up may write once more; one that never rests is wrong.
    /// </summary>
    private async Task<(TimeSpan? Took, IReadOnlyList<string> Left)> ConvergeAsync(SimulatedSite site, SoakTeacher teacher, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var left = await LookAsync();
            var took = time.GetElapsedTime(began);
            var from = site.AuditLog.End;
            if (left.Count == 0)
            {
                await Task.Delay(options.Rest, time, cancellationToken);
                left = [.. Writes(site.AuditLog, from), .. await LookAsync()];
                if (left.Count == 0) return (took, []);
            }

            if (took > options.Patience) return (null, left);
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }

        async Task<IReadOnlyList<string>> LookAsync() =>
            SoakVerdict.Of(await SiteWorld.ReadAsync(site.Admin, cancellationToken), teacher.Courses, Instant.FromDateTimeOffset(time.GetUtcNow()));
    }

    private static IEnumerable<string> Writes(AuditLog log, long from) =>
        log.Read(from).Where(request => request is { User: Operator, IsWrite: true } and not { Resource: "leases" or "events" })
            .Select(request => $"All was as it should be, and the operator still asked for {request.Verb} {request.Resource} {request.Namespace}/{request.Name}.");

    private static SortedDictionary<string, int> Count(RandomFaults faults)
    {
        // A line is "HH:mm:ss.fff NAME" or "HH:mm:ss.fff NAME, for 1.2 s".
        var lines = faults.Log.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]).ToList();
        return new(faults.Disturbances.ToDictionary(
            disturbance => disturbance.Name,
            disturbance => lines.Count(line => line == disturbance.Name || line.StartsWith($"{disturbance.Name}, for ", StringComparison.Ordinal)),
            StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private async Task<SoakReport> ConcludeAsync(SoakReport report)
    {
        if (report.Violations.Count == 0)
        {
            Directory.Delete(logs, recursive: true);
            return report;
        }

        await File.WriteAllLinesAsync(Path.Combine(logs, "acts.log"), tally.Log);
        await File.WriteAllLinesAsync(Path.Combine(logs, "violations.log"), report.Violations);
        return report with { Logs = logs };
    }
}
