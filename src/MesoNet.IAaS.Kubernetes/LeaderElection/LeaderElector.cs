using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Kubernetes.LeaderElection;

/// <summary>How long leadership is lent, and when it is given up. Must be in descending order.</summary>
/// <param name="LeaseDuration">Others may take the lease this long after the last renewal they saw.</param>
/// <param name="RenewDeadline">The leader stops its work when it could not renew for this long.</param>
/// <param name="RetryPeriod">How often the lease is renewed, or tried for.</param>
public sealed record LeaderElectionTimes(TimeSpan LeaseDuration, TimeSpan RenewDeadline, TimeSpan RetryPeriod)
{
    /// <summary>15 s, 10 s, 2 s: what Kubernetes' own components use.</summary>
    public static LeaderElectionTimes Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));
}

/// <summary>
/// Runs work in one process at a time, by a Lease. Time is measured on the local monotonic clock from when a change of the lease was
/// <i>seen</i>, so clocks of different machines need not agree. A lease does not fence: the work is cancelled at the renew deadline,
/// before another may begin, and must be idempotent.
/// </summary>
public sealed class LeaderElector(
    KubernetesClient client, ObjectKey lease, string identity, LeaderElectionTimes times, TimeProvider time, ILogger logger)
{
    private string? seenVersion;
    private long seenAt;

    /// <summary>Waits for leadership, then runs <paramref name="work"/> with a token that is cancelled when leadership is lost.</summary>
    /// <returns>When the work ended, was cancelled with <paramref name="cancellationToken"/>, or leadership was lost.</returns>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (!await TryAcquireOrRenewAsync(cancellationToken)) await Task.Delay(times.RetryPeriod, time, cancellationToken);
        logger.LogInformation("{Identity} leads by lease {Lease}.", identity, lease);

        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewUntilLostAsync(leading);
        try
        {
            await work(leading.Token);
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("{Identity} lost the lease {Lease} and stopped its work.", identity, lease);
        }
        finally
        {
            await leading.CancelAsync();
            await renewing;
            await TryReleaseAsync();
        }
    }

    private async Task RenewUntilLostAsync(CancellationTokenSource leading)
    {
        var renewedAt = time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(times.RetryPeriod, time, leading.Token);
                // The deadline is counted from before the request: that is when others may start counting.
                var asked = time.GetTimestamp();
                var left = times.RenewDeadline - time.GetElapsedTime(renewedAt);
                using var timer = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(leading.Token, timer.Token);
                if (await TryAcquireOrRenewAsync(deadline.Token)) renewedAt = asked;
                if (time.GetElapsedTime(renewedAt) >= times.RenewDeadline) break;
            }
        }
        catch (OperationCanceledException)
        {
        }

        await leading.CancelAsync();
    }

    private async Task<bool> TryAcquireOrRenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            var current = await client.FindAsync<Lease>(lease, cancellationToken);
            var now = time.GetUtcNow();
            if (current is null)
            {
                await client.CreateAsync(Held(null, now), cancellationToken);
                return true;
            }

            if (current.Metadata.ResourceVersion != seenVersion)
            {
                seenVersion = current.Metadata.ResourceVersion;
                seenAt = time.GetTimestamp();
            }

            var holder = current.Spec?.HolderIdentity;
            var free = string.IsNullOrEmpty(holder) || holder == identity
                || time.GetElapsedTime(seenAt) > TimeSpan.FromSeconds(current.Spec?.LeaseDurationSeconds ?? times.LeaseDuration.TotalSeconds);
            if (!free) return false;
            var updated = await client.ReplaceAsync(Held(current, now), cancellationToken);
            seenVersion = updated.Metadata.ResourceVersion;
            seenAt = time.GetTimestamp();
            return true;
        }
        catch (KubernetesApiException exception) when (exception.IsConflict || exception.IsAlreadyExists)
        {
            return false;
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException or IOException)
        {
            logger.LogWarning("The lease {Lease} could not be renewed: {Message}", lease, exception.Message);
            return false;
        }
    }

    private Lease Held(Lease? current, DateTimeOffset now)
    {
        var kept = current?.Spec?.HolderIdentity == identity;
        return new()
        {
            Metadata = new() { Namespace = lease.Namespace, Name = lease.Name, ResourceVersion = current?.Metadata.ResourceVersion },
            Spec = new()
            {
                HolderIdentity = identity,
                LeaseDurationSeconds = (int)times.LeaseDuration.TotalSeconds,
                AcquireTime = kept ? current!.Spec!.AcquireTime : now,
                RenewTime = now,
                LeaseTransitions = (current?.Spec?.LeaseTransitions ?? 0) + (kept || current is null ? 0 : 1),
            },
        };
    }

    // Given back on an orderly stop, so that the next leader need not wait.
    private async Task TryReleaseAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3), time);
            var current = await client.FindAsync<Lease>(lease, deadline.Token);
            if (current?.Spec?.HolderIdentity != identity) return;
            await client.ReplaceAsync(current with { Spec = current.Spec with { HolderIdentity = "" } }, deadline.Token);
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            logger.LogInformation("The lease {Lease} could not be given back: {Message}", lease, exception.Message);
        }
    }
}
