using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>A course from its first apply to its end, on a real API server with the real scheduler, controllers and garbage collection.</summary>
public sealed class CourseLifeTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_course_comes_up_with_a_ready_seat_and_pod_for_each_student()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        var environment = await courses.UntilReadyAsync();
        Assert.Equal(Stage.Lesson, environment.Status!.Stage);
        Assert.Equal(ClusterFixture.Commit, environment.Status.Materials!.Commit);
        Assert.Equal(2, (await courses.SeatPodsAsync()).Count);
        // Seats' statuses follow the course's.
        foreach (var seat in await courses.ListAsync<Seat>()) await cluster.UntilAsync<Seat>(seat.Key, found => found.Status?.State == SeatState.Ready);
        Assert.Single(await courses.ListAsync<Job>());
    }

    [Fact]
    public async Task Pods_have_every_restricted_setting_and_no_token_in_their_spec()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        var tokens = (await courses.ListAsync<Secret>()).Single(secret => secret.Metadata.Name == "course-tokens").Data!;
        foreach (var pod in await courses.ListAsync<Pod>())
        {
            Assert.True(pod.Spec!.SecurityContext!.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile!.Type);
            Assert.False(pod.Spec.AutomountServiceAccountToken);
            Assert.All(pod.Spec.Containers!, container =>
            {
                Assert.False(container.SecurityContext!.AllowPrivilegeEscalation);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities!.Drop!);
                Assert.DoesNotContain(container.Env!, variable => tokens.Values.Any(token => System.Text.Encoding.ASCII.GetString(token) == variable.Value));
            });
        }
    }

    [Fact]
    public async Task Suspending_scales_to_zero_and_resuming_brings_the_same_seats_back()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        var seats = (await courses.ListAsync<Seat>()).Select(seat => seat.Metadata.Uid).Order(StringComparer.Ordinal).ToList();

        await courses.PutAsync(spec => spec with { Suspend = true });
        await cluster.UntilAsync<ClassroomEnvironment>(courses.Key, environment => environment.Status is { Stage: Stage.Resting, Seats.Stopped: 2 });
        await ClusterFixture.EventuallyAsync(async () => (await courses.SeatPodsAsync()).Count == 0, () => Task.FromResult("pods are left"));

        await courses.PutAsync(spec => spec with { Suspend = false });
        await courses.UntilReadyAsync();
        Assert.Equal(seats, (await courses.ListAsync<Seat>()).Select(seat => seat.Metadata.Uid).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Deleting_a_course_deletes_its_pods_and_keeps_its_homes()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        await cluster.Admin.DeleteAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);
        await ClusterFixture.EventuallyAsync(
            async () => (await courses.ListAsync<Pod>()).Count == 0 && (await courses.ListAsync<Seat>()).Count == 0 && (await courses.ListAsync<Job>()).Count == 0,
            () => Task.FromResult("something is left"));
        await ClusterFixture.EventuallyAsync(
            async () => !(await cluster.Admin.ListAsync<PersistentVolume>(new(), CancellationToken.None)).Any(volume => volume.Metadata.Label("mesonet.fr/environment-namespace") == courses.Key.Namespace),
            () => Task.FromResult("the data set's volume is left"));
        var homes = Assert.Single(await courses.ListAsync<PersistentVolumeClaim>());
        Assert.Equal("course-homes", homes.Metadata.Name);
        Assert.Equal("Bound", homes.Status!.Phase);
    }

    [Fact]
    public async Task Deleting_a_course_deletes_its_homes_where_the_teacher_said_so()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(spec => spec with { Retention = new() { DeleteData = true } });
        await courses.UntilReadyAsync();
        await cluster.Admin.DeleteAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);
        await cluster.UntilGoneAsync<PersistentVolumeClaim>(new(courses.Key.Namespace, "course-homes"));
    }

    [Fact]
    public async Task A_pod_that_is_killed_comes_back_under_its_name()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        var pod = (await courses.SeatPodsAsync())[0];
        await cluster.Admin.DeleteAsync<Pod>(pod.Key, CancellationToken.None, gracePeriodSeconds: 0);
        await cluster.UntilAsync<Pod>(pod.Key, found => found.Metadata.Uid != pod.Metadata.Uid);
        await courses.UntilReadyAsync();
    }

    [Fact]
    public async Task A_student_who_leaves_loses_the_seat_and_one_who_joins_gets_one()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        var kept = (await courses.SeatPodsAsync()).Single(pod => pod.Metadata.Name!.StartsWith("student01", StringComparison.Ordinal));
        await courses.PutAsync(_ => courses.Spec("student01", "student03", "student04"));
        await courses.UntilReadyAsync("3/3");
        await ClusterFixture.EventuallyAsync(async () => (await courses.SeatPodsAsync()).Count == 3, () => Task.FromResult("not three pods"));
        Assert.Contains(await courses.SeatPodsAsync(), pod => pod.Metadata.Uid == kept.Metadata.Uid);
    }

    [Fact]
    public async Task At_rest_nothing_is_written_whatever_happens_elsewhere()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        await ClusterFixture.EventuallyAsync(
            async () => (await courses.ListAsync<Seat>()).All(seat => seat.Status?.State == SeatState.Ready), () => Task.FromResult("a seat does not say that it is ready"));
        var from = cluster.AuditLog.End;

        // Changes that make the operator look at every course again, and another course that shows it has looked.
        await cluster.Admin.MergePatchAsync<Node>(ObjectKey.Cluster("simulated"), new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["labels"] = new System.Text.Json.Nodes.JsonObject { ["touched"] = Guid.NewGuid().ToString("N") } } }, CancellationToken.None);
        await courses.PutDatasetAsync();
        await cluster.Admin.MergePatchAsync<Dataset>(ObjectKey.Cluster(courses.Dataset), new() { ["spec"] = new System.Text.Json.Nodes.JsonObject { ["title"] = "Digits again" } }, CancellationToken.None);
        var other = await Courses.NewAsync(cluster);
        await other.PutAsync();
        await other.UntilReadyAsync();

        // The data set itself was changed, and says so in its status and in an Event. Also a write that changes nothing is a request; the volumes of its data sets carry the namespace in their names.
        Assert.DoesNotContain(cluster.AuditLog.Read(from), request =>
            request.IsWrite && !request.Resource.StartsWith("datasets", StringComparison.Ordinal) && !request.Name.StartsWith($"{courses.Dataset}.", StringComparison.Ordinal) && (request.Namespace == courses.Key.Namespace || request.Name.Contains(courses.Key.Namespace, StringComparison.Ordinal)));
    }
}
