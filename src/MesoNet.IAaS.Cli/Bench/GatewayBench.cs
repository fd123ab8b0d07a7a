using System.Net.Sockets;
using System.Net.WebSockets;
using MesoNet.IAaS.Cli.Progress;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What to measure.</summary>
internal sealed record GatewayOptions
{
    /// <summary>How many seats run.</summary>
    public int Seats { get; init; } = 300;

    /// <summary>How long each load lasts.</summary>
    public TimeSpan Load { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the three ways to the pod are measured, one after the other.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How many requests a second there are where latencies are measured.</summary>
    public int Rate { get; init; } = 1000;

    /// <summary>How many WebSockets are held.</summary>
    public int Sockets { get; init; } = 500;

    /// <summary>How many of them are opened at once.</summary>
    public int AtOnce { get; init; } = 300;

    /// <summary>For how long they are held.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a WebSocket is silent between two messages.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// <c>mesonet bench gateway</c>: the portal's decisions, what they add to a request, and WebSockets that are held; with a real API server, the real
/// portal and nginx with the configuration that everybody gets.
/// </summary>
internal sealed class GatewayBench(GatewayOptions options, TimeProvider time)
{
    private const int Connections = 64;
    private const string Operator = "mesonet-operator";
    private readonly GatewayWorld world = new(Path.Combine(Path.GetTempPath(), $"mesonet-bench-gateway-{Environment.ProcessId}"));

    private string PortalLog => Path.Combine(world.Folder, "portal.log");

    public async Task<GatewayReport> RunAsync(Steps steps, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(world.Folder);
        try
        {
            SimulatedSite site = null!;
            await steps.RunAsync("control plane and nodes", async progress =>
            {
                site = await SimulatedSite.StartAsync(SiteOptions(), progress, time, cancellationToken);
                return "";
            });
            await using var _ = site;
            await steps.RunAsync("seats", async _ =>
            {
                await StartSeatsAsync(site, cancellationToken);
                return $"{options.Seats} run";
            });
            return await MeasureAsync(site, steps, cancellationToken);
        }
        finally
        {
            Directory.Delete(world.Folder, recursive: true);
            var run = Path.Combine("/run/mesonet", $"bench-{Environment.ProcessId}");
            if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
        }
    }

    private static SimulatedSiteOptions SiteOptions() => new()
    {
        Name = "benchgw", Folder = Path.Combine(Path.GetTempPath(), $"mesonet-bench-{Environment.ProcessId}"), Nodes = 3,
        Allocatable = new Dictionary<string, Quantity> { ["cpu"] = "1000", ["memory"] = "4Ti", ["pods"] = "1000" },
        AuditedUsers = [GatewayWorld.PortalUser], PodAddress = GatewayWorld.Pod.Address.ToString(),
    };

    private async Task StartSeatsAsync(SimulatedSite site, CancellationToken cancellationToken)
    {
        var courses = new BenchCourses(site.Admin, "gateway", options.Seats, 1, time);
        await using var starting = await OperatorProcess.StartAsync(site.Cluster.Certificates.WriteKubeconfig(Operator, Operator), Path.Combine(world.Folder, "operator.log"), time);
        await courses.PrepareAsync(cancellationToken);
        await courses.SuspendAsync(suspend: false, cancellationToken);
        await courses.UntilReadyAsync(cancellationToken);
    }

    private async Task<GatewayReport> MeasureAsync(SimulatedSite site, Steps steps, CancellationToken cancellationToken)
    {
        var kubeconfig = site.Cluster.Certificates.WriteKubeconfig(GatewayWorld.PortalUser, GatewayWorld.PortalUser);
        var (asked, wrong, decisions) = (0, 0, 0d);
        await steps.RunAsync("decisions", async _ =>
        {
            // The portal has the first core, whoever asks it the others.
            await using var portal = await BenchPortal.StartAsync(kubeconfig, world.Portal, world.Gateway, core: 0, PortalLog, time, cancellationToken);
            var students = await world.StudentsAsync(site.Admin, time, cancellationToken);
            var from = site.AuditLog.End;
            (decisions, wrong) = await MeasureDecisionsAsync(students, cancellationToken);
            asked += AskedSince(site, from);
            return FormattableString.Invariant($"{decisions:0} a second");
        });
        await using var pod = await BenchPod.StartAsync(GatewayWorld.Pod);
        await using var gateway = await world.StartNginxAsync(decides: true, time, cancellationToken);
        await using var portal = await BenchPortal.StartAsync(kubeconfig, world.Portal, world.Gateway, core: null, PortalLog, time, cancellationToken);
        var browsers = await world.StudentsAsync(site.Admin, time, cancellationToken);
        var began = site.AuditLog.End;
        IReadOnlyList<IReadOnlyList<LoadResult>> loads = [];
        await steps.RunAsync("latency", async _ =>
        {
            loads = await MeasureLatencyAsync(browsers, cancellationToken);
            return string.Join("; ", loads.Select(way => string.Join(", ", way.Select(round => FormattableString.Invariant($"{round.Milliseconds(0.99):0.0}"))))) + " ms p99";
        });
        HeldResult held = null!;
        await steps.RunAsync("WebSockets", async _ =>
        {
            held = await new HeldSockets((index, token) => OpenSocketAsync(browsers[index % browsers.Count], token), time)
                .HoldAsync(options.Sockets, options.AtOnce, options.Hold, options.Silence, cancellationToken);
            return $"{held.Lived} of {held.Opened} lived";
        });
        asked += AskedSince(site, began);
        return new(
            options.Seats, decisions, Latency.Of(loads[0]), Latency.Of(loads[1]), Latency.Of(loads[2]), wrong + loads.SelectMany(rounds => rounds).Sum(round => round.Wrong),
            loads.SelectMany(rounds => rounds).Sum(round => round.LeftOut) / (loads.Count * options.Rounds * options.Rate * options.Load.TotalSeconds),
            held with { Opened = options.Sockets }, options.Hold, asked);
    }

    // A watch is in the log once it ended, which all do after some minutes, whether anybody uses a notebook or not.
    private static int AskedSince(SimulatedSite site, long from) => site.AuditLog.Read(from).Count(request => request.Verb != "watch");

    private async Task<(double PerSecond, int Wrong)> MeasureDecisionsAsync(IReadOnlyList<BenchStudent> students, CancellationToken cancellationToken)
    {
        var load = new RequestLoad(world.Portal, [.. students.Select((student, index) => student.Decision(index))], time);
        await AffinityAsync(Environment.ProcessorCount > 1 ? $"1-{Environment.ProcessorCount - 1}" : "0", cancellationToken);
        try
        {
            // The first thousands are compiled while they are answered.
            await load.AtMostAsync(Connections, options.Load / 2, cancellationToken);
            return await load.AtMostAsync(Connections, options.Load, cancellationToken);
        }
        finally
        {
            await AffinityAsync($"0-{Environment.ProcessorCount - 1}", cancellationToken);
        }
    }

    private static Task<string> AffinityAsync(string cores, CancellationToken cancellationToken) =>
        Command.RunAsync("taskset", ["--all-tasks", "--cpu-list", "--pid", cores, $"{Environment.ProcessId}"], cancellationToken);

    // By turns, so that what else the machine does in the meantime strikes all three.
    private async Task<IReadOnlyList<IReadOnlyList<LoadResult>>> MeasureLatencyAsync(IReadOnlyList<BenchStudent> students, CancellationToken cancellationToken)
    {
        await using var ceiling = await world.StartNginxAsync(decides: false, time, cancellationToken);
        var requests = students.Select((student, index) => student.Request(index)).ToList();
        RequestLoad[] ways = [new(GatewayWorld.Pod, requests, time), new(world.Ceiling, requests, time), new(world.Gateway, requests, time)];
        var rounds = ways.Select(_ => new List<LoadResult>()).ToList();
        foreach (var way in ways) await way.AtRateAsync(options.Rate, options.Load / 2, cancellationToken);
        for (var round = 0; round < options.Rounds; round++)
            for (var way = 0; way < ways.Length; way++) rounds[way].Add(await ways[way].AtRateAsync(options.Rate, options.Load, cancellationToken));
        return rounds;
    }

    private async Task<WebSocket> OpenSocketAsync(BenchStudent student, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", student.Cookie);
        socket.Options.SetRequestHeader("Origin", student.Origin);
        using var invoker = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseCookies = false,
                ConnectCallback = async (_, token) =>
                {
                    var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await tcp.ConnectAsync(world.Gateway, token);
                    return new NetworkStream(tcp, ownsSocket: true);
                },
            }, disposeHandler: false);
        await socket.ConnectAsync(new Uri($"ws://{student.Host}{student.BasePath}api/kernels/0/channels?session_id=0"), invoker, cancellationToken);
        return socket;
    }
}
