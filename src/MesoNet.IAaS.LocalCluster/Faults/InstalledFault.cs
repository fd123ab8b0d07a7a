namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>A fault in place. Disposing clears it, and resets what hangs because of it.</summary>
public sealed class InstalledFault : IDisposable
{
    private readonly FaultList list;
    private readonly Func<ProxiedRequest, bool> strikes;
    private readonly int? times;
    private readonly HashSet<ProxiedRequest> struck = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource cleared = new();

    internal InstalledFault(FaultList list, Fault fault, Func<ProxiedRequest, bool> strikes, int? times) =>
        (this.list, Fault, this.strikes, this.times) = (list, fault, strikes, times);

    /// <summary>What it does.</summary>
    public Fault Fault { get; }

    /// <summary>How many requests it has met so far.</summary>
    public int Struck => list.Locked(() => struck.Count);

    /// <summary>Cancelled when the fault is cleared; not already when it has met as many requests as it should.</summary>
    internal CancellationToken Cleared => cleared.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        // Not disposed, since what hangs may still be looking at its token; without a timer it holds nothing.
        if (list.Remove(this)) cleared.Cancel();
    }

    // Whom it met once it goes on meeting: the second line of a watch is not another request.
    internal bool Strikes(ProxiedRequest request, FaultPoint point)
    {
        if (!Fault.StrikesAt(point, request)) return false;
        if (struck.Contains(request)) return true;
        if (struck.Count >= times || !strikes(request)) return false;
        struck.Add(request);
        return true;
    }
}

/// <summary>The faults in place, in the order they came. Of several that fit a request, the first strikes. Thread-safe.</summary>
internal sealed class FaultList
{
    private readonly Lock gate = new();
    private readonly List<InstalledFault> faults = [];

    public IReadOnlyList<InstalledFault> All => Locked<IReadOnlyList<InstalledFault>>(() => [.. faults]);

    public InstalledFault Add(Fault fault, Func<ProxiedRequest, bool> strikes, int? times)
    {
        var installed = new InstalledFault(this, fault, strikes, times);
        lock (gate) faults.Add(installed);
        return installed;
    }

    public bool Remove(InstalledFault fault)
    {
        lock (gate) return faults.Remove(fault);
    }

    public InstalledFault? Find(ProxiedRequest request, FaultPoint point)
    {
        lock (gate) return faults.Find(fault => fault.Strikes(request, point));
    }

    public TResult Locked<TResult>(Func<TResult> read)
    {
        lock (gate) return read();
    }
}
