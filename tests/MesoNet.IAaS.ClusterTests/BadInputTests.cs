using System.Net;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>A spec that cannot work gets a condition with a sentence that says what to change, and an Event; others go on.</summary>
public sealed class BadInputTests(ClusterFixture cluster)
{
    [Fact]
    public Task An_unknown_template_is_told_and_the_course_comes_up_once_it_is_corrected() =>
        IsToldAndMended(spec => spec with { Template = new() { Name = "no-such-template" } }, "TemplateNotFound", "There is no course template \"no-such-template\".");

    [Fact]
    public Task Two_logins_that_differ_in_capitals_are_told() =>
        IsToldAndMended(spec => spec with { Students = [new() { Login = "student01" }, new() { Login = "STUDENT01" }] }, "DuplicateLogin", "Keep one of them.");

    [Fact]
    public Task A_lesson_that_ends_before_it_starts_is_told() =>
        IsToldAndMended(
            spec => spec with { Lessons = [new() { Name = "tp1", Start = "2026-11-23T14:00", End = "2026-11-23T12:00" }] },
            "LessonInvalid", "ends (2026-11-23T12:00) before it starts (2026-11-23T14:00)");

    [Fact]
    public Task An_unknown_zone_is_told() => IsToldAndMended(spec => spec with { TimeZone = "Mars/Base" }, "UnknownTimeZone", "is no time zone");

    [Fact]
    public async Task A_data_set_that_is_not_there_is_told_and_found_once_it_is_made()
    {
        var courses = await Courses.NewAsync(cluster);
        await cluster.Admin.DeleteAsync<Dataset>(ObjectKey.Cluster(courses.Dataset), CancellationToken.None);
        await courses.PutAsync();
        Assert.Contains("which does not exist", (await courses.UntilReasonAsync("DatasetNotFound")).Message, StringComparison.Ordinal);
        await courses.PutDatasetAsync();
        await courses.UntilReadyAsync();
    }

    [Fact]
    public async Task A_roster_larger_than_the_cluster_is_told_with_what_runs_out()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(devices: new Dictionary<string, Quantity> { ["nvidia.com/gpu"] = "1" });
        await courses.PutAsync(_ => courses.Spec(Enumerable.Range(1, 9).Select(i => $"student{i:00}")));
        var condition = await courses.UntilReasonAsync("NotEnoughCapacity");
        Assert.StartsWith("The course has 9 seats, and the cluster's nodes could hold 8 of them even if they were empty (nvidia.com/gpu runs out first).", condition.Message, StringComparison.Ordinal);
        await cluster.Admin.DeleteAsync<ClassroomEnvironment>(courses.Key, CancellationToken.None);
    }

    [Fact]
    public async Task A_quota_that_refuses_a_pod_is_told_in_the_servers_words()
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync();
        await courses.UntilReadyAsync();
        await cluster.Admin.ApplyManifestAsync(
            new JsonObject
            {
                ["apiVersion"] = "v1", ["kind"] = "ResourceQuota",
                ["metadata"] = new JsonObject { ["name"] = "few", ["namespace"] = courses.Key.Namespace },
                ["spec"] = new JsonObject { ["hard"] = new JsonObject { ["pods"] = "2" } },
            },
            "test", CancellationToken.None);
        await ClusterFixture.EventuallyAsync(
            async () => (await cluster.Admin.GetTextAsync($"/api/v1/namespaces/{courses.Key.Namespace}/resourcequotas/few", CancellationToken.None)).Contains("\"used\"", StringComparison.Ordinal),
            () => Task.FromResult("the quota is not counted"));
        await cluster.Admin.DeleteAsync<Pod>((await courses.SeatPodsAsync())[0].Key, CancellationToken.None, gracePeriodSeconds: 0);
        await courses.PutAsync(_ => courses.Spec("student01", "student02", "student03"));
        Assert.Contains("exceeded quota", (await courses.UntilReasonAsync("Refused")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_login_twice_is_refused_by_the_api_server()
    {
        var courses = await Courses.NewAsync(cluster);
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => cluster.Admin.CreateAsync(
            new ClassroomEnvironment { Metadata = new() { Name = "course", Namespace = courses.Key.Namespace }, Spec = courses.Spec("student01", "student01") }, CancellationToken.None));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, exception.StatusCode);
        Assert.Contains("spec.students[1]", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lessons", """[{"name":"tp1","start":"23/11/2026 14:00","end":"2026-11-23T17:00"}]""", "spec.lessons.start")]
    [InlineData("students", """[{"login":"with space"}]""", "spec.students.login")]
    [InlineData("storage", """{"size":"20 gigabytes"}""", "spec.storage.size")]
    [InlineData("suspend", "\"perhaps\"", "spec.suspend")]
    public async Task What_the_schema_forbids_is_refused_by_the_api_server_with_the_fields_name(string member, string value, string field)
    {
        var courses = await Courses.NewAsync(cluster);
        var manifest = new JsonObject
        {
            ["apiVersion"] = "mesonet.fr/v1alpha1", ["kind"] = "ClassroomEnvironment",
            ["metadata"] = new JsonObject { ["name"] = "course", ["namespace"] = courses.Key.Namespace },
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["name"] = "t" }, [member] = JsonNode.Parse(value) },
        };
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => cluster.Admin.ApplyManifestAsync(manifest, "test", CancellationToken.None));
        Assert.Contains(field, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_course_holds_nobody_up()
    {
        var wrong = await Courses.NewAsync(cluster);
        await wrong.PutAsync(spec => spec with { TimeZone = "Mars/Base" });
        await wrong.UntilReasonAsync("UnknownTimeZone");
        var version = (await cluster.Admin.GetAsync<ClassroomEnvironment>(wrong.Key, CancellationToken.None)).Metadata.ResourceVersion;
        var right = await Courses.NewAsync(cluster);
        await right.PutAsync();
        await right.UntilReadyAsync();
        // Nor is it written again and again meanwhile.
        Assert.Equal(version, (await cluster.Admin.GetAsync<ClassroomEnvironment>(wrong.Key, CancellationToken.None)).Metadata.ResourceVersion);
    }

    private async Task IsToldAndMended(Func<ClassroomEnvironmentSpec, ClassroomEnvironmentSpec> mistake, string reason, string sentence)
    {
        var courses = await Courses.NewAsync(cluster);
        await courses.PutAsync(mistake);
        Assert.Contains(sentence, (await courses.UntilReasonAsync(reason)).Message, StringComparison.Ordinal);
        await ClusterFixture.EventuallyAsync(
            async () => (await courses.ListAsync<Event>()).Any(item => item.Type == "Warning" && item.Reason == reason && item.Message!.Contains(sentence, StringComparison.Ordinal)),
            async () => string.Join('\n', (await courses.ListAsync<Event>()).Select(item => $"{item.Reason}: {item.Message}")));
        await courses.PutAsync();
        await courses.UntilReadyAsync();
    }
}
