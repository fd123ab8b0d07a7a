using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.LeaderElection;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using Microsoft.Extensions.Logging.Abstractions;

namespace MesoNet.IAaS.ClusterTests;

public sealed class LeaderElectionTests(ClusterFixture cluster)
{
    // A deadline that no slow machine misses, and a lease that runs out soon after it.
    private static readonly LeaderElectionTimes Times = new(TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task One_leads_and_the_other_takes_over_when_it_steps_down()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        using var firstStops = new CancellationTokenSource();
        using var secondStops = new CancellationTokenSource();
        var (firstLeads, secondLeads) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = Elector(key, "first").RunAsync((_, token) => Lead(firstLeads, token), firstStops.Token);
        await firstLeads.Task.WaitAsync(Patience);
        var second = Elector(key, "second").RunAsync((_, token) => Lead(secondLeads, token), secondStops.Token);

        await ClusterFixture.EventuallyAsync(
            async () => (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.RenewTime > DateTimeOffset.UtcNow.AddMilliseconds(-500), () => Task.FromResult("not renewed"));
        Assert.False(secondLeads.Task.IsCompleted);
        await firstStops.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await secondLeads.Task.WaitAsync(Patience);
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
        await leads.Task.WaitAsync(Patience);
        await StealAsync(key);
        await Assert.ThrowsAsync<LeadershipLostException>(() => running.WaitAsync(Patience));
        Assert.Equal("thief", (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.HolderIdentity);
    }

    [Fact]
    public async Task Work_that_goes_on_after_its_leadership_was_lost_is_refused_its_writes()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        var (leads, refused) = (new TaskCompletionSource(), new TaskCompletionSource<Exception?>());
        var running = Elector(key, "first").RunAsync(
            async (leadership, _) =>
            {
                using var client = new KubernetesClient(cluster.AdminConnection, TimeProvider.System) { BeforeWrite = leadership.ThrowIfLost };
                await client.CreateAsync(Mark("in-time"), CancellationToken.None);
                leads.SetResult();
                await UntilCancelledAsync(leadership.Lost);
                refused.SetResult(await Record.ExceptionAsync(() => client.CreateAsync(Mark("too-late"), CancellationToken.None)));
            },
            CancellationToken.None);
        await leads.Task.WaitAsync(Patience);
        await StealAsync(key);

        Assert.IsType<LeadershipLostException>(await refused.Task.WaitAsync(Patience));
        await Assert.ThrowsAsync<LeadershipLostException>(() => running.WaitAsync(Patience));
        Assert.NotNull(await cluster.Admin.FindAsync<Secret>(Mark("in-time").Key, CancellationToken.None));
        Assert.Null(await cluster.Admin.FindAsync<Secret>(Mark("too-late").Key, CancellationToken.None));

        Secret Mark(string name) => new() { Metadata = new() { Namespace = key.Namespace, Name = name } };
    }

    [Fact]
    public async Task Work_that_does_not_stop_when_its_leadership_is_lost_is_left_behind()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        var (leads, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        var running = Elector(key, "first").RunAsync((_, _) => Ignore(leads, never), CancellationToken.None);
        await leads.Task.WaitAsync(Patience);
        await StealAsync(key);
        await Assert.ThrowsAsync<LeadershipLostException>(() => running.WaitAsync(Patience));
        Assert.Equal("thief", (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.HolderIdentity);
    }

    [Fact]
    public async Task The_lease_is_kept_until_the_work_has_stopped()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        var (leads, told, finish) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        using var stops = new CancellationTokenSource();
        var running = Elector(key, "first").RunAsync(
            async (_, token) =>
            {
                leads.SetResult();
                await UntilCancelledAsync(token);
                told.SetResult();
                await finish.Task;
            },
            stops.Token);
        await leads.Task.WaitAsync(Patience);
        await stops.CancelAsync();
        await told.Task.WaitAsync(Patience);

        // It is even renewed while the work finishes.
        var before = await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None);
        await cluster.UntilAsync<Lease>(key, lease => lease.Spec!.RenewTime > before.Spec!.RenewTime && lease.Spec.HolderIdentity == "first");
        finish.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
        Assert.Equal("", (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.HolderIdentity ?? "");
    }

    [Fact]
    public async Task Work_that_does_not_stop_when_told_to_does_not_hold_up_its_process_and_keeps_the_lease()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        var (leads, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var stops = new CancellationTokenSource();
        var elector = Elector(key, "first", Times);
        var running = elector.RunAsync((_, _) => Ignore(leads, never), stops.Token);
        await leads.Task.WaitAsync(Patience);
        await stops.CancelAsync();
        // Not by WaitAsync, whose own exception is of the same type.
        await ClusterFixture.EventuallyAsync(() => Task.FromResult(running.IsCompleted), () => Task.FromResult("its process is held up"));
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => running);
        Assert.Contains("is left to run out", exception.Message, StringComparison.Ordinal);
        Assert.Equal("first", (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.HolderIdentity);
    }

    [Fact]
    public async Task The_failure_of_the_work_is_the_electors_and_the_lease_is_given_back()
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => Elector(key, "first").RunAsync((_, _) => throw new InvalidDataException("broken"), CancellationToken.None));
        Assert.Equal("broken", failure.Message);
        Assert.Equal("", (await cluster.Admin.GetAsync<Lease>(key, CancellationToken.None)).Spec!.HolderIdentity ?? "");
    }

    [Theory]
    [InlineData("a change by somebody else")]
    [InlineData("its deletion")]
    public async Task A_leader_goes_on_leading_after_its_lease_suffered(string what)
    {
        var key = new ObjectKey(await cluster.NewNamespaceAsync(), "lease");
        var leads = new TaskCompletionSource();
        using var stops = new CancellationTokenSource();
        var running = Elector(key, "first").RunAsync((_, token) => Lead(leads, token), stops.Token);
        await leads.Task.WaitAsync(Patience);
        if (what == "its deletion") await cluster.Admin.DeleteAsync<Lease>(key, CancellationToken.None);
        else await cluster.Admin.MergePatchAsync<Lease>(key, new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["kept"] = "yes" } } }, CancellationToken.None);
        var since = DateTimeOffset.UtcNow;

        var lease = await cluster.UntilAsync<Lease>(key, lease => lease.Spec!.HolderIdentity == "first" && lease.Spec.RenewTime > since);
        Assert.Equal(what == "its deletion" ? null : "yes", lease.Metadata.Label("kept"));
        Assert.False(running.IsCompleted);
        await stops.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task Lead(TaskCompletionSource leads, CancellationToken cancellationToken)
    {
        leads.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private static Task Ignore(TaskCompletionSource leads, TaskCompletionSource never)
    {
        leads.SetResult();
        return never.Task;
    }

    private static async Task UntilCancelledAsync(CancellationToken cancellationToken) =>
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));

    private Task<Lease> StealAsync(ObjectKey key) => cluster.Admin.MergePatchAsync<Lease>(
        key, new() { ["spec"] = new JsonObject { ["holderIdentity"] = "thief" } }, CancellationToken.None);

    private LeaderElector Elector(ObjectKey key, string identity, LeaderElectionTimes? times = null) =>
        new(cluster.Admin, key, identity, times ?? Times, TimeProvider.System, NullLogger.Instance);
}
