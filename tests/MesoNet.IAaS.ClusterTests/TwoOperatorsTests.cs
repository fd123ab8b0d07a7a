using MesoNet.IAaS.Kubernetes.LeaderElection;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.LocalCluster.Processes;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Its processes must have the machine to themselves: a leader that gets no processor for seconds rightly loses its lease.</summary>
[CollectionDefinition("two operators", DisableParallelization = true)]
public sealed class TwoOperatorsCollection;

/// <summary>
/// Two operator programs side by side, each a user of its own, so that the API server's audit log tells who did what and when. The first
/// leads in each test, the second stands by.
/// </summary>
[Collection("two operators")]
public sealed class TwoOperatorsTests(TwoOperatorsCluster cluster, ITestOutputHelper output) : IClassFixture<TwoOperatorsCluster>, IAsyncLifetime
{
    internal static readonly LeaderElectionTimes Times = new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(500));

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // So many that an operator on a quick machine is not through with them before it gets the signal.
    private const int Many = 150;

    private readonly string course = $"course-{Guid.NewGuid():N}"[..20];
    private ChildProcess first = null!;
    private ChildProcess second = null!;
    private long begin;

    public async ValueTask InitializeAsync()
    {
        // What an earlier test's last leader left behind would only make this one wait.
        await cluster.Admin.DeleteAsync<Lease>(TwoOperatorsCluster.Lease, CancellationToken.None);
        begin = cluster.AuditLog.End;
        first = await cluster.StartOperatorAsync(TwoOperatorsCluster.First);
        await UntilAsync("the first leads", () => Acquisition(TwoOperatorsCluster.First) is not null);
        second = await cluster.StartOperatorAsync(TwoOperatorsCluster.Second);
        await UntilAsync("the second stands by", () => Requests(TwoOperatorsCluster.Second).Any(request => request.Resource == "leases"));
    }

    public async ValueTask DisposeAsync()
    {
        if (first is not null) await first.DisposeAsync();
        if (second is not null) await second.DisposeAsync();
    }

    [Fact]
    public async Task When_the_leader_is_killed_at_work_the_other_takes_over_and_nothing_is_there_twice()
    {
        await cluster.PutCourseAsync(course, Many);
        await UntilPodsAreBeingCreatedAsync();
        Signals.Send(first.Id, Signals.Kill);
        var killedAt = DateTimeOffset.UtcNow;
        await first.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
        var createdBefore = CreatedPods().Count;

        await cluster.UntilReadyAsync(course, Many);
        await AssertEachWasCreatedOnceAsync(Many);
        var acquired = await UntilSecondLeadsAsync();
        var firstWrite = Effects(TwoOperatorsCluster.Second).First();
        output.WriteLine(
            $"Killed after {createdBefore} of {Many} pods. The lease was taken after {Seconds(acquired.ReceivedAt - killedAt)}, the first write came after {Seconds(firstWrite.ReceivedAt - killedAt)}.");
        // Four seconds, and what a busy machine makes of them.
        Assert.True(acquired.ReceivedAt - LastWordOfTheFirst(acquired) < TimeSpan.FromSeconds(30), $"It took {Seconds(acquired.ReceivedAt - LastWordOfTheFirst(acquired))}.");
    }

    [Fact]
    public async Task A_leader_paused_while_creating_pods_does_no_harm_when_it_goes_on()
    {
        await cluster.PutCourseAsync(course, Many);
        await UntilPodsAreBeingCreatedAsync();
        Signals.Send(first.Id, Signals.Stop);
        var createdBefore = CreatedPods().Count;
        await cluster.UntilReadyAsync(course, Many);
        var acquired = await UntilSecondLeadsAsync();
        Signals.Send(first.Id, Signals.Continue);

        Assert.Equal(3, await first.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience));
        await cluster.UntilReadyAsync(course, Many);
        await AssertEachWasCreatedOnceAsync(Many);
        // The pause may fall between the last look at the clock and the socket: such a request still arrives, and must find nothing to do.
        var late = LateWrites(acquired);
        output.WriteLine($"Paused after {createdBefore} of {Many} pods; {late.Count(request => request.Resource != "leases")} requests were on their way.");
        AssertNoEffect(late);
    }

    [Fact]
    public async Task A_leader_paused_with_nothing_on_its_way_writes_nothing_more_though_its_caches_show_work()
    {
        await cluster.PutCourseAsync(course, 40);
        await cluster.UntilReadyAsync(course, 40);
        await UntilAtRestAsync(TwoOperatorsCluster.First);
        Signals.Send(first.Id, Signals.Stop);
        // What waits in its sockets when it goes on: a course that lacks five seats.
        await cluster.PutCourseAsync(course, 45);
        await cluster.UntilReadyAsync(course, 45);
        var acquired = await UntilSecondLeadsAsync();
        Signals.Send(first.Id, Signals.Continue);

        Assert.Equal(3, await first.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience));
        await cluster.UntilReadyAsync(course, 45);
        await AssertEachWasCreatedOnceAsync(45);
        Assert.DoesNotContain(LateWrites(acquired), request => request.Resource != "leases" || request.Code is >= 200 and < 300);
    }

    [Fact]
    public async Task A_leader_that_is_told_to_stop_at_work_hands_over_at_once()
    {
        await cluster.PutCourseAsync(course, Many);
        await UntilPodsAreBeingCreatedAsync();
        Signals.Send(first.Id, Signals.Terminate);
        Assert.Equal(0, await first.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience));
        var acquired = await UntilSecondLeadsAsync();
        var lastWord = LastWordOfTheFirst(acquired);
        output.WriteLine($"The second took the lease {Seconds(acquired.ReceivedAt - lastWord)} after the first had given it back.");
        // A lease that is not given back is nobody else's for four seconds from its last renewal.
        Assert.True(acquired.ReceivedAt - lastWord < Times.LeaseDuration - TimeSpan.FromSeconds(0.1), $"It took {Seconds(acquired.ReceivedAt - lastWord)}.");
        await cluster.UntilReadyAsync(course, Many);
        await AssertEachWasCreatedOnceAsync(Many);
        AssertNoEffect(LateWrites(acquired));
    }

    // Its last renewal of the lease, or that it gave it back.
    private DateTimeOffset LastWordOfTheFirst(AuditedRequest acquired) =>
        Requests(TwoOperatorsCluster.First).Where(request => request is { Resource: "leases", Verb: "update", Code: 200 } && request.ReceivedAt < acquired.ReceivedAt).Max(request => request.ReceivedAt);

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.00} s";

    // Events are the one thing whose names hold the time.
    private static void AssertNoEffect(IEnumerable<AuditedRequest> late) =>
        Assert.DoesNotContain(late, request => request is { Verb: "create" or "delete", Resource: not "events", Code: < 300 });

    private static Task UntilAsync(string what, Func<bool> condition) =>
        ClusterFixture.EventuallyAsync(() => Task.FromResult(condition()), () => Task.FromResult($"not so: {what}"));

    private IEnumerable<AuditedRequest> Requests(string user) => cluster.AuditLog.Read(begin).Where(request => request.User == user);

    /// <summary>The request by which a user took the lease.</summary>
    private AuditedRequest? Acquisition(string user) =>
        Requests(user).FirstOrDefault(request => request is { Resource: "leases", Verb: "create" or "update", Code: 200 or 201 });

    private async Task<AuditedRequest> UntilSecondLeadsAsync()
    {
        AuditedRequest? acquired = null;
        await UntilAsync("the second leads", () => (acquired = Acquisition(TwoOperatorsCluster.Second)) is not null);
        return acquired!;
    }

    /// <summary>What a user asked to change, the lease excepted, in the order of its arrival.</summary>
    private IEnumerable<AuditedRequest> Effects(string user) =>
        Requests(user).Where(request => request.IsWrite && request.Resource != "leases").OrderBy(request => request.ReceivedAt);

    /// <summary>What the first asked to change after the second had taken the lease.</summary>
    private List<AuditedRequest> LateWrites(AuditedRequest acquired) =>
        [.. Requests(TwoOperatorsCluster.First).Where(request => request.IsWrite && request.ReceivedAt > acquired.ReceivedAt)];

    /// <summary>The seats' pods that were created, by whomever.</summary>
    private List<AuditedRequest> CreatedPods() => CreatedPods(begin, long.MaxValue);

    private List<AuditedRequest> CreatedPods(long from, long to) =>
        [.. cluster.AuditLog.Read(from, to).Where(request => request is { Resource: "pods", Verb: "create", Code: 201 } && request.Namespace == course)];

    // Looked at more often than other conditions: a course is through with it in a fraction of a second.
    private async Task UntilPodsAreBeingCreatedAsync()
    {
        var deadline = DateTime.UtcNow + Patience;
        // Each look reads on where the last one ended; a line cut in two by it is not counted, and does no harm to a count of at least.
        var (created, read) = (0, begin);
        while (true)
        {
            var end = cluster.AuditLog.End;
            created += CreatedPods(read, end).Count;
            read = end;
            if (created >= 5) return;
            Assert.True(DateTime.UtcNow < deadline, $"No pods are created. The end of the leader's log:\n{first.LogTail()}");
            await Task.Yield();
        }
    }

    /// <summary>Waits until an operator has done nothing for three renewals but renew, each by one request.</summary>
    private Task UntilAtRestAsync(string user) => UntilAsync($"{user} is at rest", () =>
        Requests(user).Where(request => request.Verb != "watch").TakeLast(3).All(request => request is { Resource: "leases", Verb: "update", Code: 200 }));

    // Each is there; none was taken away; so none was there before.
    private async Task AssertEachWasCreatedOnceAsync(int students)
    {
        var pods = await cluster.Admin.ListAsync<Pod>(new() { Namespace = course }, CancellationToken.None);
        Assert.Equal(students, pods.Count(pod => pod.Metadata.Label("app.kubernetes.io/component") == "seat"));
        Assert.Equal(students, (await cluster.Admin.ListAsync<Seat>(new() { Namespace = course }, CancellationToken.None)).Count);
        Assert.Single(await cluster.Admin.ListAsync<Job>(new() { Namespace = course }, CancellationToken.None));
        Assert.DoesNotContain(cluster.AuditLog.Read(begin), request => request is { Verb: "delete", Resource: "pods" or "seats" });
        // Fewer may be told of than there are: the API server calls a request a failure whose caller was killed, though it may have acted on it.
        Assert.Distinct(CreatedPods().Select(request => request.Name));
    }
}
