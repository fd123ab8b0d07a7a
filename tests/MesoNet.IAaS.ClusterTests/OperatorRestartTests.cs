using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>The operator is stopped at any moment and started again: nothing is lost and nothing is there twice.</summary>
[Collection("the operator stops")]
public sealed class OperatorRestartTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_course_comes_up_though_the_operator_is_stopped_again_and_again()
    {
        var courses = await Courses.NewAsync(cluster);
        var logins = Enumerable.Range(1, 12).Select(i => $"student{i:00}").ToList();
        await courses.PutAsync(_ => courses.Spec(logins));
        await StopAgainAndAgainAsync();
        await courses.UntilReadyAsync("12/12");
        Assert.Equal(12, (await courses.SeatPodsAsync()).Count);
        Assert.Single(await courses.ListAsync<Job>());
        Assert.Equal(12, (await courses.ListAsync<Seat>()).Count);
    }

    [Fact]
    public async Task What_happened_while_no_operator_ran_is_seen_by_the_next()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        await cluster.StopOperatorAsync();
        await cluster.Admin.DeleteAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);
        cluster.StartOperator();
        await ClusterFixture.EventuallyAsync(
            async () => !(await cluster.Admin.ListAsync<PersistentVolume>(new(), CancellationToken.None)).Any(volume => volume.Metadata.Label("mesonet.fr/environment-namespace") == courses.Key.Namespace),
            () => Task.FromResult("the data set's volume is left"));
    }

    [Fact]
    public async Task A_workspace_makes_room_and_comes_back_though_the_operator_is_stopped_again_and_again()
    {
        // No other test asks for these.
        const string device = "qualcomm.com/qaic";
        var workspaces = new Workspaces(cluster);
        var project = await cluster.NewNamespaceAsync();
        var key = await workspaces.PutAsync(project, spec => Workspaces.With(spec, device, "4") with { CheckpointMinutes = 1 });
        await workspaces.UntilAsync(key, WorkspaceStage.Running);
        var home = Assert.Single(await cluster.Admin.ListAsync<PersistentVolumeClaim>(new() { Namespace = project }, CancellationToken.None));

        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(devices: new Dictionary<string, Quantity> { [device] = "1" });
        await courses.PutAsync(_ => Workspaces.InLesson(courses, -10, 100));
        await StopAgainAndAgainAsync();
        await courses.UntilReadyAsync("5/5");
        var away = await workspaces.UntilAsync(key, WorkspaceStage.Yielding);
        Assert.NotNull(away.Status!.LostSince);
        // What has stopped holds nothing.
        Assert.Null(await workspaces.PodAsync(away));

        await courses.PutAsync(_ => Workspaces.InLesson(courses, -100, -1));
        await StopAgainAndAgainAsync();
        var back = await workspaces.UntilAsync(key, WorkspaceStage.Running);
        Assert.Null(back.Status!.LostSince);
        Assert.True(back.Status.LostSeconds > 0);
        Assert.Equal(home.Metadata.Uid, Assert.Single(await cluster.Admin.ListAsync<PersistentVolumeClaim>(new() { Namespace = project }, CancellationToken.None)).Metadata.Uid);
        await cluster.Admin.DeleteAsync<ResearchWorkspace>(key, CancellationToken.None);
    }

    private async Task StopAgainAndAgainAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            await cluster.StopOperatorAsync();
            cluster.StartOperator();
        }
    }
}
