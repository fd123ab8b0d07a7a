using MesoNet.IAaS.LocalCluster.Faults;

namespace MesoNet.IAaS.ClusterTests.Faults;

/// <summary>What lay between requests, as the proxy saw them come.</summary>
internal static class Pauses
{
    public static void AreAtLeast(IReadOnlyList<ProxiedRequest> requests, params IReadOnlyList<int> milliseconds)
    {
        for (var i = 0; i < milliseconds.Count; i++)
        {
            var pause = requests[i + 1].ReceivedAt - requests[i].ReceivedAt;
            // A timer may be early by a tick of its own.
            Assert.True(pause.TotalMilliseconds >= milliseconds[i] * 0.9, $"pause {i} was {pause.TotalMilliseconds:0} ms, not {milliseconds[i]} ms");
        }
    }
}
