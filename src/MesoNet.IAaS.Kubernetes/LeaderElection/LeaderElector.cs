using System.Security.Cryptography;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Kubernetes.LeaderElection;

/// <summary>
/// Runs work in one process at a time, by a Lease. Time is measured on the local monotonic clock from when a change of the lease was
/// <i>seen</i>, so clocks of different machines need not agree.
/// </summary>
/// <remarks>
/// <code>
/// leader   renewal sent ......... renew deadline: work cancelled, writes refused
/// other        renewal seen ................. lease duration: it may begin
/// </code>
/// A lease does not fence: a request already on its way may still arrive later, so the work's effects must be idempotent. The client
/// given here must not be one that asks the <see cref="Leadership"/> before it writes.
/// </remarks>
public sealed class LeaderElector
{
    private readonly LeaseLock lease;
    private readonly ObjectKey key;
    private readonly string identity;
    private readonly LeaderElectionTimes times;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    /// <summary>One candidate.</summary>
    /// <param name="client">Used for the Lease only.</param>
    /// <param name="key">The Lease; it is made where it does not exist.</param>
    /// <param name="identity">Tells this process from every other, <see cref="NewIdentity"/> for one.</param>
    /// <param name="times">How long leadership is lent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when a term begins and ends.</param>
    /// <exception cref="ArgumentException">The times have a <see cref="LeaderElectionTimes.Problem"/>.</exception>
    public LeaderElector(KubernetesClient client, ObjectKey key, string identity, LeaderElectionTimes times, TimeProvider time, ILogger logger)
    {
        if (times.Problem is { } problem) throw new ArgumentException(problem, nameof(times));
        (this.key, this.identity, this.times, this.time, this.logger) = (key, identity, times, time, logger);
        lease = new(client, key, identity, times.LeaseDuration, time, logger);
    }

    /// <summary>
    /// A name for this process that no other has. Its random part matters in containers, where every process has the id 1 and a host's
    /// name may come again.
    /// </summary>
    public static string NewIdentity() => $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>
    /// Waits for leadership, then runs <paramref name="work"/> with a token that is cancelled when leadership is lost. The lease is given
    /// back when the work has ended, and never before.
    /// </summary>
    /// <returns>When the work ended by itself.</returns>
    /// <exception cref="LeadershipLostException">Leadership was lost. Work that has not stopped by the time another may begin is left behind: end the process.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and the work stopped.</exception>
    /// <exception cref="TimeoutException">It was cancelled, and the work did not stop within the renew deadline. The lease is kept until it runs out.</exception>
    public async Task RunAsync(Func<Leadership, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var leadership = await AcquireAsync(cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(leadership.Lost, cancellationToken);
        using var stopRenewing = CancellationTokenSource.CreateLinkedTokenSource(leadership.Lost);
        logger.LogInformation("{Identity} leads by lease {Lease}.", identity, key);

        var renewing = RenewUntilLostAsync(leadership, stopRenewing.Token);
        // Not on this thread: work that blocks must not keep its leader from seeing that its time is over.
        var token = either.Token;
        var working = Task.Run(() => work(leadership, token), CancellationToken.None);
        // The lease is renewed until the work has stopped, not only until it is told to.
        var stopped = await HasStoppedAsync(working, leadership, token);
        var lost = !leadership.IsHeld;
        await stopRenewing.CancelAsync();
        await renewing;
        leadership.End();
        if (lost)
        {
            logger.LogWarning("{Identity} lost the lease {Lease}; its work {Stopped}.", identity, key, stopped ? "has stopped" : "did not stop in time");
            throw new LeadershipLostException($"{identity} lost the lease {key}.");
        }

        if (!stopped) throw new TimeoutException($"The work did not stop within {times.RenewDeadline.TotalSeconds:0.#} s; the lease {key} is left to run out.");
        await lease.ReleaseAsync();
        await working;
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<Leadership> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // The deadline is counted from before the request: that is when others may start counting.
            var askedAt = time.GetTimestamp();
            if (await lease.TryHoldAsync(cancellationToken) == LeaseAttempt.Held) return new(times.RenewDeadline, askedAt, time);
            // A lease that nobody renews is taken the moment it runs out.
            var lasts = lease.LastsAnother;
            await Task.Delay(lasts > TimeSpan.Zero && lasts < times.RetryPeriod ? lasts : times.RetryPeriod, time, cancellationToken);
        }
    }

    // Whatever ends the renewing, unless it was told to stop, ends the term.
    private async Task RenewUntilLostAsync(Leadership leadership, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(times.RetryPeriod, time, cancellationToken);
                var askedAt = time.GetTimestamp();
                var attempt = await lease.TryHoldAsync(cancellationToken);
                if (attempt == LeaseAttempt.Held) leadership.Renewed(askedAt);
                if (attempt != LeaseAttempt.HeldByAnother) continue;
                logger.LogWarning("Another holds the lease {Lease}.", key);
                break;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // Work must not go on unrenewed, whatever the reason.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "The lease {Lease} is not renewed any more.", key);
        }

        leadership.End();
    }

    // Work that is told to stop has until the renew deadline, during which the lease is renewed; work that lost its leadership has only
    // until another may begin.
    private async Task<bool> HasStoppedAsync(Task working, Leadership leadership, CancellationToken told)
    {
        await Task.WhenAny(working, Task.Delay(Timeout.InfiniteTimeSpan, time, told));
        await Task.WhenAny(working, Task.Delay(times.RenewDeadline, time, leadership.Lost));
        if (!leadership.IsHeld) await Task.WhenAny(working, Task.Delay(times.LeaseDuration - times.RenewDeadline, time, CancellationToken.None));
        return working.IsCompleted;
    }
}
