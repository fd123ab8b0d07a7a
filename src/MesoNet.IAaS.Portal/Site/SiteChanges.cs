using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Portal.Site;

/// <summary>Tells pages that are open that what they show may have changed. Many changes at once are told as one.</summary>
internal sealed class SiteChanges
{
    private readonly ConcurrentDictionary<ObjectKey, ConcurrentDictionary<Channel<bool>, bool>> listeners = new();

    /// <summary>A course changed.</summary>
    public void OfCourse(ObjectKey course) => Tell(course);

    /// <summary>A research workspace or its pod changed.</summary>
    public void OfWorkspace(ObjectKey workspace) => Tell(workspace);

    /// <summary>A seat or its pod changed.</summary>
    public void OfSeat(ObjectKey seat, ObjectKey course)
    {
        Tell(seat);
        Tell(course);
    }

    /// <summary>There is news of what a seat's pod waits for: to whoever waits for the seat, not to all who look at the course.</summary>
    public void OfWait(ObjectKey seat) => Tell(seat);

    /// <summary>An item at once, and one after each change, until cancelled. What changes while the reader is at work is one more item.</summary>
    /// <param name="key">A seat, a course with all its seats, or a workspace.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<bool> FollowAsync(ObjectKey key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var here = listeners.GetOrAdd(key, static _ => new());
        here[channel] = true;
        try
        {
            yield return true;
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken)) yield return change;
        }
        finally
        {
            here.TryRemove(channel, out _);
        }
    }

    private void Tell(ObjectKey key)
    {
        if (!listeners.TryGetValue(key, out var here)) return;
        foreach (var (channel, _) in here) channel.Writer.TryWrite(true);
    }
}
