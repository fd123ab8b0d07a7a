using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.LocalCluster.Faults;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>A namespace, a proxy before the API server, and a client that knows only the proxy. What is put, is put past the proxy.</summary>
internal sealed class ThroughProxy : IAsyncDisposable
{
    private readonly ClusterFixture cluster;

    private ThroughProxy(ClusterFixture cluster, string @namespace, FaultProxy proxy, KubernetesClient client) =>
        (this.cluster, Namespace, Proxy, Client) = (cluster, @namespace, proxy, client);

    public string Namespace { get; }

    public FaultProxy Proxy { get; }

    public KubernetesClient Client { get; }

    public IReadOnlyList<ProxiedRequest> Lists => [.. Proxy.Requests.Where(request => request.IsList)];

    public IReadOnlyList<ProxiedRequest> Watches => [.. Proxy.Requests.Where(request => request.IsWatch)];

    // The namespace's own ConfigMap (kube-root-ca.crt) has no such label.
    public ListQuery Query => new() { Namespace = Namespace, LabelSelector = "put-by=test" };

    public static async Task<ThroughProxy> NewAsync(ClusterFixture cluster, TimeSpan? callTimeout = null)
    {
        var proxy = await StartProxyAsync(cluster);
        var client = new KubernetesClient(proxy.Connection, TimeProvider.System) { CallTimeout = callTimeout ?? TimeSpan.FromSeconds(30) };
        return new(cluster, await cluster.NewNamespaceAsync(), proxy, client);
    }

    /// <summary>A client that gives up soon. Not for calls that must succeed: the machine may be busy.</summary>
    public KubernetesClient Impatient(double seconds = 0.4) => new(Proxy.Connection, TimeProvider.System) { CallTimeout = TimeSpan.FromSeconds(seconds) };

    public static Task<FaultProxy> StartProxyAsync(ClusterFixture cluster) =>
        FaultProxy.StartAsync(cluster.AdminConnection, cluster.Cluster.Certificates.Authority, TimeProvider.System);

    public Watched<T> Watch<T>(WatcherTimes? times = null, int? limit = 500) where T : KubernetesObject =>
        new(this, Query with { Limit = limit }, times ?? Watched<T>.Quick);

    public Watched<ConfigMap> Watch(WatcherTimes? times = null, int? limit = 500) => Watch<ConfigMap>(times, limit);

    public ConfigMap Map(string name) => new()
    {
        Metadata = new() { Namespace = Namespace, Name = name, Labels = new Dictionary<string, string> { ["put-by"] = "test" } },
        Data = new Dictionary<string, string> { ["text"] = new string('x', 200) },
    };

    public async Task<ConfigMap> PutAsync(string name) => await cluster.Admin.CreateAsync(Map(name), CancellationToken.None);

    public async Task PutAsync(params IEnumerable<string> names)
    {
        foreach (var name in names) await PutAsync(name);
    }

    public Task DeleteAsync(string name) => cluster.Admin.DeleteAsync<ConfigMap>(new(Namespace, name), CancellationToken.None);

    /// <summary>Waits until what the proxy has received is as it should be.</summary>
    public Task UntilAsync(Func<bool> condition) => ClusterFixture.EventuallyAsync(
        () => Task.FromResult(condition()),
        () => Task.FromResult(string.Join('\n', Proxy.Requests.Select(request => $"{request.ReceivedAt:ss.fff} {request.Method} {request.Path}{request.Query}"))));

    /// <summary>Whether a call comes through.</summary>
    public async Task<bool> WorksAsync()
    {
        try
        {
            await Client.ListAsync<ConfigMap>(Query, CancellationToken.None);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Proxy.DisposeAsync();
    }
}
