using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Cli.Workspaces;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>
/// Research workspaces on a real API server and a real scheduler. The clock is the wall's, so lessons are moved instead of waited for. The
/// devices are of a kind that no other test asks for.
/// </summary>
public sealed class ResearchWorkspaceTests(ClusterFixture cluster)
{
    private const string Gaudi = "habana.ai/gaudi";
    private readonly Workspaces workspaces = new(cluster);

    [Fact]
    public async Task A_workspace_comes_up_keeps_its_volume_over_a_stop_and_when_it_is_deleted()
    {
        var project = await cluster.NewNamespaceAsync();
        var dataset = $"{project}-era5";
        await cluster.Admin.ApplyAsync(new Dataset { Metadata = new() { Name = dataset }, Spec = new() { Title = "ERA5", HostPath = new() { Path = "/srv/era5" } } }, "test", force: true, CancellationToken.None);
        var key = await workspaces.PutAsync(project, spec => spec with { Datasets = [new() { Name = dataset }], Code = new() { Repository = "git://git.test/these.git", Ref = "main" } });
        var workspace = await workspaces.UntilAsync(key, WorkspaceStage.Running);
        Assert.Equal(ClusterFixture.Commit, workspace.Status!.Materials!.Commit);
        var pod = await workspaces.PodAsync(workspace);
        Assert.Equal((PriorityClasses.Research, "these"), (pod!.Spec!.PriorityClassName, pod.Metadata.Label(Labels.Workspace)));
        Assert.Contains(pod.Spec.Containers![0].VolumeMounts!, mount => mount.MountPath == $"/data/{dataset}" && mount.ReadOnly == true);
        var volume = await HomeAsync(project);
        await cluster.UntilAsync<Dataset>(ObjectKey.Cluster(dataset), found => found.Metadata.Finalizers?.Contains(Dataset.InUseFinalizer) == true);

        await workspaces.PatchAsync(key, new() { ["suspend"] = true });
        await workspaces.UntilAsync(key, WorkspaceStage.Suspended);
        await cluster.UntilGoneAsync<Pod>(pod.Key);
        Assert.Equal(volume.Metadata.Uid, (await HomeAsync(project)).Metadata.Uid);
        await workspaces.PatchAsync(key, new() { ["suspend"] = false });
        await workspaces.UntilAsync(key, WorkspaceStage.Running);

        await cluster.Admin.DeleteAsync<ResearchWorkspace>(key, CancellationToken.None);
        await cluster.UntilGoneAsync<Pod>(pod.Key);
        var kept = await HomeAsync(project);
        Assert.Equal((volume.Metadata.Uid, "Bound"), (kept.Metadata.Uid, kept.Status!.Phase));
        await ClusterFixture.EventuallyAsync(
            async () => !(await cluster.Admin.ListAsync<PersistentVolume>(new(), CancellationToken.None)).Any(found => found.Metadata.Label(Labels.WorkspaceNamespace) == project),
            () => Task.FromResult("the data set's volume is left"));
        await cluster.UntilAsync<Dataset>(ObjectKey.Cluster(dataset), found => found.Metadata.Finalizers?.Contains(Dataset.InUseFinalizer) != true);
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_a_sentence_and_put_right_by_changing_it()
    {
        var project = await cluster.NewNamespaceAsync();
        await GrantOneAsync(project);
        var key = await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "2"));
        var refused = await workspaces.UntilAsync(key, WorkspaceStage.Refused);
        Assert.Contains("allows 1", Condition(refused, "WithinGrant").Message, StringComparison.Ordinal);

        await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "1") with { Until = "2020-01-01" });
        Assert.StartsWith("Its last day was 2020-01-01.", Condition(await workspaces.UntilAsync(key, WorkspaceStage.Ended), "Ready").Message, StringComparison.Ordinal);
        await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "1") with { Image = null, Platform = "cobol" });
        var unknown = await workspaces.UntilAsync(key, WorkspaceStage.Refused);
        Assert.Contains("There are the platforms cpp, java, pytorch, tensorflow.", Condition(unknown, "Ready").Message, StringComparison.Ordinal);
        // A zone that is none keeps what runs from nothing; it has not run yet.
        await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "1") with { TimeZone = "Europe/Atlantis" });
        Assert.Equal("UnknownTimeZone", Condition(await workspaces.UntilAsync(key, WorkspaceStage.Refused), "Ready").Reason);
        await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "1"));
        await workspaces.UntilAsync(key, WorkspaceStage.Running);
        Assert.Single((await cluster.Admin.ListAsync<PersistentVolumeClaim>(new() { Namespace = project }, CancellationToken.None)));
        await cluster.Admin.DeleteAsync<ResearchWorkspace>(key, CancellationToken.None);
    }

    [Fact]
    public async Task One_whose_grant_another_uses_is_told_by_whom_and_starts_by_itself_once_that_has_stopped()
    {
        var project = await cluster.NewNamespaceAsync();
        await GrantOneAsync(project);
        await cluster.UntilAsync<ResourceQuota>(new(project, "grant"), quota => quota.Status?.Used is not null);
        var first = await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "1"), "first");
        await workspaces.UntilAsync(first, WorkspaceStage.Running);
        var second = await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "1"), "second");
        var waiting = await cluster.UntilAsync<ResearchWorkspace>(second, found => found.Status?.Conditions?.Any(condition => condition.Reason == "GrantUsedUp") == true);
        Assert.StartsWith("1 of 1 habana.ai/gaudi of the project's grant are used (by the workspace \"first\")", Condition(waiting, "Ready").Message, StringComparison.Ordinal);
        await workspaces.PatchAsync(first, new() { ["suspend"] = true });
        await workspaces.UntilAsync(second, WorkspaceStage.Running);
        await cluster.Admin.DeleteAsync<ResearchWorkspace>(first, CancellationToken.None);
        await cluster.Admin.DeleteAsync<ResearchWorkspace>(second, CancellationToken.None);
    }

    [Fact]
    public async Task A_lesson_takes_its_devices_and_it_comes_back_by_itself_and_one_that_does_not_yield_is_refused()
    {
        var project = await cluster.NewNamespaceAsync();
        var key = await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "4") with { CheckpointMinutes = 1 });
        await workspaces.UntilAsync(key, WorkspaceStage.Running);

        // Five seats on the eight devices, some time ahead: it is told when it will go.
        var courses = await Courses.NewAsync(cluster);
        await courses.PutTemplateAsync(devices: new Dictionary<string, Quantity> { [Gaudi] = "1" }, timing: new() { DefaultLeadSeconds = 60, MaxLeadSeconds = 60 });
        await courses.PutAsync(spec => Workspaces.InLesson(courses, 300, 400));
        var told = await cluster.UntilAsync<ResearchWorkspace>(key, found => found.Status?.Yielding?.Lesson == "course/tp1");
        Assert.Equal(WorkspaceStage.Running, told.Status!.Stage);
        await cluster.UntilAsync<Pod>(new(project, told.Status.Pod!), pod => pod.Metadata.Annotation(Labels.EndsAt)?.EndsWith(" lesson", StringComparison.Ordinal) == true);

        // One that makes no room beside it.
        var firm = await workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "4") with { YieldsToLessons = false }, "firm");
        Assert.Contains("course/tp1", Condition(await workspaces.UntilAsync(firm, WorkspaceStage.Refused), "Admitted").Message, StringComparison.Ordinal);

        // The lesson is on: kube-scheduler preempts what is still there, or the planner stops it, whichever is first.
        await courses.PutAsync(spec => Workspaces.InLesson(courses, -10, 100));
        await courses.UntilReadyAsync("5/5");
        var away = await workspaces.UntilAsync(key, WorkspaceStage.Yielding);
        Assert.NotNull(away.Status!.LostSince);
        Assert.StartsWith("It makes room for course/tp1. It is back at", Condition(away, "Ready").Message, StringComparison.Ordinal);

        await courses.PutAsync(spec => Workspaces.InLesson(courses, -100, -1));
        var back = await workspaces.UntilAsync(key, WorkspaceStage.Running);
        Assert.True(back.Status!.LostSeconds >= 0);
        Assert.Null(back.Status.LostSince);
        // The calendar is free now: the other one is admitted.
        var admitted = await cluster.UntilAsync<ResearchWorkspace>(firm, found => found.Status?.Admitted is not null);
        Assert.Equal("Reserved", Condition(admitted, "Admitted").Reason);
        Assert.Equal(PriorityClasses.Reserved, (await workspaces.PodAsync(await workspaces.UntilAsync(firm, WorkspaceStage.Running)))!.Spec!.PriorityClassName);
        await cluster.Admin.DeleteAsync<ResearchWorkspace>(firm, CancellationToken.None);
        await cluster.Admin.DeleteAsync<ResearchWorkspace>(key, CancellationToken.None);
    }

    [Fact]
    public async Task Of_two_that_make_no_room_and_are_asked_for_at_once_one_is_admitted_and_named_to_the_other()
    {
        var project = await cluster.NewNamespaceAsync();
        for (var round = 0; round < 3; round++)
        {
            var keys = await Task.WhenAll(new[] { $"one-{round}", $"other-{round}" }.Select(name => workspaces.PutAsync(project, spec => Workspaces.With(spec, Gaudi, "8") with { YieldsToLessons = false }, name)));
            var found = await Task.WhenAll(keys.Select(key => cluster.UntilAsync<ResearchWorkspace>(key, workspace => workspace.Status?.Conditions?.Any(condition => condition.Type == "Admitted") == true)));
            var admitted = Assert.Single(found, workspace => workspace.Status!.Admitted is not null);
            Assert.Contains(admitted.Metadata.Name!, Condition(found.Single(workspace => workspace != admitted), "Admitted").Message, StringComparison.Ordinal);
            foreach (var key in keys) await cluster.Admin.DeleteAsync<ResearchWorkspace>(key, CancellationToken.None);
        }
    }

    [Fact]
    public async Task One_that_loses_its_pod_to_somebody_with_precedence_comes_back()
    {
        var project = await cluster.NewNamespaceAsync();
        var key = await workspaces.PutAsync(project, spec => spec with { Resources = new Dictionary<string, Quantity> { ["cpu"] = "10m", ["memory"] = "16Mi" } });
        var pod = await workspaces.PodAsync(await workspaces.UntilAsync(key, WorkspaceStage.Running));
        // As kube-scheduler does to a victim.
        await cluster.Admin.DeleteAsync<Pod>(pod!.Key, CancellationToken.None);
        await cluster.UntilAsync<Pod>(pod.Key, found => found.Metadata.Uid != pod.Metadata.Uid);
        await workspaces.UntilAsync(key, WorkspaceStage.Running);
    }

    [Fact]
    public async Task The_command_line_lists_stops_starts_and_extends_a_workspace_and_tells_how_it_is()
    {
        var project = await cluster.NewNamespaceAsync();
        var key = await workspaces.PutAsync(project, spec => spec, $"cli-{project[^6..]}");
        await workspaces.UntilAsync(key, WorkspaceStage.Running);
        var reader = new ClusterReader(new("tests"), cluster.Cluster.KubeconfigPath, null, TimeProvider.System);
        var change = new WorkspaceChange(reader, TimeProvider.System);

        await change.StopAsync(key.Name, null, TextWriter.Null, CancellationToken.None);
        await workspaces.UntilAsync(key, WorkspaceStage.Suspended);
        await change.StartAsync(key.Name, project, TextWriter.Null, CancellationToken.None);
        Assert.NotNull((await workspaces.UntilAsync(key, WorkspaceStage.Running)).Spec.StartedAt);
        var until = DateTime.UtcNow.AddYears(2).ToString("yyyy-MM-dd");
        await change.ExtendAsync(key.Name, null, until, TextWriter.Null, CancellationToken.None);
        Assert.Equal(until, (await workspaces.UntilAsync(key, WorkspaceStage.Running)).Spec.Until);
        await Assert.ThrowsAsync<UserMistakeException>(() => change.ExtendAsync(key.Name, null, "2020-01-01", TextWriter.Null, CancellationToken.None));
        await Assert.ThrowsAsync<UserMistakeException>(() => change.StopAsync("nobody's", null, TextWriter.Null, CancellationToken.None));

        await using var json = new StringWriter();
        await new WorkspaceList(reader).RunAsync(asJson: true, json, CancellationToken.None);
        Assert.Contains(JsonNode.Parse(json.ToString())!.AsArray(), item => item!["metadata"]!["name"]!.GetValue<string>() == key.Name);
        await using var output = new StringWriter();
        await new WorkspaceList(reader).RunAsync(asJson: false, output, CancellationToken.None);
        await new WorkspaceReport(reader, TimeProvider.System).StatusAsync(key.Name, null, asJson: false, output, CancellationToken.None);
        Assert.Contains(key.Name, output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Admitted: It makes room when lessons need what it holds", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_log_is_asked_of_its_node_and_where_there_is_none_a_sentence_says_why()
    {
        var project = await cluster.NewNamespaceAsync();
        var key = await workspaces.PutAsync(project, spec => spec, $"log-{project[^6..]}");
        var pod = await workspaces.PodAsync(await workspaces.UntilAsync(key, WorkspaceStage.Running));
        var report = new WorkspaceReport(new ClusterReader(new("tests"), cluster.Cluster.KubeconfigPath, null, TimeProvider.System), TimeProvider.System);
        // The simulated node has no kubelet to ask.
        var unread = await Assert.ThrowsAsync<UserMistakeException>(() => report.LogsAsync(key.Name, null, 100, TextWriter.Null, CancellationToken.None));
        Assert.StartsWith($"The log of {key.Name} cannot be read: ", unread.Message, StringComparison.Ordinal);

        await workspaces.PatchAsync(key, new() { ["suspend"] = true });
        await workspaces.UntilAsync(key, WorkspaceStage.Suspended);
        await cluster.UntilGoneAsync<Pod>(pod!.Key);
        var away = await Assert.ThrowsAsync<UserMistakeException>(() => report.LogsAsync(key.Name, project, 100, TextWriter.Null, CancellationToken.None));
        Assert.Equal($"{key.Name} does not run now, so there is no log. 'mesonet workspace status {key.Name}' tells why.", away.Message);
        await Assert.ThrowsAsync<UserMistakeException>(() => report.LogsAsync("nobodys", null, 100, TextWriter.Null, CancellationToken.None));
    }

    private Task<PersistentVolumeClaim> HomeAsync(string project) => cluster.Admin.GetAsync<PersistentVolumeClaim>(new(project, "these-homes"), CancellationToken.None);

    /// <summary>Grants a project one device.</summary>
    private Task GrantOneAsync(string project) => cluster.Admin.ApplyManifestAsync(KubernetesYaml.ReadDocuments($$"""
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: grant, namespace: {{project}}}
        spec: {hard: {requests.habana.ai/gaudi: '1'} }
        """)[0], "test", CancellationToken.None);

    private static Condition Condition(ResearchWorkspace workspace, string type) => workspace.Status!.Conditions!.Single(condition => condition.Type == type);
}
