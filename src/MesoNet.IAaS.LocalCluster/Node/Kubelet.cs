using System.Text.Json.Nodes;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.LocalCluster.Certificates;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster.Node;

/// <summary>The kubelet of the node named localhost.</summary>
internal sealed class Kubelet(LocalClusterOptions options, Ports ports, ClusterCertificates certificates, Containerd containerd)
{
    public const string NodeName = "localhost";

    public const string FolderName = "kubelet";

    private string RootFolder => Path.Combine(options.StateFolder, FolderName);

    private string ControlGroup => Remains.ControlGroupOf(options.Name);

    public ProcessSpec Prepare()
    {
        Directory.CreateDirectory(RootFolder);
        ControlGroups.Create(ControlGroup);
        var configuration = Path.Combine(options.StateFolder, "kubelet.yaml");
        File.WriteAllText(configuration, KubernetesYaml.WriteNode(Configuration()));
        return new("kubelet", options.Binaries.Kubelet,
            [
                $"--config={configuration}", $"--kubeconfig={certificates.KubeconfigOf("kubelet")}", $"--root-dir={RootFolder}",
                $"--hostname-override={NodeName}", $"--container-runtime-endpoint=unix://{containerd.Socket}",
                // Needed until 1.23, unknown from 1.27.
                .. options.Binaries.Minor < 24 ? (string[])["--container-runtime=remote"] : [],
                $"--cert-dir={certificates.Folder}",
            ],
            options.LogPath("kubelet"));
    }

    public Task<bool> IsReadyAsync(CancellationToken cancellationToken) => ControlPlane.ListensAsync(ports.KubeletHealth, cancellationToken);

    /// <summary>Whether the node takes pods.</summary>
    public static async Task<bool> IsNodeReadyAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var node = await client.FindAsync<Kubernetes.Objects.Node>(ObjectKey.Cluster(NodeName), cancellationToken);
        return node?.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
    }

    /// <summary>Writes extended resources into the node's status; the scheduler counts them like a device plugin's.</summary>
    public static async Task AddFakeResourcesAsync(KubernetesClient client, IReadOnlyDictionary<string, string> resources, CancellationToken cancellationToken)
    {
        if (resources.Count == 0) return;
        var amounts = new JsonObject(resources.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        var patch = new JsonObject { ["status"] = new JsonObject { ["capacity"] = amounts, ["allocatable"] = amounts.DeepClone() } };
        await client.MergePatchAsync<Kubernetes.Objects.Node>(ObjectKey.Cluster(NodeName), patch, cancellationToken, "status");
    }

    private JsonObject Configuration() => new()
    {
        ["apiVersion"] = "kubelet.config.k8s.io/v1beta1",
        ["kind"] = "KubeletConfiguration",
        ["authentication"] = new JsonObject
        {
            ["anonymous"] = new JsonObject { ["enabled"] = false },
            ["webhook"] = new JsonObject { ["enabled"] = true },
            ["x509"] = new JsonObject { ["clientCAFile"] = certificates.PathOf("ca.crt") },
        },
        ["authorization"] = new JsonObject { ["mode"] = "Webhook" },
        ["tlsCertFile"] = certificates.PathOf("kubelet.crt"),
        ["tlsPrivateKeyFile"] = certificates.PathOf("kubelet.key"),
        ["address"] = "127.0.0.1",
        ["port"] = ports.Kubelet,
        ["readOnlyPort"] = 0,
        ["healthzBindAddress"] = "127.0.0.1",
        ["healthzPort"] = ports.KubeletHealth,
        ["cgroupDriver"] = "cgroupfs",
        ["cgroupRoot"] = "/" + ControlGroup,
        ["failSwapOn"] = false,
        ["clusterDNS"] = new JsonArray(options.Network.Gateway),
        ["clusterDomain"] = "cluster.local",
        ["resolvConf"] = "/etc/resolv.conf",
        // There is no registry to fetch an image from again, and a developer's disk is often nearly full.
        ["imageGCHighThresholdPercent"] = 100,
        ["imageGCLowThresholdPercent"] = 99,
        ["evictionHard"] = new JsonObject { ["memory.available"] = "100Mi", ["nodefs.available"] = "1%", ["imagefs.available"] = "1%" },
        // No Services here, hence no rules of theirs.
        ["makeIPTablesUtilChains"] = false,
        ["syncFrequency"] = "30s",
        ["nodeStatusUpdateFrequency"] = "10s",
        ["serializeImagePulls"] = false,
        ["registryPullQPS"] = 0,
    };
}
