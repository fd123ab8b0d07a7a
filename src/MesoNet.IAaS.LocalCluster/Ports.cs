using System.Text.Json;

namespace MesoNet.IAaS.LocalCluster;

/// <summary>The loopback ports of one cluster: free when chosen, and the same again after a restart where they still are.</summary>
public sealed record Ports
{
    /// <summary>The API server's.</summary>
    public required int ApiServer { get; init; }

    /// <summary>etcd's for clients.</summary>
    public required int Etcd { get; init; }

    /// <summary>etcd's for peers.</summary>
    public required int EtcdPeer { get; init; }

    /// <summary>The controller manager's.</summary>
    public required int ControllerManager { get; init; }

    /// <summary>The scheduler's.</summary>
    public required int Scheduler { get; init; }

    /// <summary>The kubelet's.</summary>
    public required int Kubelet { get; init; }

    /// <summary>The kubelet's health check.</summary>
    public required int KubeletHealth { get; init; }

    /// <summary>The operator's, for its metrics. None in what an earlier version wrote.</summary>
    public int OperatorMetrics { get; init; }

    /// <summary>The gateway's, where browsers come.</summary>
    public int Gateway { get; init; }

    /// <summary>The portal's, behind the gateway.</summary>
    public int Portal { get; init; }

    private int[] Numbers => [ApiServer, Etcd, EtcdPeer, ControllerManager, Scheduler, Kubelet, KubeletHealth, OperatorMetrics, Gateway, Portal];

    /// <summary>Reads the ports from a file where all of them are free, else chooses new ones and writes them.</summary>
    public static Ports LoadOrChoose(string path)
    {
        if (File.Exists(path) && JsonSerializer.Deserialize<Ports>(File.ReadAllText(path)) is { OperatorMetrics: > 0, Portal: > 0 } known && known.Numbers.All(FreePorts.IsFree)) return known;
        var chosen = new Ports
        {
            ApiServer = FreePorts.Next(), Etcd = FreePorts.Next(), EtcdPeer = FreePorts.Next(), ControllerManager = FreePorts.Next(),
            Scheduler = FreePorts.Next(), Kubelet = FreePorts.Next(), KubeletHealth = FreePorts.Next(), OperatorMetrics = FreePorts.Next(),
            Gateway = FreePorts.Next(), Portal = FreePorts.Next(),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(chosen));
        return chosen;
    }
}
