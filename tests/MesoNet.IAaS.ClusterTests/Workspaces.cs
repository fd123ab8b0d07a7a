using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Research workspaces of a test's own.</summary>
internal sealed class Workspaces(ClusterFixture cluster)
{
    /// <summary>Makes or changes a workspace that asks for hardly anything, but for what a test changes.</summary>
    public async Task<ObjectKey> PutAsync(string project, Func<ResearchWorkspaceSpec, ResearchWorkspaceSpec> change, string name = "these")
    {
        var spec = new ResearchWorkspaceSpec
        {
            Owner = "adele", Image = "image:1", Until = DateTime.UtcNow.AddYears(1).ToString("yyyy-MM-dd"), TimeZone = "Etc/UTC", Storage = new() { Size = "1Gi" },
            Resources = new Dictionary<string, Quantity> { ["cpu"] = "10m", ["memory"] = "16Mi" },
        };
        var workspace = await cluster.Admin.ApplyAsync(new ResearchWorkspace { Metadata = new() { Name = name, Namespace = project }, Spec = change(spec) }, "test", force: true, CancellationToken.None);
        return workspace.Key;
    }

    public Task<ResearchWorkspace> PatchAsync(ObjectKey key, JsonObject spec) => cluster.Admin.MergePatchAsync<ResearchWorkspace>(key, new() { ["spec"] = spec }, CancellationToken.None);

    /// <summary>The same with devices.</summary>
    public static ResearchWorkspaceSpec With(ResearchWorkspaceSpec spec, string device, string count) =>
        spec with { Resources = new Dictionary<string, Quantity>(spec.Resources) { [device] = count } };

    public Task<ResearchWorkspace> UntilAsync(ObjectKey key, WorkspaceStage stage) => cluster.UntilAsync<ResearchWorkspace>(
        key, found => found.Status?.ObservedGeneration == found.Metadata.Generation && found.Status?.Stage == stage);

    public Task<Pod?> PodAsync(ResearchWorkspace workspace) => cluster.Admin.FindAsync<Pod>(new(workspace.Metadata.Namespace!, workspace.Status!.Pod!), CancellationToken.None);

    /// <summary>A course of five students whose lesson begins and ends so many minutes from now.</summary>
    public static ClassroomEnvironmentSpec InLesson(Courses courses, int from, int until)
    {
        var now = DateTime.UtcNow;
        return courses.Spec("student01", "student02", "student03", "student04", "student05") with
        {
            TimeZone = "Etc/UTC",
            Lessons = [new() { Name = "tp1", Start = now.AddMinutes(from).ToString("yyyy-MM-dd'T'HH:mm"), End = now.AddMinutes(until).ToString("yyyy-MM-dd'T'HH:mm") }],
        };
    }
}
