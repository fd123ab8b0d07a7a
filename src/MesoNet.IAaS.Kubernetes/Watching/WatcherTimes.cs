namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>How long a watch lasts, how long it may be silent, and how long one waits after a fault.</summary>
public sealed record WatcherTimes
{
    /// <summary>What a long-running program uses.</summary>
    public static WatcherTimes Default { get; } = new();

    /// <summary>The server is asked to end a watch after this; the next one goes on where it ended.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A watch that outlives <see cref="Duration"/> by this is taken for dead: the server, or something on the way, hangs.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The pause after a first fault. It doubles with each further one.</summary>
    public TimeSpan ShortestBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause, unless the server asks for more (Retry-After).</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Everything is listed anew when the last list is older than this and a watch ends. An event that was lost on the way is not
    /// announced by anything; this is the one safeguard against it.
    /// </summary>
    public TimeSpan RelistAfter { get; init; } = TimeSpan.FromMinutes(30);
}
