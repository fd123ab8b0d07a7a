using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

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
        for (var i = 0; i < 5; i++)
        {
            await cluster.StopOperatorAsync();
            cluster.StartOperator();
        }

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
}
