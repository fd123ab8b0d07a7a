using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Portal.Site;

/// <summary>A part of a page that changes, sent by server-sent events each time that it reads otherwise than before.</summary>
internal static class FragmentStream
{
    private static readonly TimeSpan AtLeastEach = TimeSpan.FromSeconds(5);

    /// <summary>Sends it until the page is closed, or the portal stops.</summary>
    /// <param name="context">The request of the page.</param>
    /// <param name="changes">Tells when to look.</param>
    /// <param name="key">At the changes of what; it is looked at each five seconds as well, as some things change by themselves.</param>
    /// <param name="render">The part as HTML in one line; null where it is nobody's to see any more, which ends it.</param>
    /// <param name="time">The clock.</param>
    public static async Task FollowAsync(HttpContext context, SiteChanges changes, ObjectKey key, Func<string?> render, TimeProvider time)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var before = "";
        // A portal that stops waits for its requests; the page asks the next one.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var aborted = ending.Token;
        await using var change = changes.FollowAsync(key, aborted).GetAsyncEnumerator(aborted);
        var next = change.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                await Task.WhenAny(next, Task.Delay(AtLeastEach, time, aborted));
                if (next.IsCompleted) next = await next ? change.MoveNextAsync().AsTask() : throw new OperationCanceledException(aborted);
                if (render() is not { } fragment) return;
                // A line that says nothing keeps those on the way from taking the connection for dead.
                await context.Response.WriteAsync(fragment == before ? ":\n\n" : $"data: {fragment}\n\n", aborted);
                await context.Response.Body.FlushAsync(aborted);
                before = fragment;
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
        }
        finally
        {
            // An enumerator that is still asked for its next item cannot be disposed of.
            await ending.CancelAsync();
            await Task.WhenAny(next);
        }
    }
}
