using System.Collections.Concurrent;
using MesoNet.IAaS.Kubernetes.Controllers;
using MesoNet.IAaS.Kubernetes.Objects;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Operator.Hosting;

/// <summary>Tells when everything that was there at the start has been planned for once: from then on the operator only follows changes.</summary>
internal sealed class FirstLook(IEnumerable<ObjectKey> keys, TimeProvider time, ILogger logger)
{
    private readonly long began = time.GetTimestamp();
    private readonly ConcurrentDictionary<ObjectKey, bool> left = new(keys.Select(key => KeyValuePair.Create(key, true)));
    private int looked;

    /// <summary>The same passes, counted, whether they succeed or fail.</summary>
    public Reconcile Around(Reconcile reconcile)
    {
        if (left.IsEmpty) Tell();
        return async (key, cancellationToken) =>
        {
            try
            {
                return await reconcile(key, cancellationToken);
            }
            finally
            {
                if (!left.IsEmpty && left.TryRemove(key, out _) && Interlocked.Increment(ref looked) > 0 && left.IsEmpty) Tell();
            }
        };
    }

    private void Tell() => logger.LogInformation(
        "All {Environments} environments have been looked at, {Elapsed:0.00} s after the caches were filled.", looked, time.GetElapsedTime(began).TotalSeconds);
}
