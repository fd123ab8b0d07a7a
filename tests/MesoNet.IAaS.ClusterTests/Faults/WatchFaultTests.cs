using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Watching;
using MesoNet.IAaS.LocalCluster.Faults;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>What may happen to a watch, and that nothing is missed nevertheless.</summary>
public sealed class WatchFaultTests(ClusterFixture cluster)
{
    private static readonly WatcherTimes Short = Watched<ConfigMap>.Quick with { Duration = TimeSpan.FromSeconds(1), Grace = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_watch_outlives_the_deadline_of_calls()
    {
        await using var through = await ThroughProxy.NewAsync(cluster, callTimeout: TimeSpan.FromSeconds(2));
        await using var maps = through.Watch();
        await maps.UntilWatchingAsync(by: "first");
        await through.UntilAsync(() => DateTimeOffset.UtcNow - through.Watches[0].ReceivedAt > TimeSpan.FromSeconds(3));
        await through.PutAsync("late");
        await maps.UntilAsync("first", "late");
        Assert.Single(through.Watches);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_that_hangs_is_taken_for_dead_after_its_time_and_resumed_where_it_was(bool fromItsOpening)
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        InstalledFault? fault = null;
        if (fromItsOpening) fault = through.Proxy.Install(new Fault.Hang(), request => request.IsWatch, times: 1);
        await using var maps = through.Watch(Short);
        if (fromItsOpening) await through.UntilAsync(() => fault!.Struck == 1);
        else await maps.UntilWatchingAsync(by: "first");
        fault ??= through.Proxy.Install(new Fault.Hang(), request => request.IsWatch, times: 1);
        await through.PutAsync("meanwhile");
        await maps.UntilAsync(fromItsOpening ? ["meanwhile"] : ["first", "meanwhile"]);
        Assert.Equal(1, fault.Struck);
        Assert.Single(through.Lists);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task What_was_deleted_while_the_version_was_forgotten_is_found_gone(bool inBand, bool atOpening)
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await through.PutAsync("kept", "gone");
        await using var maps = through.Watch();
        await maps.UntilWatchingAsync(by: "seen");
        using (var fault = through.Proxy.Install(inBand ? Fault.GoneInBand : Fault.Gone, request => request.IsWatch))
        {
            if (atOpening)
            {
                through.Proxy.CutConnections();
                await through.UntilAsync(() => fault.Struck > 0);
            }

            await through.DeleteAsync("gone");
            await maps.UntilAsync("kept", "seen");
            Assert.True(fault.Struck > 0);
            // The store has it before the change is told.
            await ClusterFixture.EventuallyAsync(() => Task.FromResult(maps.Changes[^1].Metadata.Name == "gone"), () => Task.FromResult(maps.Changes[^1].Metadata.Name!));
        }

        await through.PutAsync("after");
        await maps.UntilAsync("after", "kept", "seen");
        Assert.True(through.Lists.Count >= 2);
    }

    [Fact]
    public async Task Bookmarks_are_asked_for_and_the_next_watch_starts_from_them()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await using var elsewhere = await ThroughProxy.NewAsync(cluster);
        // The API server sends the bookmark two seconds before it ends the watch.
        await using var maps = through.Watch(Short with { Duration = TimeSpan.FromSeconds(4) });
        await through.UntilAsync(() => through.Watches.Count >= 1);
        var unseen = await elsewhere.PutAsync("unseen");
        await through.UntilAsync(() => through.Watches.Any(watch => Version(watch) >= long.Parse(unseen.Metadata.ResourceVersion!)));
        Assert.All(through.Watches, watch => Assert.Equal("true", watch.Argument("allowWatchBookmarks")));
        Assert.Single(through.Lists);
    }

    [Fact]
    public async Task The_first_watch_starts_from_the_lists_version_not_from_an_items()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await using var elsewhere = await ThroughProxy.NewAsync(cluster);
        await through.PutAsync("item");
        var later = await elsewhere.PutAsync("later");
        await using var maps = through.Watch();
        await through.UntilAsync(() => through.Watches.Count > 0);
        Assert.True(Version(through.Watches[0]) >= long.Parse(later.Metadata.ResourceVersion!));
    }

    [Fact]
    public async Task A_watch_cut_in_the_middle_of_a_line_is_resumed_and_nothing_is_lost()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await using var maps = through.Watch();
        await maps.UntilWatchingAsync(by: "a");
        using var fault = through.Proxy.Install(new Fault.CutMidway(), request => request.IsWatch, times: 3);
        await through.PutAsync("b", "c");
        await through.DeleteAsync("a");
        await through.PutAsync("d");
        await maps.UntilAsync("b", "c", "d");
        await through.UntilAsync(() => fault.Struck == 3);
        Assert.Single(through.Lists);
    }

    [Fact]
    public async Task All_connections_cut_at_once_cost_no_event()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await using var maps = through.Watch();
        await maps.UntilWatchingAsync(by: "a");
        foreach (var name in (string[])["b", "c", "d"])
        {
            through.Proxy.CutConnections();
            await through.PutAsync(name);
        }

        await maps.UntilAsync("a", "b", "c", "d");
        Assert.Single(through.Lists);
    }

    [Fact]
    public async Task Events_that_vanish_are_found_by_the_next_full_list()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await using var maps = through.Watch(Short with { Duration = TimeSpan.FromSeconds(2), RelistAfter = TimeSpan.FromSeconds(1) });
        await maps.UntilWatchingAsync(by: "deleted");
        using (var fault = through.Proxy.Install(new Fault.SwallowEvents(), request => request.IsWatch))
        {
            await through.DeleteAsync("deleted");
            await through.UntilAsync(() => fault.Struck > 0);
        }

        // A later event has passed: no watch that is resumed will ever tell of the earlier one.
        await through.PutAsync("later");
        await maps.UntilAsync("later");
        // Told when it came, and told again when it was gone.
        await ClusterFixture.EventuallyAsync(() => Task.FromResult(maps.Changes.Count(map => map.Metadata.Name == "deleted") == 2), () => Task.FromResult(string.Join(' ', maps.Changes.Select(map => map.Metadata.Name))));
        Assert.True(through.Lists.Count >= 2);
    }

    [Fact]
    public async Task A_watch_that_ends_at_once_again_and_again_is_opened_with_a_growing_pause()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        using (through.Proxy.Install(new Fault.EndWatch()))
        {
            await using var maps = through.Watch();
            await through.UntilAsync(() => through.Watches.Count >= 6);
            Pauses.AreAtLeast(through.Watches, 50, 100, 200, 400, 400);
        }

        await using var again = through.Watch();
        await again.UntilWatchingAsync(by: "a");
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_hides_no_other_in_a_list_or_in_a_watch()
    {
        await using var through = await ThroughProxy.NewAsync(cluster);
        await PutUnreadableAsync(through, "bad1");
        await through.PutAsync("good1");
        await using var maps = through.Watch<MapOfAnotherSchema>();
        await maps.UntilAsync("good1");
        await PutUnreadableAsync(through, "bad2");
        await through.PutAsync("good2");
        await maps.UntilAsync("good1", "good2");
    }

    private static long Version(ProxiedRequest watch) => long.Parse(watch.Argument("resourceVersion")!);

    private Task PutUnreadableAsync(ThroughProxy through, string name) => cluster.Admin.ApplyManifestAsync(
        new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["immutable"] = true,
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = through.Namespace, ["labels"] = new JsonObject { ["put-by"] = "test" } },
        },
        "test", CancellationToken.None);

    /// <summary>A ConfigMap to whose type an older schema let in what does not fit: <c>immutable</c> is a boolean.</summary>
    [KubernetesResource("", "v1", "ConfigMap", "configmaps")]
    private sealed record MapOfAnotherSchema : KubernetesObject
    {
        public string? Immutable { get; init; }
    }
}
