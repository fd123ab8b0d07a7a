using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.LeaderElection;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.Operator.Courses;
using MesoNet.IAaS.Operator.Datasets;
using MesoNet.IAaS.Operator.Execution;
using MesoNet.IAaS.Operator.Metrics;
using MesoNet.IAaS.Operator.Research;
using MesoNet.IAaS.Resources.Platforms;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Operator.Hosting;

/// <summary>How the operator is run.</summary>
/// <param name="Connection">The cluster.</param>
/// <param name="LeaseNamespace">Where the leader's Lease is kept.</param>
/// <param name="Election">How long leadership is lent.</param>
/// <param name="Watches">How long watches last and wait.</param>
/// <param name="Platforms">The site's platforms.</param>
/// <param name="MetricsAddress">Where metrics are told, such as 127.0.0.1:9464; null for nowhere.</param>
public sealed record OperatorOptions(
    KubernetesConnection Connection, string LeaseNamespace, LeaderElectionTimes Election, WatcherTimes Watches, PlatformCatalogue Platforms, string? MetricsAddress = null);

/// <summary>
/// Runs the controllers while this process leads. Several operators may run; one works. The one that loses the lease ends its process, so
/// that nothing of its view of the world survives.
/// </summary>
public sealed class OperatorService(OperatorOptions options, TimeProvider time, ILogger<OperatorService> logger, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    /// <summary>The name of the Lease.</summary>
    public const string LeaseName = "mesonet-operator";

    private const int LostLeadership = 3;
    private const int Workers = 8;

    // At the bell a course's objects change hundreds of times a second; what changed meanwhile is taken up by the next pass.
    private static readonly TimeSpan BetweenPasses = TimeSpan.FromMilliseconds(250);

    // Data sets are few, and fetched for minutes or hours.
    private const int DatasetWorkers = 2;
    private static readonly TimeSpan BetweenPassesOverDatasets = TimeSpan.FromSeconds(1);

    // One at a time: what one is admitted to hold, the next must see held (as soon as the watch has told of it: PlanExecutor).
    private const int WorkspaceWorkers = 1;

    /// <summary>
    /// What the process should end with: 0 after an orderly stop, 1 after a fault, 3 where another leads now. (2 is a wrong configuration.)
    /// </summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Half the deadline per call, so that one that hangs leaves time for another.
        using var client = new KubernetesClient(options.Connection, time, "mesonet-operator-election") { CallTimeout = options.Election.RenewDeadline / 2 };
        var elector = new LeaderElector(
            client, new(options.LeaseNamespace, LeaseName), LeaderElector.NewIdentity(), options.Election, time, logger);
        try
        {
            await elector.RunAsync(LeadAsync, stoppingToken);
        }
        catch (LeadershipLostException)
        {
            ExitCode = LostLeadership;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            ExitCode = 1;
            throw;
        }

        lifetime.StopApplication();
    }

    private async Task LeadAsync(Leadership leadership, CancellationToken cancellationToken)
    {
        var limit = new AdaptiveLimit(time);
        using var client = new KubernetesClient(options.Connection, time, "mesonet-operator")
        {
            BeforeWrite = leadership.ThrowIfLost,
            Overloaded = limit.Overloaded,
        };
        try
        {
            await RunControllersAsync(client, limit, options.Platforms, options.Watches, options.MetricsAddress, time, logger, cancellationToken);
        }
        finally
        {
            logger.LogInformation("Ending, after {Used:0.00} s of processor time ({Compiling:0.00} s of compiling) and {Collecting:0.00} s of pauses for garbage collection.",
                Environment.CpuUsage.TotalTime.TotalSeconds, System.Runtime.JitInfo.GetCompilationTime().TotalSeconds, GC.GetTotalPauseDuration().TotalSeconds);
        }
    }

    /// <summary>Runs every controller until cancelled, and returns once all have stopped. Tests call it without an election.</summary>
    public static async Task RunControllersAsync(
        KubernetesClient client, AdaptiveLimit limit, PlatformCatalogue platforms, WatcherTimes times, string? metricsAddress, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        using var queue = new WorkQueue<ObjectKey>(time, BetweenPasses);
        using var datasetQueue = new WorkQueue<ObjectKey>(time, BetweenPassesOverDatasets);
        using var workspaceQueue = new WorkQueue<ObjectKey>(time, BetweenPasses);
        var unseen = new UnseenWrites(time);
        var caches = new CourseCaches(client, queue, datasetQueue, workspaceQueue, unseen, platforms, times, time, logger);
        var executor = new PlanExecutor(client, limit, unseen, new(client, time, logger), time, logger);
        var answers = new SeatAnswers(new SeatAsker(client, time, logger).AskAsync, queue.Add, time);
        var homes = new HomesAsker(client, queue.Add, time, logger);
        var workspaceAnswers = new SeatAnswers(new SeatAsker(client, time, logger).AskAsync, workspaceQueue.Add, time);
        var reconciler = new ClassroomEnvironmentReconciler(new(caches, answers, homes), executor, answers, homes, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = caches.RunAsync(ending.Token);
        await await Task.WhenAny(watching, caches.WaitUntilSyncedAsync(cancellationToken));
        logger.LogInformation("The caches are filled: {Environments} environments, {Seats} seats, {Pods} pods.",
            caches.Environments.Count, caches.Seats.Count, caches.Pods.Count);
        var firstLook = new FirstLook(caches.Environments.All.Select(environment => environment.Key), time, logger);
        var controller = new Controller("classroom environments", queue, firstLook.Around(reconciler.ReconcileAsync), Workers, logger);
        var datasets = new Controller("data sets", datasetQueue, new DatasetReconciler(new(caches, client, logger), executor, time).ReconcileAsync, DatasetWorkers, logger);
        var research = new ResearchWorkspaceReconciler(new(caches, workspaceAnswers), executor, workspaceAnswers, time);
        var workspaces = new Controller("research workspaces", workspaceQueue, research.ReconcileAsync, WorkspaceWorkers, logger);
        using var metrics = new CourseMetrics(() => caches.Environments.All);
        List<Task> running = [watching, controller.RunAsync(ending.Token), datasets.RunAsync(ending.Token), workspaces.RunAsync(ending.Token), answers.RunAsync(ending.Token), workspaceAnswers.RunAsync(ending.Token), homes.RunAsync(ending.Token)];
        if (metricsAddress is not null) running.Add(MetricsEndpoint.RunAsync(metricsAddress, metrics.Meter, time, logger, ending.Token));
        // Whichever ends first, by fault or by cancellation, ends the others; the lease must not be given back while a pass still runs.
        await Task.WhenAny(running);
        await ending.CancelAsync();
        await Task.WhenAll(running);
    }
}
