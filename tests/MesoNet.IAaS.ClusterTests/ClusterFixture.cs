using MesoNet.IAaS.Cli.Bench;
using MesoNet.IAaS.ClusterTests;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.Operator.Hosting;
using MesoNet.IAaS.Resources.Platforms;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: AssemblyFixture(typeof(ClusterFixture))]

namespace MesoNet.IAaS.ClusterTests;

/// <summary>
/// One real control plane for all tests of this assembly, each test in a namespace of its own. The operator runs in this process with the
/// rights its manifest grants. One simulated node takes the pods.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private const string OperatorUser = "mesonet-operator";

    private SimulatedSite? site;
    private CancellationTokenSource operatorStopping = new();
    private Task operating = Task.CompletedTask;
    private KubernetesClient? operatorClient;
    private int namespaces;

    public RunningCluster Cluster => site!.Cluster;

    public KubernetesClient Admin => site!.Admin;

    /// <summary>What the operator asked for, and nobody else.</summary>
    public AuditLog AuditLog => site!.AuditLog;

    public KubernetesConnection AdminConnection => site!.AdminConnection;

    public async ValueTask InitializeAsync()
    {
        site = await SimulatedSite.StartAsync(
            new()
            {
                Name = "tests", Folder = Path.Combine(Path.GetTempPath(), $"mesonet-cluster-tests-{Environment.ProcessId}"), Commit = Commit, AuditedUsers = [OperatorUser],
                Allocatable = new Dictionary<string, Quantity> { ["cpu"] = "100", ["memory"] = "1000Gi", ["pods"] = "1000", ["nvidia.com/gpu"] = "8", ["nvidia.com/mig-1g.10gb"] = "4", ["amd.com/gpu"] = "4", ["habana.ai/gaudi"] = "8", ["qualcomm.com/qaic"] = "8", ["xilinx.com/fpga"] = "1", ["gpu.intel.com/i915"] = "8" },
                Ends = DatasetTests.EndOf,
                Starts = pod => pod.Spec!.Containers![0].Image != "never:starts",
            },
            new Progress<string>(), TimeProvider.System, CancellationToken.None);
        operatorClient = await site.ConnectAsAsync(OperatorUser, TimeProvider.System, CancellationToken.None);
        StartOperator();
    }

    public async ValueTask DisposeAsync()
    {
        await StopOperatorAsync();
        operatorClient?.Dispose();
        if (site is not null) await site.DisposeAsync();
        operatorStopping.Dispose();
    }

    public void StartOperator()
    {
        operatorStopping = new();
        operating = OperatorService.RunControllersAsync(operatorClient!, new(TimeProvider.System), PlatformCatalogue.BuiltIn, WatcherTimes.Default, site!.Cluster.MetricsAddress, TimeProvider.System, NullLogger.Instance, operatorStopping.Token);
    }

    public async Task StopOperatorAsync()
    {
        await operatorStopping.CancelAsync();
        try
        {
            await operating;
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>A fresh namespace; the controller manager gives it its service account before this returns.</summary>
    public async Task<string> NewNamespaceAsync()
    {
        var name = $"course-{Interlocked.Increment(ref namespaces)}-{Guid.NewGuid():N}"[..20];
        await Admin.CreateAsync(new Namespace { Metadata = new() { Name = name } }, CancellationToken.None);
        await EventuallyAsync(
            async () => (await Admin.GetTextAsync($"/api/v1/namespaces/{name}/serviceaccounts", CancellationToken.None)).Contains("\"default\"", StringComparison.Ordinal),
            () => Task.FromResult("no service account"));
        return name;
    }

    /// <summary>Waits until an object is as it should be; fails with the object as it is.</summary>
    public async Task<T> UntilAsync<T>(ObjectKey key, Func<T, bool> isAsItShould, TimeSpan? patience = null) where T : KubernetesObject
    {
        T? last = null;
        await EventuallyAsync(
            async () => (last = await Admin.FindAsync<T>(key, CancellationToken.None)) is not null && isAsItShould(last),
            () => Task.FromResult(last is null ? $"there is no {typeof(T).Name} {key}" : KubernetesYaml.Write(last)),
            patience);
        return last!;
    }

    /// <summary>Waits until there is no such object.</summary>
    public Task UntilGoneAsync<T>(ObjectKey key) where T : KubernetesObject => EventuallyAsync(
        async () => await Admin.FindAsync<T>(key, CancellationToken.None) is null,
        async () => KubernetesYaml.Write(await Admin.FindAsync<T>(key, CancellationToken.None)));

    /// <summary>Waits until a condition holds: three minutes, where no other patience is given.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<Task<string>> describe, TimeSpan? patience = null)
    {
        var within = patience ?? TimeSpan.FromMinutes(3);
        var deadline = DateTime.UtcNow + within;
        while (!await condition())
        {
            if (DateTime.UtcNow > deadline) Assert.Fail($"Not within {within.TotalSeconds} s. Last seen:\n{await describe()}");
            await Task.Delay(50);
        }
    }
}
