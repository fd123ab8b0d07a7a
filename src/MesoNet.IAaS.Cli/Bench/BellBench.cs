using MesoNet.IAaS.Cli.Progress;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What to measure.</summary>
/// <param name="Seats">How many seats start at once.</param>
/// <param name="Nodes">How many simulated nodes take them.</param>
/// <param name="Courses">Over how many courses the seats are dealt.</param>
/// <param name="Rest">How long the operator is watched at rest.</param>
internal sealed record BellOptions(int Seats, int Nodes, int Courses, TimeSpan Rest);

/// <summary>
/// <c>mesonet bench bell</c>: a mass start on a real API server, etcd and scheduler, beside a bare client that creates the very same pods in
/// the same run. The operator is a process of its own; what it asked for is read from the API server's audit log.
/// </summary>
internal sealed class BellBench(BellOptions options, TimeProvider time)
{
    private const string Operator = "mesonet-operator";
    private const string BareClient = "bench-bare-client";
    private const int BareClientParallel = 64;

    // An API server lets a client of no special standing do only so much at once; both sides get the same.
    private const string BareClientRights = """
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"bench-bare-client"},
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"mesonet-operator"},
         "subjects":[{"kind":"User","name":"bench-bare-client","apiGroup":"rbac.authorization.k8s.io"}]}
        """;

    public async Task<BellReport> RunAsync(Steps steps, CancellationToken cancellationToken)
    {
        SimulatedSite site = null!;
        await steps.RunAsync("control plane and nodes", async progress =>
        {
            site = await SimulatedSite.StartAsync(SiteOptions(), progress, time, cancellationToken);
            return $"{options.Nodes} simulated";
        });
        await using var _ = site;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var census = new PodCensus(site.Admin, time);
        var counting = census.RunAsync(stopping.Token);
        try
        {
            return await MeasureAsync(site, census, steps, cancellationToken);
        }
        finally
        {
            await stopping.CancelAsync();
            await counting.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private SimulatedSiteOptions SiteOptions() => new()
    {
        Name = "bench", Folder = Path.Combine(Path.GetTempPath(), $"mesonet-bench-{Environment.ProcessId}"), Nodes = options.Nodes,
        Allocatable = new Dictionary<string, Quantity>
        {
            // Room to spare: what is measured is the start, not the scheduler's search for the last free place.
            ["cpu"] = "128", ["memory"] = "1Ti", ["pods"] = ((options.Seats + options.Nodes - 1) / options.Nodes * 2 + 10).ToString(),
        },
        AuditedUsers = [Operator], SchedulerRequestsPerSecond = 2000,
    };

    private async Task<BellReport> MeasureAsync(SimulatedSite site, PodCensus census, Steps steps, CancellationToken cancellationToken)
    {
        var report = new BellReport { Seats = options.Seats };
        var courses = new BenchCourses(site.Admin, "bench", options.Seats, options.Courses, time);
        var kubeconfig = site.Cluster.Certificates.WriteKubeconfig(Operator, Operator);
        var log = Path.Combine(Path.GetTempPath(), $"mesonet-bench-{Environment.ProcessId}-operator.log");
        await steps.RunAsync("preparation", async _ =>
        {
            await using var preparing = await OperatorProcess.StartAsync(kubeconfig, log, time);
            var began = time.GetTimestamp();
            await courses.PrepareAsync(cancellationToken);
            report = report with { PreparationSeconds = time.GetElapsedTime(began).TotalSeconds };
            return $"{options.Seats} seats in {options.Courses} courses";
        });
        BareRun before = null!;
        await steps.RunAsync("ceiling: a bare client, 64 at a time", async _ =>
        {
            before = await RunBareClientAsync(site, courses, census, cancellationToken);
            return before.ToString();
        });

        var measured = await OperatorProcess.StartAsync(kubeconfig, log, time);
        try
        {
            await steps.RunAsync("rehearsal", async _ =>
            {
                await measured.UntilLookedAtAllAsync(cancellationToken);
                await RehearseAsync(site, census, cancellationToken);
                return "";
            });
            await steps.RunAsync("bell", async _ =>
            {
                report = await MeasureBellAsync(report, site, courses, census, measured, cancellationToken);
                return FormattableString.Invariant($"{report.CreatesPerSecond:0} pods a second, all Ready after {report.AllReadySeconds:0.0} s");
            });
            await steps.RunAsync("rest", async _ =>
            {
                report = await MeasureRestAsync(report, site, measured, cancellationToken);
                return $"{report.RestWrites} writes, {report.RestLists} lists";
            });
            var peak = measured.PeakMemory;
            await measured.DisposeAsync();
            await steps.RunAsync("restart", async _ =>
            {
                var from = site.AuditLog.End;
                measured = await OperatorProcess.StartAsync(kubeconfig, log, time);
                var took = await measured.UntilLookedAtAllAsync(cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(5), time, cancellationToken);
                report = report with { RestartSeconds = took.TotalSeconds, RestartWrites = Writes(site.AuditLog, from).Count() };
                return FormattableString.Invariant($"{report.RestartSeconds:0.0} s, {report.RestartWrites} writes");
            });
            await steps.RunAsync("suspension", async _ =>
            {
                report = await MeasureSuspensionAsync(report, site, courses, census, cancellationToken);
                return "";
            });
            report = report with { PeakMemoryBytes = Math.Max(peak, measured.PeakMemory) };
        }
        finally
        {
            await measured.DisposeAsync();
            File.Delete(log);
        }

        await steps.RunAsync("ceiling again", async _ =>
        {
            var after = await RunBareClientAsync(site, courses, census, cancellationToken);
            report = report with
            {
                CeilingCreatesPerSecond = options.Seats / ((before.AllCreated + after.AllCreated) / 2).TotalSeconds,
                CeilingAllReadySeconds = ((before.AllReady + after.AllReady) / 2).TotalSeconds,
            };
            return after.ToString();
        });
        return report;
    }

    // A lesson of the day before: in its first one an operator also compiles what was not compiled ahead.
    private async Task RehearseAsync(SimulatedSite site, PodCensus census, CancellationToken cancellationToken)
    {
        var courses = new BenchCourses(site.Admin, "rehearsal", seats: 20, courses: 1, time);
        await courses.PrepareAsync(cancellationToken);
        await courses.SuspendAsync(suspend: false, cancellationToken);
        await courses.UntilSeatsAreAsync(SeatState.Ready, cancellationToken);
        await courses.SuspendAsync(suspend: true, cancellationToken);
        await courses.UntilSeatsAreAsync(SeatState.Stopped, cancellationToken);
        await census.UntilAsync(now => now.Present == 0, time.GetTimestamp(), cancellationToken);
        await SettleAsync(site, cancellationToken);
    }

    private async Task<BareRun> RunBareClientAsync(SimulatedSite site, BenchCourses courses, PodCensus census, CancellationToken cancellationToken)
    {
        await site.Admin.ApplyManifestAsync(System.Text.Json.Nodes.JsonNode.Parse(BareClientRights)!, "mesonet-bench", cancellationToken);
        using var bare = await site.ConnectAsAsync(BareClient, time, cancellationToken);
        var pods = await courses.PlanPodsAsync(cancellationToken);
        if (pods.Count != options.Seats) throw new InvalidOperationException($"The planner wants {pods.Count} pods for {options.Seats} seats.");
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = BareClientParallel, CancellationToken = cancellationToken };
        // The connection is open and the path warm before the clock starts, as the operator's are.
        await bare.ListAsync<Node>(ListQuery.All, cancellationToken);

        var began = time.GetTimestamp();
        var created = census.UntilAsync(now => now.Present >= options.Seats, began, cancellationToken);
        var ready = census.UntilAsync(now => now.Ready >= options.Seats, began, cancellationToken);
        await Parallel.ForEachAsync(pods, parallel, async (pod, token) => await bare.CreateAsync(pod, token));
        var run = new BareRun(options.Seats, await created, await ready);
        await Parallel.ForEachAsync(pods, parallel, async (pod, token) => await site.Admin.DeleteAsync<Pod>(pod.Key, token, gracePeriodSeconds: 0));
        await census.UntilAsync(now => now.Present == 0, began, cancellationToken);
        return run;
    }

    private async Task<BellReport> MeasureBellAsync(
        BellReport report, SimulatedSite site, BenchCourses courses, PodCensus census, OperatorProcess measured, CancellationToken cancellationToken)
    {
        var (from, cpu, began) = (site.AuditLog.End, measured.ProcessorTime, time.GetTimestamp());
        var created = census.UntilAsync(now => now.Present >= options.Seats, began, cancellationToken);
        var ready = census.UntilAsync(now => now.Ready >= options.Seats, began, cancellationToken);
        await courses.SuspendAsync(suspend: false, cancellationToken);
        var (createdAfter, readyAfter) = (await created, await ready);
        await courses.UntilReadyAsync(cancellationToken);
        var saidAfter = time.GetElapsedTime(began);
        await courses.UntilSeatsAreAsync(SeatState.Ready, cancellationToken);
        await SettleAsync(site, cancellationToken);
        var requests = site.AuditLog.Read(from).Where(request => request.User == Operator).ToList();
        return report with
        {
            CreatesPerSecond = options.Seats / createdAfter.TotalSeconds,
            AllReadySeconds = readyAfter.TotalSeconds,
            SaidReadySeconds = saidAfter.TotalSeconds,
            OperatorCpuSeconds = (measured.ProcessorTime - cpu).TotalSeconds,
            WritesPerSeatToReady = requests.Count(IsSeatsWrite) / (double)options.Seats,
            Requests = [.. requests.CountBy(request => (request.Verb, request.Resource)).OrderByDescending(pair => pair.Value).Select(pair => new RequestCount(pair.Key.Verb, pair.Key.Resource, pair.Value))],
        };
    }

    private async Task<BellReport> MeasureRestAsync(BellReport report, SimulatedSite site, OperatorProcess measured, CancellationToken cancellationToken)
    {
        var (from, cpu, began) = (site.AuditLog.End, measured.ProcessorTime, time.GetTimestamp());
        await Task.Delay(options.Rest, time, cancellationToken);
        var elapsed = time.GetElapsedTime(began);
        return report with
        {
            RestSeconds = elapsed.TotalSeconds,
            RestCpuFraction = (measured.ProcessorTime - cpu) / elapsed,
            RestWrites = Writes(site.AuditLog, from).Count(),
            RestLists = site.AuditLog.Read(from).Count(request => request is { User: Operator, Verb: "list" }),
        };
    }

    private async Task<BellReport> MeasureSuspensionAsync(
        BellReport report, SimulatedSite site, BenchCourses courses, PodCensus census, CancellationToken cancellationToken)
    {
        var (from, began) = (site.AuditLog.End, time.GetTimestamp());
        await courses.SuspendAsync(suspend: true, cancellationToken);
        await census.UntilAsync(now => now.Present == 0, began, cancellationToken);
        await courses.UntilSeatsAreAsync(SeatState.Stopped, cancellationToken);
        await SettleAsync(site, cancellationToken);
        return report with { WritesPerSeatToGone = site.AuditLog.Read(from).Count(IsSeatsWrite) / (double)options.Seats };
    }

    // Until nothing has been written for three seconds: what comes late is counted too.
    private async Task SettleAsync(SimulatedSite site, CancellationToken cancellationToken)
    {
        int written;
        do
        {
            var from = site.AuditLog.End;
            await Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken);
            written = Writes(site.AuditLog, from).Count();
        }
        while (written > 0);
    }

    private static IEnumerable<AuditedRequest> Writes(AuditLog log, long from) =>
        log.Read(from).Where(request => request is { User: Operator, IsWrite: true } and not { Resource: "leases" });

    // The watch of the homes is one per course, however many seats it has.
    private static bool IsSeatsWrite(AuditedRequest request) =>
        request is { User: Operator, IsWrite: true, Resource: "pods" or "seats" or "seats/status" } && !request.Name.EndsWith("-homes-watch", StringComparison.Ordinal);

    private sealed record BareRun(int Seats, TimeSpan AllCreated, TimeSpan AllReady)
    {
        public override string ToString() => FormattableString.Invariant($"{Seats / AllCreated.TotalSeconds:0} pods a second, all Ready after {AllReady.TotalSeconds:0.0} s");
    }
}
