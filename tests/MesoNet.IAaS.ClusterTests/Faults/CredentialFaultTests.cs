using System.Net;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>Tokens and certificates that change while a program runs.</summary>
public sealed class CredentialFaultTests(ClusterFixture cluster) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mesonet-credentials").FullName;
    private readonly ShiftedTime time = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_token_that_expired_is_read_again_from_its_file()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var client = await ByKubeconfigAsync(through);
        through.Proxy.RotateToken();
        await client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        through.Proxy.RotateToken();
        await client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        // Once as ever, then with the old token and with the new one.
        Assert.Equal(3, through.Lists.Count);
        Assert.Equal(through.Lists[0].Token, through.Lists[1].Token);
        Assert.NotEqual(through.Lists[1].Token, through.Lists[2].Token);
    }

    [Fact]
    public async Task A_watch_comes_back_with_the_new_token()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        through.Proxy.RotateToken();
        await using var maps = through.Watch();
        await maps.UntilWatchingAsync(by: "a");
        through.Proxy.RotateToken();
        through.Proxy.CutConnections();
        await through.PutAsync("b");
        await maps.UntilAsync("a", "b");
        // The first, then again with the old token and with the new one.
        Assert.Equal(3, through.Watches.Count);
        Assert.Single(through.Lists);
    }

    [Fact]
    public async Task A_token_that_is_no_longer_accepted_is_refused_without_asking_for_ever()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        through.Proxy.DemandTokens("somebody else's");
        through.Proxy.DemandTokens();
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, exception.StatusCode);
        Assert.Single(through.Lists);
        through.Proxy.AdmitAnybody();
        await through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
    }

    [Fact]
    public async Task A_new_certificate_of_the_same_authority_is_trusted()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        through.Proxy.RotateCertificate();
        through.Proxy.CutConnections();
        await ClusterFixture.EventuallyAsync(() => through.WorksAsync(), () => Task.FromResult("no call works"));
        Assert.Equal(2, through.Proxy.AcceptedConnections);
    }

    [Fact]
    public async Task A_new_authority_is_trusted_by_whoever_follows_its_file_and_by_nobody_else()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var client = await ByKubeconfigAsync(through);
        await client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        through.Proxy.RotateAuthority();
        through.Proxy.CutConnections();
        // The minute is not over: the connection that fails is what makes the file be read.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.ListAsync<ConfigMap>(through.Query, CancellationToken.None));
        await client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<HttpRequestException>(() => through.Client.ListAsync<ConfigMap>(through.Query, CancellationToken.None));
    }

    [Fact]
    public async Task A_watch_under_way_goes_on_while_the_authoritys_file_changes()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var client = await ByKubeconfigAsync(through);
        await using var maps = new Watched<ConfigMap>(through, through.Query, Watched<ConfigMap>.Quick, client);
        await maps.UntilWatchingAsync(by: "a");
        through.Proxy.RotateAuthority();
        time.Advance(TimeSpan.FromMinutes(1));
        await client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        Assert.Equal(2, through.Proxy.AcceptedConnections);
        await through.PutAsync("b");
        await maps.UntilAsync("a", "b");
        Assert.Single(through.Watches);
    }

    [Fact]
    public async Task A_client_certificate_is_read_again_each_minute_and_not_half_of_it()
    {
        WriteClientCertificate("first");
        var admin = Kubeconfig.Load(cluster.Cluster.KubeconfigPath);
        var byFiles = admin with { Folder = folder, Users = [new(admin.Users[0].Name, new() { ClientCertificate = "client.crt", ClientKey = "client.key" })] };
        using var client = new KubernetesClient(await KubernetesConnection.FromKubeconfig(byFiles), time);
        Assert.Equal("first", await WhoAsync(client));

        WriteClientCertificate("second", withKey: false);
        Assert.Equal("first", await WhoAsync(client));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("first", await WhoAsync(client));

        WriteClientCertificate("second");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("second", await WhoAsync(client));
    }

    [Fact]
    public async Task An_authoritys_file_that_is_empty_is_not_taken_for_trust_in_everybody()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var client = await ByKubeconfigAsync(through);
        await File.WriteAllTextAsync(Path.Combine(folder, "proxy.ca.crt"), "");
        await client.ListAsync<ConfigMap>(through.Query, CancellationToken.None);
        await Assert.ThrowsAsync<KubeconfigException>(() => ByPathAsync());
    }

    [Fact]
    public async Task A_file_that_a_kubeconfig_names_and_that_is_not_there_is_told_by_its_name()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        through.Proxy.WriteKubeconfig(Path.Combine(folder, "proxy"));
        File.Delete(Path.Combine(folder, "proxy.ca.crt"));
        var exception = await Assert.ThrowsAsync<KubeconfigException>(() => ByPathAsync());
        Assert.Contains("proxy.ca.crt", exception.Message, StringComparison.Ordinal);
    }

    // The client may not have noticed yet that its connection is cut: the first call may meet that.
    private static async Task<string> WhoAsync(KubernetesClient client)
    {
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => client.ListAsync<Namespace>(new(), CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, exception.StatusCode);
        return exception.Message.Split('"')[1];
    }

    private async Task<KubernetesClient> ByKubeconfigAsync(ThroughProxy through)
    {
        through.Proxy.WriteKubeconfig(Path.Combine(folder, "proxy"));
        return await ByPathAsync();
    }

    private async Task<KubernetesClient> ByPathAsync() =>
        new(await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(Path.Combine(folder, "proxy"))), time);

    private void WriteClientCertificate(string user, bool withKey = true)
    {
        var pair = cluster.Cluster.Certificates.Authority.IssueClient(user);
        File.WriteAllText(Path.Combine(folder, "client.crt"), pair.Certificate);
        if (withKey) File.WriteAllText(Path.Combine(folder, "client.key"), pair.Key);
    }
}
