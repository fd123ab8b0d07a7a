using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.LocalCluster.Certificates;

/// <summary>All certificates and kubeconfigs of one cluster, as files in one folder.</summary>
public sealed class ClusterCertificates
{
    /// <summary>Makes what is missing: the authority is kept over restarts, everything else is issued anew.</summary>
    /// <param name="folder">Where the files go.</param>
    /// <param name="apiServer">The API server's address.</param>
    /// <param name="addresses">Further names and addresses its certificate is good for.</param>
    /// <param name="time">The clock that validity starts from.</param>
    public ClusterCertificates(string folder, Uri apiServer, IReadOnlyList<string> addresses, TimeProvider time)
    {
        Folder = folder;
        ApiServer = apiServer;
        Directory.CreateDirectory(folder);
        Authority = CertificateAuthority.LoadOrCreate(folder, time);
        string[] hosts = ["localhost", "127.0.0.1", "kubernetes", "kubernetes.default", "kubernetes.default.svc", .. addresses];
        Authority.IssueServer("etcd", ["localhost", "127.0.0.1"]).Save(folder, "etcd");
        Authority.IssueServer("kube-apiserver", hosts).Save(folder, "apiserver");
        Authority.IssueClient("kube-apiserver-kubelet-client", "system:masters").Save(folder, "apiserver-kubelet-client");
        Authority.IssueServer("system:node:localhost", ["localhost", "127.0.0.1"], "system:nodes").Save(folder, "kubelet");
        if (!File.Exists(PathOf("service-account.key")))
        {
            using var key = RSA.Create(2048);
            new CertificatePair("", key.ExportPkcs8PrivateKeyPem()).Save(folder, "service-account");
            File.WriteAllText(PathOf("service-account.pub"), key.ExportSubjectPublicKeyInfoPem());
        }

        WriteKubeconfig("admin", "mesonet-admin", "system:masters");
        WriteKubeconfig("kube-controller-manager", "system:kube-controller-manager");
        WriteKubeconfig("kube-scheduler", "system:kube-scheduler");
        WriteKubeconfig("kubelet", "system:node:localhost", "system:nodes");
    }

    /// <summary>Where the files are.</summary>
    public string Folder { get; }

    /// <summary>The API server's address.</summary>
    public Uri ApiServer { get; }

    /// <summary>The cluster's certificate authority, for whatever else it is to vouch for.</summary>
    public CertificateAuthority Authority { get; }

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>The path of a kubeconfig written by <see cref="WriteKubeconfig"/>.</summary>
    public string KubeconfigOf(string name) => PathOf($"{name}.kubeconfig");

    /// <summary>Issues a client certificate and writes a kubeconfig with it; returns its path. Only root may read it.</summary>
    public string WriteKubeconfig(string name, string userName, string? group = null)
    {
        var pair = Authority.IssueClient(userName, group);
        var document = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["clusters"] = Named("mesonet-local", "cluster", new()
            {
                ["server"] = ApiServer.GetLeftPart(UriPartial.Authority),
                ["certificate-authority-data"] = Base64(Authority.CertificatePem),
            }),
            ["users"] = Named(userName, "user", new()
            {
                ["client-certificate-data"] = Base64(pair.Certificate),
                ["client-key-data"] = Base64(pair.Key),
            }),
            ["contexts"] = Named("mesonet-local", "context", new() { ["cluster"] = "mesonet-local", ["user"] = userName }),
            ["current-context"] = "mesonet-local",
        };
        var path = KubeconfigOf(name);
        File.WriteAllText(path, KubernetesYaml.WriteNode(document));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static JsonArray Named(string name, string member, JsonObject value) => [new JsonObject { ["name"] = name, [member] = value }];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
