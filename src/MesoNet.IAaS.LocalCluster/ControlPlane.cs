using System.Net.Sockets;
using MesoNet.IAaS.Kubernetes.Connecting;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.LocalCluster.Auditing;
using MesoNet.IAaS.LocalCluster.Certificates;
using MesoNet.IAaS.LocalCluster.Prerequisites;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.LocalCluster;

/// <summary>The command lines of etcd, API server, controller manager and scheduler, and how each is seen to be ready.</summary>
internal sealed class ControlPlane(LocalClusterOptions options, Ports ports, ClusterCertificates certificates)
{
    private const string ServiceNetwork = "10.206.0.0/16";

    private KubernetesBinaries Binaries => options.Binaries;

    public ProcessSpec Etcd()
    {
        var address = $"https://127.0.0.1:{ports.Etcd}";
        var peer = $"http://127.0.0.1:{ports.EtcdPeer}";
        List<string> arguments =
        [
            "--name=local", $"--data-dir={Path.Combine(options.StateFolder, "etcd")}",
            $"--listen-client-urls={address}", $"--advertise-client-urls={address}",
            $"--listen-peer-urls={peer}", $"--initial-advertise-peer-urls={peer}", $"--initial-cluster=local={peer}",
            $"--cert-file={certificates.PathOf("etcd.crt")}", $"--key-file={certificates.PathOf("etcd.key")}",
            $"--trusted-ca-file={certificates.PathOf("ca.crt")}", "--client-cert-auth", "--logger=zap", "--log-level=warn",
        ];
        // A test's cluster needn't outlive a power cut.
        if (options.Ephemeral) arguments.Add("--unsafe-no-fsync");
        return Part("etcd", Binaries.Etcd, arguments);
    }

    public ProcessSpec ApiServer() => Part("kube-apiserver", Binaries.ApiServer,
    [
        $"--etcd-servers=https://127.0.0.1:{ports.Etcd}", $"--etcd-cafile={certificates.PathOf("ca.crt")}",
        $"--etcd-certfile={certificates.PathOf("etcd.crt")}", $"--etcd-keyfile={certificates.PathOf("etcd.key")}",
        $"--bind-address={options.ApiServerAddress}", $"--secure-port={ports.ApiServer}", "--endpoint-reconciler-type=none",
        // It must not be a loopback address, though a cluster without a node listens there.
        $"--advertise-address={options.Network.Gateway}",
        $"--tls-cert-file={certificates.PathOf("apiserver.crt")}", $"--tls-private-key-file={certificates.PathOf("apiserver.key")}",
        $"--client-ca-file={certificates.PathOf("ca.crt")}", "--anonymous-auth=false", "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction", $"--service-cluster-ip-range={ServiceNetwork}",
        "--service-account-issuer=https://kubernetes.default.svc",
        $"--service-account-key-file={certificates.PathOf("service-account.pub")}",
        $"--service-account-signing-key-file={certificates.PathOf("service-account.key")}",
        $"--kubelet-client-certificate={certificates.PathOf("apiserver-kubelet-client.crt")}",
        $"--kubelet-client-key={certificates.PathOf("apiserver-kubelet-client.key")}",
        $"--kubelet-certificate-authority={certificates.PathOf("ca.crt")}",
        // The node is named localhost: logs and exec stay on loopback.
        "--kubelet-preferred-address-types=Hostname", "--profiling=false", .. Auditing(),
    ]);

    public ProcessSpec ControllerManager() => Part("kube-controller-manager", Binaries.ControllerManager,
    [
        $"--kubeconfig={certificates.KubeconfigOf("kube-controller-manager")}",
        $"--authentication-kubeconfig={certificates.KubeconfigOf("kube-controller-manager")}",
        $"--authorization-kubeconfig={certificates.KubeconfigOf("kube-controller-manager")}",
        $"--service-account-private-key-file={certificates.PathOf("service-account.key")}", $"--root-ca-file={certificates.PathOf("ca.crt")}",
        "--use-service-account-credentials=true", "--leader-elect=false", "--bind-address=127.0.0.1", $"--secure-port={ports.ControllerManager}",
        // A claim whose binding meets another writer's update is only looked at again in the next round, 15 s later as shipped.
        "--pvclaimbinder-sync-period=1s",
        // As shipped, the garbage collector of a small cluster asks 20 times a second: a course of a hundred seats would take half a minute to go.
        "--kube-api-qps=200", "--kube-api-burst=400", .. WithoutInsecurePort, "--profiling=false",
    ]);

    public ProcessSpec Scheduler() => Part("kube-scheduler", Binaries.Scheduler,
    [
        $"--kubeconfig={certificates.KubeconfigOf("kube-scheduler")}",
        $"--authentication-kubeconfig={certificates.KubeconfigOf("kube-scheduler")}",
        $"--authorization-kubeconfig={certificates.KubeconfigOf("kube-scheduler")}",
        "--leader-elect=false", "--bind-address=127.0.0.1", $"--secure-port={ports.Scheduler}", .. WithoutInsecurePort, "--profiling=false",
        .. options.SchedulerRequestsPerSecond is { } rate ? (string[])[$"--kube-api-qps={rate}", $"--kube-api-burst={rate * 2}"] : [],
    ]);

    public async Task<bool> IsEtcdReadyAsync(CancellationToken cancellationToken) => await ListensAsync(ports.Etcd, cancellationToken);

    public async Task<bool> IsControllerManagerReadyAsync(CancellationToken cancellationToken) => await ListensAsync(ports.ControllerManager, cancellationToken);

    public async Task<bool> IsSchedulerReadyAsync(CancellationToken cancellationToken) => await ListensAsync(ports.Scheduler, cancellationToken);

    public async Task<bool> IsApiServerReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await KubernetesConnection.FromKubeconfig(Kubeconfig.Load(certificates.KubeconfigOf("admin")), cancellationToken: cancellationToken);
            using var client = new KubernetesClient(connection, options.Time);
            return await client.GetTextAsync("/readyz", cancellationToken) == "ok";
        }
        catch (Exception exception) when (exception is HttpRequestException or KubernetesApiException or TimeoutException)
        {
            return false;
        }
    }

    private string[] Auditing()
    {
        if (options.AuditedUsers.Count == 0) return [];
        var policy = Path.Combine(options.StateFolder, "audit-policy.json");
        File.WriteAllText(policy, AuditLog.Policy(options.AuditedUsers));
        return [$"--audit-policy-file={policy}", $"--audit-log-path={options.AuditLog.Path}", "--audit-log-mode=blocking"];
    }

    // Until 1.23 these two opened a port without TLS unless told not to; later versions no longer know the flag.
    private string[] WithoutInsecurePort => Binaries.Minor < 24 ? ["--port=0"] : [];

    private ProcessSpec Part(string name, string program, IReadOnlyList<string> arguments) =>
        new(name, program, arguments, options.LogPath(name));

    internal static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken, string host = "127.0.0.1")
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
