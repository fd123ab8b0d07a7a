using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.LocalCluster.Faults;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>What may happen to a list, page by page, before a watch can start.</summary>
public sealed class ListFaultTests(ClusterFixture cluster)
{
    public static TheoryData<Fault> Faults =>
    [
        Fault.TooManyRequests(TimeSpan.Zero), Fault.InternalError, Fault.Unavailable, Fault.Gone, new Fault.Cut(), new Fault.Hang(),
        new Fault.CutMidway(), new Fault.StallMidway(), new Fault.LoseAnswer(),
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_list_that_fails_is_tried_again_until_it_works(Fault fault)
    {
        await using var through = await ThroughProxy.NewAsync(cluster, callTimeout: TimeSpan.FromMilliseconds(400));
        await through.PutAsync("a", "b");
        using var installed = through.Proxy.Install(fault, request => request.IsList, times: 2);
        await using var maps = through.Watch();
        await maps.UntilAsync("a", "b");
        Assert.Equal(2, installed.Struck);
        await maps.UntilWatchingAsync(by: "c");
    }

    [Fact]
    public async Task Lists_that_fail_again_and_again_come_with_a_growing_pause()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using var fault = through.Proxy.Install(Fault.InternalError, request => request.IsList);
        await using var maps = through.Watch();
        await through.UntilAsync(() => through.Lists.Count >= 6);
        Pauses.AreAtLeast(through.Lists, 50, 100, 200, 400, 400);
    }

    [Fact]
    public async Task What_is_on_the_next_page_is_not_gone()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await through.PutAsync("a", "b", "c", "d", "e");
        var times = Watched<ConfigMap>.Quick with { Duration = TimeSpan.FromSeconds(1), RelistAfter = TimeSpan.Zero };
        await using var maps = through.Watch(times, limit: 2);
        await through.UntilAsync(() => through.Watches.Count >= 2);
        // Both lists are in: each was told of once, as added, and none as gone.
        Assert.Equal(["a", "b", "c", "d", "e"], maps.Changes.Select(map => map.Metadata.Name!));
        Assert.Equal(["a", "b", "c", "d", "e"], maps.Objects.Select(map => map.Metadata.Name!));
        var untilSecondWatch = through.Proxy.Requests.TakeWhile(request => request != through.Watches[1]).ToList();
        Assert.Equal([false, true, true, false, true, true], untilSecondWatch.Where(request => request.IsList).Select(list => list.Argument("continue") is not null));
        // The items of a list come without them.
        Assert.All(maps.Objects, map => Assert.Equal(("v1", "ConfigMap"), (map.ApiVersion, map.Kind)));
    }

    [Fact]
    public async Task A_place_in_a_list_that_is_forgotten_starts_the_list_again()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await through.PutAsync("a", "b", "c", "d", "e");
        using var fault = through.Proxy.Install(Fault.Gone, request => request.Argument("continue") is not null, times: 1);
        await using var maps = through.Watch(limit: 2);
        await maps.UntilAsync("a", "b", "c", "d", "e");
        Assert.Equal([false, true, false, true, true], through.Lists.Select(list => list.Argument("continue") is not null));
    }
}
