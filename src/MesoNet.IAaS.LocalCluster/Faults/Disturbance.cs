namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>Something that may go wrong between a client and its API server, for a while or at once.</summary>
/// <param name="Name">What a log says of it.</param>
/// <param name="Begin">Lets it happen; what is returned ends it, null where it is over at once.</param>
public sealed record Disturbance(string Name, Func<FaultProxy, InstalledFault?> Begin)
{
    /// <summary>
    /// Everything but <see cref="LostEvents"/> and <see cref="NewAuthority"/>: any client sees all of it, and recovers as soon as it has passed.
    /// </summary>
    public static IReadOnlyList<Disturbance> Noticeable { get; } =
    [
        new("every request is cut", proxy => proxy.Install(new Fault.Cut())),
        new("nothing answers", proxy => proxy.Install(new Fault.Hang())),
        new("watches fall silent", proxy => proxy.Install(new Fault.Hang(), request => request.IsWatch)),
        new("everything comes late", proxy => proxy.Install(new Fault.Delay(TimeSpan.FromMilliseconds(700)))),
        new("429 with Retry-After", proxy => proxy.Install(Fault.TooManyRequests(TimeSpan.FromSeconds(1)))),
        new("500", proxy => proxy.Install(Fault.InternalError)),
        new("503", proxy => proxy.Install(Fault.Unavailable)),
        new("every second request gets 500", EverySecond),
        new("watches are too old (410)", proxy => proxy.Install(Fault.Gone, request => request.IsWatch)),
        new("watches are too old (410 in-band)", proxy => proxy.Install(Fault.GoneInBand)),
        new("lists are too old (410)", proxy => proxy.Install(Fault.Gone, request => request.IsList)),
        new("watches end at once", proxy => proxy.Install(new Fault.EndWatch())),
        new("writes are done, and their answers lost", proxy => proxy.Install(new Fault.LoseAnswer(), request => request.Method != "GET")),
        new("bodies are cut half-way", proxy => proxy.Install(new Fault.CutMidway())),
        new("bodies stall half-way", proxy => proxy.Install(new Fault.StallMidway())),
        new("all connections are cut", AtOnce(proxy => proxy.CutConnections())),
        new("a new certificate, and all connections are cut", AtOnce(proxy =>
        {
            proxy.RotateCertificate();
            proxy.CutConnections();
        })),
        new("all tokens expire", AtOnce(proxy => proxy.RotateToken())),
    ];

    /// <summary>
    /// Events vanish while the watch goes on. Nothing tells of it: only the client's next full list does, so that recovery takes as long
    /// as <see cref="Kubernetes.Watching.WatcherTimes.RelistAfter"/>.
    /// </summary>
    public static Disturbance LostEvents { get; } = new("events are lost", proxy => proxy.Install(new Fault.SwallowEvents()));

    /// <summary>
    /// A new certificate authority, and all connections are cut. Only for clients that follow the files of
    /// <see cref="FaultProxy.WriteKubeconfig"/>: whoever holds a <see cref="FaultProxy.Connection"/> is locked out for good.
    /// </summary>
    public static Disturbance NewAuthority { get; } = new("a new authority, and all connections are cut", AtOnce(proxy =>
    {
        proxy.RotateAuthority();
        proxy.CutConnections();
    }));

    private static Func<FaultProxy, InstalledFault?> AtOnce(Action<FaultProxy> happens) => proxy =>
    {
        happens(proxy);
        return null;
    };

    private static InstalledFault EverySecond(FaultProxy proxy)
    {
        var count = 0;
        return proxy.Install(Fault.InternalError, _ => Interlocked.Increment(ref count) % 2 == 0);
    }
}
