using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Waiting;

/// <summary>What the waiting page hears of by server-sent events.</summary>
internal static class WaitingEndpoints
{
    private static readonly TimeSpan AtLeastEach = TimeSpan.FromSeconds(5);

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/open/{label}/events", FollowAsync);

    private static async Task FollowAsync(HttpContext context, string label, string? to, SeatDoor door, SiteChanges changes, TimeProvider time)
    {
        if (Sessions.VisitorOf(context.User) is not { } visitor || door.Find(label, visitor) is not { } found)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var language = Languages.Of(context.Request);
        var goesOnTo = SeatDoor.PathOf(label, to);
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var before = "";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var aborted = ending.Token;
        await using var change = changes.FollowAsync(found.Seat.Key, aborted).GetAsyncEnumerator(aborted);
        var next = change.MoveNextAsync().AsTask();
        try
        {
            while (door.Find(label, visitor) is { } now)
            {
                // Its place in the queue moves by others.
                await Task.WhenAny(next, Task.Delay(AtLeastEach, time, aborted));
                if (next.IsCompleted) next = await next ? change.MoveNextAsync().AsTask() : throw new OperationCanceledException(aborted);
                if (door.Find(label, visitor) is not { } seen) return;
                var fragment = WaitingFragment.Render(door.OutlookOf(seen), goesOnTo, language);
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
