using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>A closed course on a real API server: what the Jobs do to homes is tried elsewhere, here each of them only ends.</summary>
public sealed class RetentionTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_course_whose_validity_is_over_is_archived_and_deleted_and_a_later_validity_makes_its_homes_anew()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        await courses.PutAsync(spec => Closed(spec) with { Retention = new() { KeepFor = "1m", DeleteAfter = "30d" } });
        var archived = await UntilAsync(courses, RetentionStep.Archived);
        Assert.Equal(Stage.Closed, archived.Status!.Stage);
        Assert.Contains("is deleted from the homes at", Condition(archived, "WorkKept").Message, StringComparison.Ordinal);
        Assert.Equal("True", Condition(archived, "WorkArchived").Status);
        Assert.Empty(await courses.SeatPodsAsync());
        var claim = (await courses.ListAsync<PersistentVolumeClaim>()).Single(claim => claim.Metadata.Name == "course-archive");
        Assert.Null(claim.Metadata.OwnerReferences);

        await courses.PutAsync(spec => Closed(spec) with { Retention = new() { KeepFor = "1m", DeleteAfter = "1m" } });
        var deleted = await UntilAsync(courses, RetentionStep.Deleted);
        Assert.Equal("Deleted", Condition(deleted, "WorkKept").Reason);
        Assert.DoesNotContain(await courses.ListAsync<Job>(), job => job.Metadata.Label("app.kubernetes.io/component") == "materials");

        await courses.PutAsync();
        await courses.UntilReadyAsync();
        Assert.Null((await cluster.Admin.GetAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None)).Status!.Retention);
        Assert.DoesNotContain(await courses.ListAsync<Job>(), job => job.Metadata.Label("app.kubernetes.io/component") == "archive");
    }

    [Fact]
    public async Task The_server_refuses_a_span_that_is_none()
    {
        var courses = await Courses.NewAsync(cluster);
        var refusal = await Assert.ThrowsAsync<MesoNet.IAaS.Kubernetes.Requests.KubernetesApiException>(() => courses.PutAsync(spec => Closed(spec) with { Retention = new() { KeepFor = "3 weeks" } }));
        Assert.Contains("keepFor", refusal.Message, StringComparison.Ordinal);
    }

    private static ClassroomEnvironmentSpec Closed(ClassroomEnvironmentSpec spec) => spec with { Validity = new() { Until = "2026-01-31" } };

    // Each step comes a minute after the one before, which is the shortest span there is.
    private Task<ClassroomEnvironment> UntilAsync(Courses courses, RetentionStep step) =>
        cluster.UntilAsync<ClassroomEnvironment>(courses.Key, environment => environment.Status?.Retention?.Step == step, TimeSpan.FromMinutes(2));

    private static Condition Condition(ClassroomEnvironment environment, string type) => environment.Status!.Conditions!.Single(condition => condition.Type == type);
}
