using System.Net;
using System.Net.Sockets;

namespace MesoNet.IAaS.LocalCluster;

/// <summary>
/// Loopback ports that nobody listens on, for programs that are told theirs. A process gives each one only once, and none that the kernel gives to
/// outgoing connections (from 32768 on, as Linux comes): such a connection could take a port between its choice and its use.
/// </summary>
public static class FreePorts
{
    // Above them are Kubernetes' node ports (from 30000).
    private const int First = 20_000;
    private const int Count = 10_000;

    // Processes that choose at the same time begin far from each other.
    private static int last = (int)(Environment.ProcessId * 97L % Count);

    /// <summary>The next free port.</summary>
    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref last) % Count);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException($"Of the ports from {First} to {First + Count - 1} none is free.");
    }

    /// <summary>The next free port with its address.</summary>
    public static IPEndPoint NextAddress() => new(IPAddress.Loopback, Next());

    /// <summary>Whether nobody listens on a port.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
