using Microsoft.AspNetCore.Http;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>A request that is held open without a word.</summary>
internal static class SilentStream
{
    /// <summary>Waits until the client gives up or the fault is cleared, and resets the request.</summary>
    public static async Task HangAsync(HttpContext context, CancellationToken cleared)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var left = context.RequestAborted.Register(() => ended.TrySetResult());
        await using var freed = cleared.Register(() => ended.TrySetResult());
        await ended.Task;
        context.Abort();
    }
}
