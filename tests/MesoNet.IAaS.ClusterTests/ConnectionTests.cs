using System.Net;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Ways to reach an API server, and ways that must not work.</summary>
public sealed class ConnectionTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_credential_plugin_may_give_the_client_certificate()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var admin = Kubeconfig.Load(cluster.Cluster.KubeconfigPath);
        var user = admin.Users[0].User;
        var credential = new System.Text.Json.Nodes.JsonObject
        {
            ["apiVersion"] = "client.authentication.k8s.io/v1", ["kind"] = "ExecCredential",
            ["status"] = new System.Text.Json.Nodes.JsonObject
            {
                ["clientCertificateData"] = System.Text.Encoding.UTF8.GetString(user.ClientCertificateData!),
                ["clientKeyData"] = System.Text.Encoding.UTF8.GetString(user.ClientKeyData!),
            },
        };
        var file = Path.Combine(folder, "credential.json");
        await File.WriteAllTextAsync(file, credential.ToJsonString());
        var byPlugin = admin with { Users = [new(admin.Users[0].Name, new() { Exec = new() { Command = "cat", Args = [file] } })] };
        using var client = new KubernetesClient(await KubernetesConnection.FromKubeconfig(byPlugin), TimeProvider.System);
        Assert.NotEmpty(await client.ListAsync<Namespace>(new(), CancellationToken.None));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_service_accounts_token_is_read_from_its_file()
    {
        var @namespace = await cluster.NewNamespaceAsync();
        var request = """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["https://kubernetes.default.svc"]}}""";
        using var handler = cluster.AdminConnection.CreateHandler(TimeProvider.System);
        using var http = new HttpClient(handler);
        var answer = await http.PostAsync(
            new Uri(cluster.AdminConnection.Server, $"/api/v1/namespaces/{@namespace}/serviceaccounts/default/token"),
            new StringContent(request, System.Text.Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
        var token = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["status"]!["token"]!.GetValue<string>();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, token);
        var admin = Kubeconfig.Load(cluster.Cluster.KubeconfigPath);
        var byToken = admin with { Users = [new(admin.Users[0].Name, new() { TokenFile = file })] };
        using var client = new KubernetesClient(await KubernetesConnection.FromKubeconfig(byToken), TimeProvider.System);
        // It is who it is, and may nothing: refused as a known user, not as an unknown one.
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => client.ListAsync<Namespace>(new(), CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, exception.StatusCode);
        Assert.Contains($"system:serviceaccount:{@namespace}:default", exception.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task Nobody_gets_in_without_credentials()
    {
        var admin = Kubeconfig.Load(cluster.Cluster.KubeconfigPath);
        var anonymous = admin with { Users = [new(admin.Users[0].Name, new())] };
        using var client = new KubernetesClient(await KubernetesConnection.FromKubeconfig(anonymous), TimeProvider.System);
        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => client.ListAsync<Namespace>(new(), CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, exception.StatusCode);
    }

    [Fact]
    public async Task A_server_that_another_authority_vouches_for_is_not_trusted()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var stranger = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=stranger", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var client = new KubernetesClient(cluster.AdminConnection with { Authorities = [stranger] }, TimeProvider.System);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.ListAsync<Namespace>(new(), CancellationToken.None));
    }

    [Fact]
    public async Task A_server_of_another_name_is_not_trusted()
    {
        using var client = new KubernetesClient(cluster.AdminConnection with { TlsServerName = "somebody.else" }, TimeProvider.System);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.ListAsync<Namespace>(new(), CancellationToken.None));
    }
}
