using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Research;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>A research workspace of a test's own, in a project's namespace.</summary>
/// <param name="project">The project; its namespace is <c>project-PROJECT</c>.</param>
/// <param name="name">The workspace.</param>
internal sealed class OwnWorkspace(string project, string name)
{
    public string Namespace => $"project-{project}";

    /// <summary>Its project's namespace and itself: PyTorch without a card, for a year.</summary>
    /// <param name="more">A line more of its spec.</param>
    public string Manifest(string more = "") => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ResearchWorkspace
        metadata: {name: {{name}}, namespace: {{Namespace}} }
        spec:
          owner: adele
          platform: pytorch
          resources: {cpu: 50m, memory: 800Mi}
          storage: {size: 1Gi}
          timeZone: Etc/UTC
          until: "{{DateTime.UtcNow.AddYears(1):yyyy-MM-dd}}"
          {{more}}
        """;

    /// <summary>Waits until it is as it should be.</summary>
    public async Task<ResearchWorkspace> UntilAsync(Func<ResearchWorkspace, bool> isAsItShould, TimeSpan? patience = null)
    {
        ResearchWorkspace? last = null;
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                var got = await LocalClassroom.KubectlAsync("get", "rw", "-n", Namespace, name, "-o", "json");
                last = got.ExitCode == 0 ? KubernetesJson.Read<ResearchWorkspace>(Encoding.UTF8.GetBytes(got.Output)) : null;
                return last?.Status?.Conditions is not null && isAsItShould(last);
            },
            async () => $"{(last is null ? "there is no such workspace" : KubernetesYaml.Write(last))}\n{(await LocalClassroom.KubectlAsync("describe", "pods,jobs", "-n", Namespace)).Output}",
            patience);
        return last!;
    }

    public static Condition Condition(ResearchWorkspace workspace, string type) => workspace.Status!.Conditions!.Single(condition => condition.Type == type);

    /// <summary>Its pod; null where there is none.</summary>
    public async Task<JsonNode?> PodAsync() =>
        JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "pods", "-n", Namespace, "-l", $"app.kubernetes.io/component=workspace,mesonet.fr/workspace={name}", "-o", "json")).Output)!["items"]!.AsArray().SingleOrDefault();

    /// <summary>Its JupyterLab, as whoever has its token reaches it from the node.</summary>
    public async Task<StudentNotebook> NotebookAsync(HttpClient http)
    {
        var pod = await PodAsync() ?? throw new InvalidOperationException($"{name} has no pod.");
        var podName = pod["metadata"]!["name"]!.GetValue<string>();
        var secret = JsonNode.Parse((await LocalClassroom.KubectlAsync("get", "secret", "-n", Namespace, $"{name}-tokens", "-o", "json")).Output)!;
        var token = Encoding.ASCII.GetString(Convert.FromBase64String(secret["data"]![podName]!.GetValue<string>()));
        return new(http, new($"http://{pod["status"]!["podIP"]!.GetValue<string>()}:8888/s/{name}/{podName}/lab?token={token}"));
    }
}
