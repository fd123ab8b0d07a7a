using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster.Faults;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>That the proxy does what it says, and nothing else.</summary>
public sealed class FaultProxyTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Without_a_fault_everything_is_passed_on_both_ways()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        var created = await through.Client.CreateAsync(through.Map("a"), CancellationToken.None);
        var large = through.Map("a") with { Data = new Dictionary<string, string> { ["text"] = new string('é', 300_000) } };
        await through.Client.ApplyAsync(large, "test", force: true, CancellationToken.None);
        var read = await through.Client.GetAsync<ConfigMap>(created.Key, CancellationToken.None);
        Assert.Equal(large.Data["text"], read.Data!["text"]);
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => through.Client.CreateAsync(through.Map("a"), CancellationToken.None));
        Assert.True(exception.IsAlreadyExists);
        await through.Client.DeleteAsync<ConfigMap>(created.Key, CancellationToken.None, created.Metadata.Uid);
        Assert.Null(await through.Client.FindAsync<ConfigMap>(created.Key, CancellationToken.None));
        Assert.Equal("ok", await through.Client.GetTextAsync("/healthz", CancellationToken.None));
    }

    [Fact]
    public async Task A_request_is_told_apart_by_what_it_asks_for()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        await through.Client.ListAsync<Namespace>(new(), CancellationToken.None);
        await through.Client.FindAsync<Namespace>(ObjectKey.Cluster(through.Namespace), CancellationToken.None);
        await through.Client.GetTextAsync("/apis/apps/v1/namespaces/default/deployments?watch=1&timeoutSeconds=1", CancellationToken.None);
        await Assert.ThrowsAsync<KubernetesApiException>(() => through.Client.MergePatchAsync<Pod>(new("default", "none"), [], CancellationToken.None, "status"));
        await through.Client.GetTextAsync("/healthz", CancellationToken.None);
        Assert.Equal(
            [
                ("configmaps", true, false), ("namespaces", true, false), ("namespaces", false, false),
                ("deployments", false, true), ("pods/status", false, false), ("", false, false),
            ],
            through.Proxy.Requests.Select(request => (request.Resource, request.IsList, request.IsWatch)));
    }

    [Fact]
    public async Task A_fault_meets_only_those_it_is_meant_for_as_often_as_it_is_meant_to()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var fault = through.Proxy.Install(Fault.InternalError, request => request.Resource == "configmaps", times: 2);
        await through.Client.ListAsync<Namespace>(new(), CancellationToken.None);
        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<KubernetesApiException>(() => through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None));
        await through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        Assert.Equal(2, fault.Struck);
        Assert.Same(fault, Assert.Single(through.Proxy.Faults));
    }

    [Fact]
    public async Task What_is_delayed_comes_in_the_end()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var fault = through.Proxy.Install(new Fault.Delay(TimeSpan.FromMilliseconds(300)), times: 1);
        var from = TimeProvider.System.GetTimestamp();
        await through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        Assert.True(TimeProvider.System.GetElapsedTime(from) >= TimeSpan.FromMilliseconds(270));
    }

    [Fact]
    public async Task What_hangs_is_let_go_when_the_fault_is_cleared()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        var fault = through.Proxy.Install(new Fault.Hang());
        var call = through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        await through.UntilAsync(() => fault.Struck == 1);
        Assert.False(call.IsCompleted);
        fault.Dispose();
        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        Assert.Empty(through.Proxy.Faults);
    }

    [Fact]
    public async Task Random_faults_leave_nothing_behind()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await using var maps = through.Watch(Watched<ConfigMap>.Quick with { Duration = TimeSpan.FromSeconds(1), RelistAfter = TimeSpan.FromSeconds(1) });
        var random = new RandomFaults(through.Proxy, new Random(7), TimeProvider.System)
        {
            Disturbances = [.. Disturbance.Noticeable, Disturbance.LostEvents],
            LongestRest = TimeSpan.FromMilliseconds(50), LongestFault = TimeSpan.FromMilliseconds(150),
        };
        using var stopping = new CancellationTokenSource();
        var running = random.RunAsync(stopping.Token);
        var names = new List<string>();
        while (random.Log.Count < 60)
        {
            names.Add($"map-{names.Count:000}");
            await through.PutAsync(names[^1]);
            await through.UntilAsync(() => random.Log.Count >= names.Count * 3);
        }

        await stopping.CancelAsync();
        await running;
        Assert.Empty(through.Proxy.Faults);
        Assert.EndsWith("the end", random.Log[^1], StringComparison.Ordinal);
        // The last fault may have cut the connection that the next call finds in the pool.
        await ClusterFixture.EventuallyAsync(() => through.WorksAsync(), () => Task.FromResult("no call works"));
        Assert.Equal(names, (await through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None)).Select(map => map.Metadata.Name));
        await maps.UntilAsync(names);
    }

    [Fact]
    public async Task A_client_that_follows_the_kubeconfigs_files_outlives_random_changes_of_authority_and_token()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        var folder = Directory.CreateTempSubdirectory("mesonet-random").FullName;
        through.Proxy.WriteKubeconfig(Path.Combine(folder, "proxy"));
        var connection = await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(Path.Combine(folder, "proxy")));
        using var client = new KubernetesClient(connection, TimeProvider.System);
        await using var maps = new Watched<ConfigMap>(through, through.Query, Watched<ConfigMap>.Quick, client);
        var random = new RandomFaults(through.Proxy, new Random(3), TimeProvider.System)
        {
            Disturbances = [Disturbance.NewAuthority, .. Disturbance.Noticeable.Where(disturbance => disturbance.Name == "all tokens expire")],
            LongestRest = TimeSpan.FromMilliseconds(100),
        };
        using var stopping = new CancellationTokenSource();
        var running = random.RunAsync(stopping.Token);
        await through.UntilAsync(() => random.Log.Count >= 10);
        await stopping.CancelAsync();
        await running;
        await through.PutAsync("after");
        await maps.UntilAsync("after");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_faults()
    {
        await using var proxy = await ThroughProxy.StartProxyAsync(cluster);
        var first = await NamesAsync(proxy, 11);
        Assert.Equal(first, await NamesAsync(proxy, 11));
        Assert.NotEqual(first, await NamesAsync(proxy, 12));
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(FaultProxy proxy, int seed)
    {
        using var stopping = new CancellationTokenSource();
        var names = new List<string>();
        // Each writes down its name when it begins; the twelfth ends the run.
        var disturbances = Disturbance.Noticeable.Select(disturbance => disturbance with
        {
            Begin = _ =>
            {
                if (names.Count < 12) names.Add(disturbance.Name);
                if (names.Count == 12) stopping.Cancel();
                return null;
            },
        });
        var random = new RandomFaults(proxy, new Random(seed), TimeProvider.System)
        {
            Disturbances = [.. disturbances], LongestRest = TimeSpan.FromMilliseconds(2),
        };
        await random.RunAsync(stopping.Token);
        return names;
    }
}
