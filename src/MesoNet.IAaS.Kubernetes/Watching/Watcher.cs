using System.Runtime.CompilerServices;
using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Kubernetes.Watching;

/// <summary>
/// Follows the objects of one kind for ever: an explicit state machine that survives cut connections and forgotten versions.
/// <code>
///            all pages read              watch opened
///  Listing ----------------> Listed ---------------------> Watching --+
///     ^                                                       |  ^    | ended, cut, silent: resume from the last version seen
///     +----------- 410 Gone, or the list is old --------------+  +----+
/// </code>
/// </summary>
public sealed class Watcher<T>(KubernetesClient client, ListQuery query, WatcherTimes times, TimeProvider time, ILogger logger)
    where T : KubernetesObject
{
    // A watch that ends sooner than this did not work, whatever it says; one that ends later has merely had nothing to tell.
    private static readonly TimeSpan ShortestHealthyWatch = TimeSpan.FromSeconds(1);
    private readonly ResourceType type = ResourceType.Of<T>();
    private int faultsInARow;

    /// <summary>
    /// The changes, starting with a <see cref="StoreChange{T}.Replaced"/>. Never ends but by cancellation; faults are logged and survived.
    /// </summary>
    public async IAsyncEnumerable<StoreChange<T>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        WatcherState state = new WatcherState.Listing();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (state)
            {
                case WatcherState.Listing:
                    if (await TryListAsync(cancellationToken) is not { } all) continue;
                    yield return new StoreChange<T>.Replaced(all.Items, all.Unreadable);
                    state = new WatcherState.Listed(all.ResourceVersion, time.GetTimestamp());
                    break;

                case WatcherState.Listed listed:
                    state = new WatcherState.Watching(listed.ResourceVersion, listed.ListedAt);
                    break;

                case WatcherState.Watching watching:
                    var session = new WatchSession<T>(watching.ResourceVersion, time.GetTimestamp());
                    await foreach (var change in FollowAsync(session, cancellationToken)) yield return change;
                    await RecoverAsync(session, cancellationToken);
                    state = session.IsGone || time.GetElapsedTime(watching.ListedAt) >= times.RelistAfter
                        ? new WatcherState.Listing()
                        : watching with { ResourceVersion = session.ResourceVersion };
                    break;
            }
        }
    }

    // All pages are read before anything is compared: an object on the next page is not gone.
    private async Task<ObjectPage<T>?> TryListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = await client.ListAllAsync<T>(query, cancellationToken);
            foreach (var key in all.Unreadable) logger.LogError("{Kind} {Key} cannot be read and is passed over.", type.Kind, key);
            return all;
        }
        catch (Exception exception) when (IsSurvivable(exception, cancellationToken))
        {
            await PauseAsync($"Listing {type.Plural} failed: {exception.Message}", exception, cancellationToken);
            return null;
        }
    }

    /// <summary>One watch, from its opening to its end. How it ended is left in the session.</summary>
    private async IAsyncEnumerable<StoreChange<T>> FollowAsync(WatchSession<T> session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var events = EventsAsync(session.ResourceVersion, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await TryMoveAsync(events, session, cancellationToken))
        {
            if (session.Take(events.Current) is { } change) yield return change;
        }
    }

    private async IAsyncEnumerable<WatchEvent<T>> EventsAsync(string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in client.WatchLinesAsync(type, query, resourceVersion, times.Duration, times.Grace, cancellationToken))
        {
            if (TryDecode(line.Span) is { } decoded) yield return decoded;
        }
    }

    // An object that does not fit its type (an older schema let it in) is passed over: it must not hide all the others.
    private WatchEvent<T>? TryDecode(ReadOnlySpan<byte> line)
    {
        try
        {
            return WatchEvent<T>.Decode(line);
        }
        catch (JsonException exception)
        {
            logger.LogError("An event of the watch of {Plural} cannot be read and is passed over: {Message}", type.Plural, exception.Message);
            return null;
        }
    }

    private static async Task<bool> TryMoveAsync(
        IAsyncEnumerator<WatchEvent<T>> events, WatchSession<T> session, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception exception) when (IsSurvivable(exception, cancellationToken))
        {
            session.Fault = exception;
            return false;
        }
    }

    // Also a watch that ends at once, or is too old again at once, is not opened again at once.
    private async Task RecoverAsync(WatchSession<T> session, CancellationToken cancellationToken)
    {
        var worked = session.HasDelivered || time.GetElapsedTime(session.StartedAt) >= ShortestHealthyWatch;
        if (worked) faultsInARow = 0;
        if (worked && (session.Fault is null || session.IsGone)) return;
        await PauseAsync($"The watch of {type.Plural} broke: {session.Fault?.Message ?? "it ended without an event."}", session.Fault, cancellationToken);
    }

    private async Task PauseAsync(string what, Exception? fault, CancellationToken cancellationToken)
    {
        var pause = times.ShortestBackoff * Math.Pow(2, Math.Min(faultsInARow++, 20));
        if (pause > times.LongestBackoff) pause = times.LongestBackoff;
        if (fault is KubernetesApiException { RetryAfter: { } asked } && asked > pause) pause = asked;
        logger.LogWarning("{What} Again in {Pause}.", what, pause);
        await Task.Delay(pause, time, cancellationToken);
    }

    private static bool IsSurvivable(Exception exception, CancellationToken cancellationToken) =>
        exception is KubernetesApiException or HttpRequestException or IOException or JsonException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private abstract record WatcherState
    {
        /// <summary>Nothing is known, or what is known is too old.</summary>
        public sealed record Listing : WatcherState;

        /// <summary>Everything is known as of a version.</summary>
        public sealed record Listed(string ResourceVersion, long ListedAt) : WatcherState;

        /// <summary>Changes since a version are being followed.</summary>
        public sealed record Watching(string ResourceVersion, long ListedAt) : WatcherState;
    }
}
