using System.Net;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Up;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.LocalCluster.Gateway;

namespace MesoNet.IAaS.EndToEndTests.Installation;

/// <summary>What the chart makes of a site's values, as Helm renders it.</summary>
[Collection("the chart")]
public sealed class ChartTemplateTests
{
    private static readonly string[] Site = ["--set", "publicUrl=https://portal.example.org", "--set", "seatsDomain=notebooks.example.org:8443"];

    [Fact]
    public async Task The_gateway_of_the_chart_is_configured_as_that_of_a_local_cluster()
    {
        var objects = await RenderAsync([.. Site, "--set", "gateway.trustedProxies={192.0.2.0/24,2001:db8::/32}", "--set", "gateway.workers=3"]);
        var expected = new GatewayConfiguration
        {
            Listen = new(IPAddress.Any, 8080), Portal = new(IPAddress.Loopback, 8081), PortalHost = "portal.example.org", SeatsDomain = "notebooks.example.org", Workers = 3,
            TrustedProxies = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")], RunFolder = "/run/mesonet", AccessLog = "/dev/stdout",
        }.Fill(await File.ReadAllTextAsync(Path.Combine(LocalSite.RepositoryRoot, "images", "gateway", "nginx.conf")));
        Assert.Equal(expected.TrimEnd(), Find(objects, "ConfigMap", "mesonet-gateway")["data"]!["nginx.conf"]!.GetValue<string>().TrimEnd());
    }

    [Fact]
    public async Task The_service_accounts_have_the_rights_of_a_local_clusters_operator_and_portal_and_no_others()
    {
        var objects = await RenderAsync(Site);
        foreach (var (part, project) in new[] { ("operator", "Operator"), ("portal", "Portal") })
        {
            var written = KubernetesYaml.ReadDocuments(await File.ReadAllTextAsync(Path.Combine(LocalSite.RepositoryRoot, "src", $"MesoNet.IAaS.{project}", "Access", $"{part}-rbac.yaml")));
            foreach (var document in written.Where(document => document["rules"] is not null))
                Assert.Equal(document["rules"]!.ToJsonString(), Find(objects, document["kind"]!.GetValue<string>(), document["metadata"]!["name"]!.GetValue<string>())["rules"]!.ToJsonString());
            var bindings = objects.Where(found => found["subjects"] is not null && found["roleRef"]!["name"]!.GetValue<string>().StartsWith($"mesonet-{part}", StringComparison.Ordinal)).ToList();
            Assert.Equal(2, bindings.Count);
            Assert.All(bindings, binding => Assert.Equal($$"""[{"kind":"ServiceAccount","name":"mesonet-{{part}}","namespace":"mesonet-system"}]""", binding["subjects"]!.ToJsonString()));
        }

        Assert.Equal(4, objects.Count(found => found["kind"]!.GetValue<string>() is "ClusterRoleBinding" or "RoleBinding"));
    }

    [Fact]
    public async Task Its_images_bear_the_programs_version()
    {
        var objects = await RenderAsync(Site);
        var images = objects.Where(found => found["kind"]!.GetValue<string>() == "Deployment")
            .SelectMany(deployment => deployment["spec"]!["template"]!["spec"]!["containers"]!.AsArray()).Select(container => container!["image"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal([$"localhost/mesonet/gateway:{ClusterParts.Version}", $"localhost/mesonet/mesonet:{ClusterParts.Version}"], images);
    }

    [Fact]
    public async Task Sign_in_networks_and_roles_reach_the_portal()
    {
        var objects = await RenderAsync([
            .. Site, "--set", "networks.teaching={192.0.2.0/24,198.51.100.0/24}", "--set", "portal.oidc.authority=https://sso.example.org/realms/site", "--set", "portal.oidc.clientId=mesonet",
            "--set", "portal.oidc.clientSecretName=oidc", "--set", "portal.oidc.roles.teacher={enseignants,vacataires}",
        ]);
        var containers = Find(objects, "Deployment", "mesonet-portal")["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        var arguments = containers.Single(container => container!["name"]!.GetValue<string>() == "portal")!["args"]!.AsArray().Select(argument => argument!.GetValue<string>()).ToList();
        foreach (var expected in new[]
        {
            "--network=teaching=192.0.2.0/24,198.51.100.0/24", "--oidc-authority=https://sso.example.org/realms/site", "--oidc-client-id=mesonet",
            "--oidc-client-secret-file=/run/secrets/oidc/client-secret", "--role=teacher=enseignants", "--role=teacher=vacataires",
        }) Assert.Contains(expected, arguments);
    }

    [Fact]
    public async Task The_guides_example_of_a_sites_values_is_taken()
    {
        var values = Path.Combine(Path.GetTempPath(), $"mesonet-site-{Guid.NewGuid():N}.yaml");
        await File.WriteAllLinesAsync(values, await Guide.LinesAsync("docs/install.md", "yaml"));
        try
        {
            var objects = await RenderAsync(["--values", values]);
            var ingress = Find(objects, "Ingress", "mesonet-gateway");
            Assert.Equal(["portal.example.org", "*.notebooks.example.org"], ingress["spec"]!["rules"]!.AsArray().Select(rule => rule!["host"]!.GetValue<string>()));
            Assert.Contains("set_real_ip_from 192.0.2.64/28;", Find(objects, "ConfigMap", "mesonet-gateway")["data"]!["nginx.conf"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.StartsWith("registry.example.org/mesonet/", Find(objects, "Deployment", "mesonet-operator")["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(values);
        }
    }

    [Theory]
    [InlineData("add --namespace mesonet-system", "--namespace", "elsewhere")]
    [InlineData("publicUrl must be the portal as browsers see it, without a path, such as https://portal.example.org; it is \"portal.example.org\".", "--set", "publicUrl=portal.example.org")]
    [InlineData("seatsDomain must be the domain below which each notebook has a host of its own, such as notebooks.example.org; it is \"*.example.org\".", "--set", "seatsDomain=*.example.org")]
    [InlineData("\"192.0.2.1\" is no network; write it as 192.0.2.0/24 or 2001:db8::/32.", "--set", "networks.teaching={192.0.2.1}")]
    [InlineData("kubernetesApi must be an address with a port, such as https://192.0.2.1:6443, or empty; it is \"192.0.2.1\".", "--set", "kubernetesApi=192.0.2.1")]
    [InlineData("portal.oidc.authority needs portal.oidc.clientId and portal.oidc.clientSecretName beside it.", "--set", "portal.oidc.authority=https://sso.example.org")]
    [InlineData("\"10.0.0.1/99\" is no network", "--set", "gateway.trustedProxies={10.0.0.1/99}")]
    [InlineData("seatsDomain must be another name than the portal's", "--set", "seatsDomain=portal.example.org")]
    [InlineData("behind an Ingress all come from its controller: name that in gateway.trustedProxies.", "--set", "networks.teaching={192.0.2.0/24},ingress.enabled=true")]
    [InlineData("gateway.listen: Does not match pattern", "--set", "gateway.listen=localhost")]
    [InlineData("Additional property publicURL is not allowed", "--set", "publicURL=https://portal.example.org")]
    public async Task A_mistake_in_the_values_is_told_with_what_to_change(string sentence, params string[] arguments)
    {
        var rendered = await Helm.TryAsync(["template", "mesonet", Helm.Chart, "--namespace", "mesonet-system", .. Site, .. arguments]);
        Assert.NotEqual(0, rendered.ExitCode);
        Assert.Contains(sentence, rendered.Errors, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<JsonNode>> RenderAsync(IReadOnlyList<string> arguments)
    {
        var rendered = await Helm.TryAsync(["template", "mesonet", Helm.Chart, "--namespace", "mesonet-system", .. arguments]);
        Assert.True(rendered.ExitCode == 0, rendered.Errors);
        return [.. KubernetesYaml.ReadDocuments(rendered.Output)];
    }

    private static JsonNode Find(IEnumerable<JsonNode> objects, string kind, string name) =>
        objects.Single(found => found["kind"]!.GetValue<string>() == kind && found["metadata"]!["name"]!.GetValue<string>() == name);
}
