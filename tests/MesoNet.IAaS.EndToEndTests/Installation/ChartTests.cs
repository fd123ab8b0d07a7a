using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.EndToEndTests.Pages;
using MesoNet.IAaS.LocalCluster.Prerequisites;
using MesoNet.IAaS.LocalCluster.Processes;
using Microsoft.Playwright;

namespace MesoNet.IAaS.EndToEndTests.Installation;

/// <summary>MesoNet installed by its chart in a cluster that has nothing of it, as docs/install.md says: all of it runs in pods.</summary>
[Collection("the chart")]
public sealed class ChartTests : IAsyncLifetime
{
    private const string Portal = "http://portal.mesonet.test";
    private const string Namespace = "course-installed";

    // Beside the other tests' cluster.
    private static readonly string Name = $"c{LocalClassroom.Name}";

    private string helm = "";

    public async ValueTask InitializeAsync()
    {
        helm = await Helm.FolderAsync();
        await RunAsync("./mesonet down --purge");
    }

    public async ValueTask DisposeAsync() => await RunAsync("./mesonet down --purge");

    [Fact]
    public async Task A_site_installs_the_chart_and_a_student_works_through_the_gateways_pods()
    {
        var commands = await Guide.CommandsAsync("docs/install.md");
        Assert.Contains("./mesonet up --bare", commands);
        var installed = await RunAsync(string.Join('\n', commands));
        var images = await RunAsync("./mesonet images");
        foreach (var image in new[] { "gateway", "mesonet" }) Assert.Contains($"localhost/mesonet/{image}:", images, StringComparison.Ordinal);
        var adminLink = installed.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith(Portal, adminLink, StringComparison.Ordinal);

        await KubectlAsync($"apply -f - <<'MANIFESTS'\n{Course}\nMANIFESTS");
        var pod = (await KubectlAsync("get pods -n mesonet-system -l app.kubernetes.io/name=mesonet-portal -o jsonpath='{.items[0].metadata.name} {.items[0].status.podIP}'")).Split(' ');
        // As the site's DNS would: both names lead to the gateway.
        await using var browser = await Browser.StartAsync($"--host-resolver-rules=MAP *.mesonet.test {pod[1]}:8080");

        var admin = await browser.OpenAsync("en-GB");
        await admin.GotoAsync(adminLink);
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                // The page lists the courses of its moment.
                await admin.ReloadAsync();
                return await admin.GetByRole(AriaRole.Link, new() { Name = "installed" }).IsVisibleAsync();
            },
            () => admin.ContentAsync());

        var student = await browser.OpenAsync();
        await student.GotoAsync(await RunAsync($"./mesonet link student01 --portal {Portal}"));
        await NotebookPage.OpenAsync(student);
        Assert.EndsWith(".notebooks.mesonet.test", new Uri(student.Url).Host, StringComparison.Ordinal);
        await NotebookPage.NewNotebookAsync(student);
        await NotebookPage.RunAsync(student, "print(6 * 7, 'ok')");
        await NotebookPage.HasPrintedAsync(student, "42 ok");

        await PortalDiesAsync(pod[0]);
        await NotebookPage.RunAsync(student, "print(7 * 8, 'still')");
        await NotebookPage.HasPrintedAsync(student, "56 still");

        await RunAsync("KUBECONFIG=artifacts/kubeconfig helm uninstall mesonet --namespace mesonet-system --wait");
        Assert.Equal("Ready", await KubectlAsync($"get seats -n {Namespace} -o jsonpath='{{.items[0].status.state}}'"));
        Assert.Equal("Running", await KubectlAsync($"get pods -n {Namespace} -l app.kubernetes.io/component=seat -o jsonpath='{{.items[0].status.phase}}'"));
    }

    /// <summary>The portal's container dies, nginx beside it does not, and the portal comes back.</summary>
    private async Task PortalDiesAsync(string pod)
    {
        await KubectlAsync($"exec -n mesonet-system {pod} -c portal -- sh -c '(sleep 1; kill 1) >/dev/null 2>&1 &'");
        JsonNode? seen = null;
        await LocalClassroom.EventuallyAsync(
            async () =>
            {
                seen = JsonNode.Parse(await KubectlAsync($"get pod -n mesonet-system {pod} -o json"))!;
                var containers = seen["status"]!["containerStatuses"]!.AsArray().ToDictionary(status => status!["name"]!.GetValue<string>());
                Assert.Equal(0, containers["gateway"]!["restartCount"]!.GetValue<int>());
                return containers["portal"]!["restartCount"]!.GetValue<int>() == 1 && containers["portal"]!["ready"]!.GetValue<bool>();
            },
            () => Task.FromResult(seen?["status"]?.ToJsonString() ?? ""));
    }

    private Task<string> KubectlAsync(string arguments) => RunAsync($"./mesonet kubectl {arguments}");

    /// <summary>What somebody types at the root of the repository, with Helm at hand; all of it must succeed.</summary>
    private async Task<string> RunAsync(string script)
    {
        var kubectl = Path.GetDirectoryName(KubernetesBinaries.KubectlFor(LocalSite.CacheFolder));
        var result = await Command.TryRunAsync(
            "bash", ["-euo", "pipefail", "-c", $"cd '{LocalSite.RepositoryRoot}'\n{script}"], CancellationToken.None,
            environment: new Dictionary<string, string> { ["MESONET_CLUSTER"] = Name, ["PATH"] = $"{helm}:{kubectl}:{Environment.GetEnvironmentVariable("PATH")}" });
        Assert.True(result.ExitCode == 0, $"{script}\n{result.Output}\n{result.Errors}");
        return result.Output.Trim();
    }

    private const string Course = $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{Namespace}} }
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: CourseTemplate
        metadata: {name: installed}
        spec:
          title: Installé
          image: localhost/mesonet/pytorch:2.6
          resources:
            lesson: {cpu: 100m, memory: 800Mi}
            handIn: {cpu: 50m, memory: 600Mi}
        ---
        apiVersion: mesonet.fr/v1alpha1
        kind: ClassroomEnvironment
        metadata: {name: installed, namespace: {{Namespace}} }
        spec:
          template: {name: installed}
          timeZone: Etc/UTC
          storage: {size: 1Gi}
          students: [{login: student01}]
        """;
}
