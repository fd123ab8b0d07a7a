using System.Net;
using System.Net.Sockets;
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
        if (File.Exists(path) && JsonSerializer.Deserialize<Ports>(File.ReadAllText(path)) is { OperatorMetrics: > 0, Portal: > 0 } known && known.Numbers.All(IsFree)) return known;
        var listeners = Enumerable.Range(0, 10).Select(_ => Listen(0)).ToList();
        var free = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToList();
        listeners.ForEach(listener => listener.Dispose());
        var chosen = new Ports
        {
            ApiServer = free[0], Etcd = free[1], EtcdPeer = free[2], ControllerManager = free[3], Scheduler = free[4], Kubelet = free[5], KubeletHealth = free[6],
            OperatorMetrics = free[7], Gateway = free[8], Portal = free[9],
        };
        File.WriteAllText(path, JsonSerializer.Serialize(chosen));
        return chosen;
    }

    private static bool IsFree(int port)
    {
        try
        {
            Listen(port).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}
