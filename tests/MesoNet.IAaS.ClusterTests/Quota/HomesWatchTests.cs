using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests.Quota;

/// <summary>The watch of a course's homes on a real API server, with the operator's own rights.</summary>
public sealed class HomesWatchTests(ClusterFixture cluster)
{
    [Fact]
    public async Task There_is_one_while_seats_run_and_none_when_they_do_not()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        var key = new ObjectKey(courses.Key.Namespace, "course-homes-watch");
        var watch = await cluster.UntilAsync<Pod>(key, pod => pod.Status?.Phase == "Running");
        Assert.Equal("ClassroomEnvironment", Assert.Single(watch.Metadata.OwnerReferences!).Kind);

        await courses.PutAsync(spec => spec with { Suspend = true });
        await cluster.UntilGoneAsync<Pod>(key);
        Assert.Empty(await courses.SeatPodsAsync());
    }

    [Fact]
    public async Task What_is_noted_of_a_home_in_a_seats_status_is_kept_by_the_API_server_and_by_a_new_operator()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        var seat = (await courses.ListAsync<Seat>()).Single(seat => seat.Spec.Login == "student01");
        // Seats' statuses follow the course's; what is noted before would be written over.
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Status?.State == SeatState.Ready);
        // As an operator noted it that was stopped then.
        var home = new SeatHome { Bytes = 6L << 30, Files = 10, StoppedAtBytes = 6L << 30, StoppedAtFiles = 10 };
        await cluster.Admin.MergePatchAsync<Seat>(
            seat.Key, new() { ["status"] = new System.Text.Json.Nodes.JsonObject { ["home"] = new System.Text.Json.Nodes.JsonObject { ["bytes"] = home.Bytes, ["files"] = home.Files, ["stoppedAtBytes"] = home.StoppedAtBytes, ["stoppedAtFiles"] = home.StoppedAtFiles } } },
            CancellationToken.None, "status");
        var stopped = await cluster.UntilAsync<Seat>(seat.Key, found => found.Status?.Reason == "OverQuota");
        Assert.Equal(home, stopped.Status!.Home);
        await cluster.UntilGoneAsync<Pod>(seat.Key);
        Assert.Single(await courses.SeatPodsAsync());

        var wanted = DateTimeOffset.UtcNow.AddHours(1);
        await cluster.Admin.MergePatchAsync<Seat>(seat.Key, new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["wantedUntil"] = wanted.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") } }, CancellationToken.None);
        await cluster.UntilAsync<Seat>(seat.Key, found => found.Status is { State: SeatState.Ready, Message: { } message } && message.Contains("remove files", StringComparison.Ordinal));
    }
}
