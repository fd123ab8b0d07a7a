using System.Net;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster.Faults;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>What may happen to a single call.</summary>
public sealed class CallFaultTests(ClusterFixture cluster)
{
    public static TheoryData<Fault> Silences => [new Fault.Hang(), new Fault.LoseAnswer(), new Fault.StallMidway()];

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task A_call_that_is_not_answered_to_the_end_ends_at_its_deadline(Fault silence)
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var impatient = through.Impatient();
        var key = (await through.PutAsync("a")).Key;
        using (through.Proxy.Install(silence))
            await Assert.ThrowsAsync<TimeoutException>(() => impatient.GetAsync<ConfigMap>(key, CancellationToken.None));
        Assert.Equal(key, (await through.Client.GetAsync<ConfigMap>(key, CancellationToken.None)).Key);
    }

    [Fact]
    public async Task A_refusal_that_is_not_told_to_the_end_ends_at_the_deadline_too()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var impatient = through.Impatient();
        using var fault = through.Proxy.Install(new Fault.StallMidway());
        await Assert.ThrowsAsync<TimeoutException>(() => impatient.FindAsync<ConfigMap>(through.Map("none").Key, CancellationToken.None));
    }

    [Fact]
    public async Task A_call_that_its_caller_gives_up_is_no_timeout()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var fault = through.Proxy.Install(new Fault.StallMidway());
        using var giveUp = new CancellationTokenSource();
        var call = through.Client.FindAsync<ConfigMap>(through.Map("none").Key, giveUp.Token);
        await through.UntilAsync(() => fault.Struck == 1);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_body_that_is_cut_is_a_connection_that_failed()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        var key = (await through.PutAsync("a")).Key;
        using var fault = through.Proxy.Install(new Fault.CutMidway());
        await Assert.ThrowsAsync<HttpRequestException>(() => through.Client.GetAsync<ConfigMap>(key, CancellationToken.None));
        Assert.Single(through.Proxy.Requests);
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_is_done_once_and_not_repeated()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        // Long enough for the request to get there on a busy machine.
        using var impatient = through.Impatient(seconds: 10);
        using (through.Proxy.Install(new Fault.LoseAnswer(), request => request.Method == "POST"))
        {
            await Assert.ThrowsAsync<TimeoutException>(() => impatient.CreateAsync(through.Map("a"), CancellationToken.None));
            await cluster.UntilAsync<ConfigMap>(through.Map("a").Key, _ => true);
        }

        Assert.Single(through.Proxy.Requests, request => request.Method == "POST");
        // The name is what makes repeating safe: the caller finds out that it has been done.
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => through.Client.CreateAsync(through.Map("a"), CancellationToken.None));
        Assert.True(exception.IsAlreadyExists);
    }

    [Fact]
    public async Task A_server_that_asks_to_come_later_is_asked_again_when_it_said()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var fault = through.Proxy.Install(Fault.TooManyRequests(TimeSpan.FromSeconds(1)), request => request.Method == "POST", times: 1);
        await through.Client.CreateAsync(through.Map("a"), CancellationToken.None);
        Assert.Equal(2, through.Proxy.Requests.Count);
        Pauses.AreAtLeast(through.Proxy.Requests, 1000);
    }

    [Fact]
    public async Task A_wait_that_is_longer_than_the_deadline_is_left_to_the_caller()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var fault = through.Proxy.Install(Fault.TooManyRequests(TimeSpan.FromMinutes(1)));
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => through.Client.CreateAsync(through.Map("a"), CancellationToken.None));
        Assert.Equal(TimeSpan.FromMinutes(1), exception.RetryAfter);
        Assert.Single(through.Proxy.Requests);
    }

    [Fact]
    public async Task A_server_that_always_asks_to_come_later_is_believed_in_the_end()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var fault = through.Proxy.Install(Fault.TooManyRequests(TimeSpan.Zero));
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => through.Client.CreateAsync(through.Map("a"), CancellationToken.None));
        Assert.Equal(HttpStatusCode.TooManyRequests, exception.StatusCode);
        Assert.InRange(fault.Struck, 2, 10);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_failed_server_is_told_to_the_caller_and_a_write_is_not_repeated(int code)
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var fault = through.Proxy.Install(new Fault.Answer(code, "Broken", RetryAfter: TimeSpan.FromSeconds(7)));
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => through.Client.CreateAsync(through.Map("a"), CancellationToken.None));
        Assert.Equal((HttpStatusCode)code, exception.StatusCode);
        Assert.Equal("Broken", exception.Reason);
        Assert.Equal(TimeSpan.FromSeconds(7), exception.RetryAfter);
        Assert.Single(through.Proxy.Requests);
    }

    [Fact]
    public async Task Many_calls_at_once_share_few_connections()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        var key = (await through.PutAsync("a")).Key;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => through.Client.GetAsync<ConfigMap>(key, CancellationToken.None)));
        Assert.Equal(200, through.Proxy.Requests.Count);
        Assert.InRange(through.Proxy.AcceptedConnections, 1, 4);
    }

    [Fact]
    public async Task More_watches_than_one_connection_takes_leave_room_for_calls()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        // Kestrel takes 100 streams on a connection, the API server 250.
        var watches = Enumerable.Range(0, 150).Select(_ => through.Watch()).ToList();
        await through.UntilAsync(() => through.Watches.Count >= 150);
        var key = (await through.PutAsync("a")).Key;
        await through.Client.GetAsync<ConfigMap>(key, CancellationToken.None);
        Assert.InRange(through.Proxy.AcceptedConnections, 2, 5);
        foreach (var watch in watches) await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_call_whose_connection_is_cut_fails_and_the_next_has_a_new_one()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        var key = (await through.PutAsync("a")).Key;
        using var fault = through.Proxy.Install(new Fault.Hang(), times: 1);
        var call = through.Client.GetAsync<ConfigMap>(key, CancellationToken.None);
        await through.UntilAsync(() => fault.Struck == 1);
        through.Proxy.CutConnections();
        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        await through.Client.GetAsync<ConfigMap>(key, CancellationToken.None);
        Assert.Equal(2, through.Proxy.AcceptedConnections);
    }
}
