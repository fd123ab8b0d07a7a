using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Naming;
using MesoNet.IAaS.Resources.Research;
using NodaTime;
using static MesoNet.IAaS.UnitTests.Planning.Capacity.Site;
using static MesoNet.IAaS.UnitTests.Planning.Research.ResearchSite;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>Workspaces of one project share its grant: one that finds it used says by whom, waits, and starts by itself.</summary>
public sealed class WorkspaceGrantTests
{
    private const string Gpu = "nvidia.com/gpu";

    [Fact]
    public void One_whose_grant_others_use_says_by_whom_and_starts_by_itself_once_there_is_room()
    {
        var site = new ResearchSite(Of(gpus: "1"), Node("node", (Gpu, "8")), Grant(Counted(Gpu, "4", "4")), Of("first", "3"), PodOf("first"), Of("second", "1"), PodOf("second"), Of("third", "1"));
        site.Settle(Now);
        Assert.Equal((WorkspaceStage.Starting, "GrantUsedUp"), (site.Stage, site.Condition("Ready").Reason));
        Assert.Equal(
            "4 of 4 nvidia.com/gpu of the project's grant are used (by the workspaces \"first\", \"second\"), and it asks for 1 nvidia.com/gpu. It starts by itself once enough of that has stopped; or ask the administrator for a larger grant.",
            site.Condition("Ready").Message);
        Assert.Equal(("True", "WithinGrant"), (site.Condition("WithinGrant").Status, site.Condition("WithinGrant").Reason));
        Assert.Null(site.CurrentPod);
        Assert.Single(site.All<PersistentVolumeClaim>());

        site.Put(Grant(Counted(Gpu, "4", "3")));
        site.Settle(Now + Duration.FromHours(1));
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void Each_resource_of_which_too_little_is_left_is_told_and_who_uses_none_of_it_is_not_named()
    {
        var site = new ResearchSite(
            Of(gpus: "2"), Node("node", (Gpu, "8")), Grant(Counted(Gpu, "4", "3"), Counted("memory", "64Gi", "60Gi"), Counted("cpu", "8", "4")),
            Of("first", "3"), PodOf("first"));
        site.Settle(Now);
        Assert.StartsWith(
            "60Gi of 64Gi memory and 3 of 4 nvidia.com/gpu of the project's grant are used (by the workspace \"first\"), and it asks for 16Gi memory and 2 nvidia.com/gpu.",
            site.Condition("Ready").Message, StringComparison.Ordinal);
        var beside = new ResearchSite(Of(gpus: "2"), Node("node", (Gpu, "8")), Grant(Counted(Gpu, "4", "3")), Of("first", "0"), PodOf("first"));
        beside.Settle(Now);
        Assert.StartsWith("3 of 4 nvidia.com/gpu of the project's grant are used, and it asks for 2 nvidia.com/gpu.", beside.Condition("Ready").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_uses_of_the_grant_itself_is_no_problem()
    {
        var site = new ResearchSite(Of(), Node("node", (Gpu, "8")), Grant(Counted(Gpu, "4", "0")));
        site.Settle(Now);
        site.Put(Grant(Counted(Gpu, "4", "4")));
        site.Settle(Now + Duration.FromMinutes(1));
        Assert.Equal([WorkspaceStage.Running], site.Stages.SkipWhile(stage => stage == WorkspaceStage.Starting).Distinct());
    }

    [Fact]
    public void A_grant_for_some_pods_only_is_left_to_the_API_server()
    {
        var quota = Grant(Counted(Gpu, "4", "4"));
        var site = new ResearchSite(Of(), Node("node", (Gpu, "8")), quota with { Spec = quota.Spec! with { ScopeSelector = new() { MatchExpressions = [new() { ScopeName = "PriorityClass" }] } } });
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
        site.Put(quota with { Spec = quota.Spec! with { Scopes = ["BestEffort"] } });
        site.Change(spec => spec with { Suspend = true });
        site.Settle(Now);
        site.Change(spec => spec with { Suspend = false });
        site.Settle(Now);
        Assert.Equal(WorkspaceStage.Running, site.Stage);
    }

    [Fact]
    public void Waiting_for_others_of_its_project_is_not_time_lost_to_a_lesson()
    {
        var (bell, end) = (Instant.FromUtc(2026, 11, 23, 13, 0), Instant.FromUtc(2026, 11, 23, 16, 0));
        var site = new ResearchSite(
            Of(), Node("node", (Gpu, "8")), Template("gpu", Gpu), Course("deep", "gpu", 1, 8, Lesson("tp1", "2026-11-23T14:00", "2026-11-23T17:00")), Grant(Counted(Gpu, "4", "0")));
        foreach (var _ in site.Follow(Now, bell))
        {
        }

        Assert.NotNull(site.Workspace.Status!.LostSince);
        site.Put(Grant(Counted(Gpu, "4", "4")));
        site.Settle(end);
        Assert.Equal((WorkspaceStage.Starting, "GrantUsedUp"), (site.Stage, site.Condition("Ready").Reason));
        var lost = site.Workspace.Status!.LostSeconds;
        Assert.Equal((long)(end - (bell - Duration.FromMinutes(11))).TotalSeconds, lost);
        site.Put(Grant(Counted(Gpu, "4", "0")));
        site.Settle(end + Duration.FromHours(5));
        Assert.Equal((WorkspaceStage.Running, lost, null), (site.Stage, site.Workspace.Status!.LostSeconds, site.Workspace.Status.LostSince));
    }

    [Fact]
    public void The_workspaces_of_the_sample_fit_in_its_grant_all_at_once()
    {
        var documents = Directory.EnumerateFiles(Sample(), "*.yaml").SelectMany(file => KubernetesYaml.ReadDocuments(File.ReadAllText(file))).ToList();
        var asked = documents.Where(document => IsOf(document, "ResearchWorkspace")).Select(document => KubernetesYaml.Read<ResearchWorkspace>(KubernetesYaml.WriteNode(document)).Spec).ToList();
        var grant = KubernetesYaml.Read<ResourceQuota>(KubernetesYaml.WriteNode(documents.Single(document => IsOf(document, "ResourceQuota")))).Spec!.Hard!;
        Assert.True(asked.Count > 1);
        foreach (var resource in asked.SelectMany(spec => spec.Resources.Keys).Distinct(StringComparer.Ordinal))
            Assert.InRange(asked.Sum(spec => spec.Resources.GetValueOrDefault(resource).Value), 0, grant[$"requests.{resource}"].Value);
        Assert.InRange(asked.Sum(spec => spec.Storage!.Size!.Value.Value), 0, grant["requests.storage"].Value);

        static bool IsOf(JsonNode document, string kind) => document["kind"]?.GetValue<string>() == kind;
    }

    private static (string Resource, Quantity Hard, Quantity Used) Counted(string resource, string hard, string used) => ($"requests.{resource}", hard, used);

    private static ResourceQuota Grant(params (string Resource, Quantity Hard, Quantity Used)[] counted)
    {
        var hard = counted.ToDictionary(count => count.Resource, count => count.Hard);
        return new()
        {
            Metadata = new() { Name = "grant", Namespace = "project-test" }, Spec = new() { Hard = hard },
            Status = new() { Hard = hard, Used = counted.ToDictionary(count => count.Resource, count => count.Used) },
        };
    }

    private static Pod PodOf(string workspace) => new()
    {
        Metadata = new()
        {
            Name = ObjectNames.Workspace("project-test", workspace), Namespace = "project-test",
            Labels = new Dictionary<string, string> { [Labels.Component] = "workspace", [Labels.Workspace] = workspace },
        },
    };

    private static string Sample([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../../samples/research-workspace"));
}
