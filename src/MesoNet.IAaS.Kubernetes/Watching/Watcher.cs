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
///     ^                                                       |  ^    | ended, cut: resume from the last version seen
///     +------------------- 410 Gone -------------------------+  +----+
/// </code>
/// </summary>
public sealed class Watcher<T>(KubernetesClient client, ListQuery query, TimeProvider time, ILogger logger) where T : KubernetesObject
{
    private static readonly TimeSpan WatchDuration = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortestBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);
    private readonly ResourceType type = ResourceType.Of<T>();

    /// <summary>
    /// The changes, starting with a <see cref="StoreChange{T}.Replaced"/>. Never ends but by cancellation; faults are logged and survived.
    /// </summary>
    public async IAsyncEnumerable<StoreChange<T>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        WatcherState state = new WatcherState.Listing();
        var backoff = ShortestBackoff;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (state)
            {
                case WatcherState.Listing:
                    var listed = await TryListAsync(cancellationToken);
                    if (listed is null)
                    {
                        await Task.Delay(backoff, time, cancellationToken);
                        backoff = Longer(backoff);
                        continue;
                    }

                    yield return new StoreChange<T>.Replaced(listed.Items);
                    state = new WatcherState.Listed(listed.ResourceVersion);
                    break;

                case WatcherState.Listed { ResourceVersion: var from }:
                    state = new WatcherState.Watching(from);
                    break;

                case WatcherState.Watching watching:
                    var version = watching.ResourceVersion;
                    WatcherState? next = null;
                    var delivered = false;
                    await using (var events = EventsAsync(version, cancellationToken).GetAsyncEnumerator(cancellationToken))
                    {
                        while (next is null)
                        {
                            var (moved, fault) = await TryMoveAsync(events, cancellationToken);
                            if (!moved)
                            {
                                next = fault is KubernetesApiException { IsGone: true } ? new WatcherState.Listing() : new WatcherState.Watching(version);
                                if (delivered && (fault is null or KubernetesApiException { IsGone: true })) break;
                                // Also one that ends at once, or is too old again at once, is not opened again at once.
                                logger.LogWarning("The watch of {Plural} broke: {Message}. Resuming in {Backoff}.", type.Plural, fault?.Message ?? "it ended without an event", backoff);
                                await Task.Delay(backoff, time, cancellationToken);
                                backoff = Longer(backoff);
                                break;
                            }

                            backoff = ShortestBackoff;
                            delivered = true;
                            switch (events.Current)
                            {
                                case WatchEvent<T>.Applied { Object: var applied }:
                                    version = applied.Metadata.ResourceVersion ?? version;
                                    yield return new StoreChange<T>.Applied(applied);
                                    break;
                                case WatchEvent<T>.Deleted { Object: var deleted }:
                                    version = deleted.Metadata.ResourceVersion ?? version;
                                    yield return new StoreChange<T>.Deleted(deleted);
                                    break;
                                case WatchEvent<T>.Bookmark { ResourceVersion: var bookmark }:
                                    version = bookmark;
                                    break;
                            }
                        }
                    }

                    state = next!;
                    break;
            }
        }
    }

    private static TimeSpan Longer(TimeSpan backoff) => backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;

    // All pages are read before anything is compared: an object on the next page is not gone.
    private async Task<ObjectPage<T>?> TryListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var items = new List<T>();
            var page = await client.ListPageAsync<T>(query, cancellationToken);
            items.AddRange(page.Items);
            while (page.Continue is not null)
            {
                page = await client.ListPageAsync<T>(query with { Continue = page.Continue }, cancellationToken);
                items.AddRange(page.Items);
            }

            return page with { Items = items };
        }
        catch (Exception exception) when (IsSurvivable(exception, cancellationToken))
        {
            logger.LogWarning("Listing {Plural} failed: {Message}", type.Plural, exception.Message);
            return null;
        }
    }

    private async IAsyncEnumerable<WatchEvent<T>> EventsAsync(string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in client.WatchLinesAsync(type, query, resourceVersion, WatchDuration, cancellationToken))
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

    private static async Task<(bool Moved, Exception? Fault)> TryMoveAsync(
        IAsyncEnumerator<WatchEvent<T>> events, CancellationToken cancellationToken)
    {
        try
        {
            return (await events.MoveNextAsync(), null);
        }
        catch (Exception exception) when (IsSurvivable(exception, cancellationToken))
        {
            return (false, exception);
        }
    }

    private static bool IsSurvivable(Exception exception, CancellationToken cancellationToken) =>
        exception is KubernetesApiException or HttpRequestException or IOException or JsonException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private abstract record WatcherState
    {
        /// <summary>Nothing is known, or what is known is too old.</summary>
        public sealed record Listing : WatcherState;

        /// <summary>Everything is known as of a version.</summary>
        public sealed record Listed(string ResourceVersion) : WatcherState;

        /// <summary>Changes since a version are being followed.</summary>
        public sealed record Watching(string ResourceVersion) : WatcherState;
    }
}
