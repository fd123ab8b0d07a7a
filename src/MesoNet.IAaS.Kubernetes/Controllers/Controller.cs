using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Kubernetes.Controllers;

/// <summary>What one pass over an object found.</summary>
/// <param name="NextLookAt">When to look again though nothing changes, or null for "when something changes".</param>
public sealed record ReconcileResult(DateTimeOffset? NextLookAt = null);

/// <summary>
/// Brings the world to what one object asks for. Level-based: told only which object, never what happened. Passes over different
/// objects may run at once, passes over the same one never do.
/// </summary>
/// <returns>When to look again. A <see cref="TerminalException"/> means that only a change of the object can help.</returns>
public delegate Task<ReconcileResult> Reconcile(ObjectKey key, CancellationToken cancellationToken);

/// <summary>Repeating the pass cannot help: the object itself must change first.</summary>
public sealed class TerminalException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Takes keys from a queue and reconciles them with a bounded number of workers.</summary>
public sealed class Controller(string name, WorkQueue<ObjectKey> queue, Reconcile reconcile, int workers, ILogger logger)
{
    /// <summary>Runs until cancelled. No failure of a pass ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var key = await queue.TakeAsync(cancellationToken);
            try
            {
                var result = await reconcile(key, cancellationToken);
                queue.Forget(key);
                if (result.NextLookAt is { } next) queue.AddAt(key, next);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (TerminalException exception)
            {
                queue.Forget(key);
                logger.LogError("{Controller} gave up on {Key} until it changes: {Message}", name, key, exception.Message);
            }
#pragma warning disable CA1031 // One object's failure, whatever it is, must not stop the others'.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.LogWarning("{Controller} failed on {Key} and will repeat: {Exception}", name, key, Describe(exception));
                queue.AddAfterFailure(key, (exception as KubernetesApiException)?.RetryAfter);
            }
            finally
            {
                queue.Done(key);
            }
        }
    }

    // A refusal says all in its message; anything unexpected needs its stack.
    private static string Describe(Exception exception) => exception switch
    {
        KubernetesApiException or HttpRequestException or TimeoutException => exception.Message,
        AggregateException several => string.Join("; ", several.InnerExceptions.Select(Describe).Distinct(StringComparer.Ordinal)),
        _ => exception.ToString(),
    };
}
