using MesoNet.IAaS.Kubernetes.LeaderElection;
using MesoNet.IAaS.Kubernetes.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.ClusterTests;

public sealed class LeaderElectionTests(ClusterFixture cluster)
{
    private static readonly LeaderElectionTimes Quick = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(200));

    [Fact]
    public async Task One_leads_and_the_other_takes_over_when_it_steps_down()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        using var firstStops = new CancellationTokenSource();
        using var secondStops = new CancellationTokenSource();
        var (firstLeads, secondLeads) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = Elector(key, "first").RunAsync((_, token) => Lead(firstLeads, token), firstStops.Token);
        await firstLeads.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var second = Elector(key, "second").RunAsync((_, token) => Lead(secondLeads, token), secondStops.Token);

        await ClusterFixture.EventuallyAsync(
            async () => (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.RenewTime > DateTimeOffset.UtcNow.AddMilliseconds(-500), () => Task.FromResult("not renewed"));
        Assert.False(secondLeads.Task.IsCompleted);
        await firstStops.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await secondLeads.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("second", (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.HolderIdentity);
        await secondStops.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task Work_is_stopped_when_somebody_else_holds_the_lease()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        var leads = new TaskCompletionSource();
        var running = Elector(key, "first").RunAsync((_, token) => Lead(leads, token), CancellationToken.None);
        await leads.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await cluster.Admin.MergePatchAsync<Lease>(
            key, new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["holderIdentity"] = "thief" } }, CancellationToken.None);
        await Assert.ThrowsAsync<LeadershipLostException>(() => running.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("thief", (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.HolderIdentity);
    }

    private static async Task Lead(TaskCompletionSource leads, CancellationToken cancellationToken)
    {
        leads.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private LeaderElector Elector(ObjectKey key, string identity) => new(cluster.Admin, key, identity, Quick, TimeProvider.System, NullLogger.Instance);
}
