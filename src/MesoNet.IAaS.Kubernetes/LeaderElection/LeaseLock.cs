using System.Text.Json;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Kubernetes.LeaderElection;

/// <summary>What came of one attempt to take or to keep a lease.</summary>
internal enum LeaseAttempt
{
    /// <summary>It is ours for another lease duration.</summary>
    Held,

    /// <summary>Another holds it.</summary>
    HeldByAnother,

    /// <summary>Nothing is known: the API server did not answer, or refused.</summary>
    Failed,
}

/// <summary>
/// The Lease as one process sees it. Its holder renews with the version it wrote last and reads only after a conflict; everybody else
/// reads. Not thread-safe.
/// </summary>
internal sealed class LeaseLock(KubernetesClient client, ObjectKey key, string identity, TimeSpan duration, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(3);

    // As last read or written, and when that version was first seen. Null: it must be read.
    private Lease? known;
    private long seenAt;

    private bool IsOurs => known?.Spec?.HolderIdentity == identity;

    /// <summary>How long another's lease still lasts if it is not renewed; zero where it is free or unknown.</summary>
    public TimeSpan LastsAnother
    {
        get
        {
            if (known is null || IsOurs || string.IsNullOrEmpty(known.Spec?.HolderIdentity)) return TimeSpan.Zero;
            // Another version of this program may lend it for longer or shorter: its holder's word counts.
            var lent = known.Spec?.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : duration;
            var left = lent - time.GetElapsedTime(seenAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes the lease where it is free, renews it where it is ours.</summary>
    public async Task<LeaseAttempt> TryHoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            var believedOurs = IsOurs;
            try
            {
                return await TakeOrRenewAsync(cancellationToken);
            }
            catch (KubernetesApiException exception) when (believedOurs && IsAboutAnotherVersion(exception))
            {
                // Somebody wrote to it: perhaps only a label, or ourselves, in a request whose answer was lost.
                known = null;
                return await TakeOrRenewAsync(cancellationToken);
            }
        }
        catch (KubernetesApiException exception) when (exception.IsConflict || exception.IsAlreadyExists)
        {
            // Another was quicker; who, the next attempt reads.
            return LeaseAttempt.Failed;
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException or IOException or JsonException)
        {
            logger.LogWarning("The lease {Lease} could not be taken or renewed: {Message}", key, exception.Message);
            return LeaseAttempt.Failed;
        }
    }

    /// <summary>Gives the lease back, so that the next leader need not wait. One that cannot be given back runs out by itself.</summary>
    public async Task ReleaseAsync()
    {
        using var deadline = new CancellationTokenSource(ReleaseTimeout, time);
        try
        {
            try
            {
                await GiveBackAsync(deadline.Token);
            }
            catch (KubernetesApiException exception) when (IsAboutAnotherVersion(exception))
            {
                known = null;
                await GiveBackAsync(deadline.Token);
            }
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException or IOException or JsonException or OperationCanceledException)
        {
            logger.LogInformation("The lease {Lease} could not be given back: {Message}", key, exception.Message);
        }
    }

    private static bool IsAboutAnotherVersion(KubernetesApiException exception) => exception.IsConflict || exception.IsAlreadyExists || exception.IsNotFound;

    private async Task<LeaseAttempt> TakeOrRenewAsync(CancellationToken cancellationToken)
    {
        if (!IsOurs) await ReadAsync(cancellationToken);
        if (LastsAnother > TimeSpan.Zero) return LeaseAttempt.HeldByAnother;
        known = known is null
            ? await client.CreateAsync(new Lease { Metadata = new() { Namespace = key.Namespace, Name = key.Name }, Spec = Ours() }, cancellationToken)
            : await client.ReplaceAsync(known with { Spec = Ours() }, cancellationToken);
        return LeaseAttempt.Held;
    }

    private async Task GiveBackAsync(CancellationToken cancellationToken)
    {
        if (known is null) await ReadAsync(cancellationToken);
        if (IsOurs) known = await client.ReplaceAsync(known! with { Spec = known.Spec! with { HolderIdentity = "", RenewTime = time.GetUtcNow() } }, cancellationToken);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var current = await client.FindAsync<Lease>(key, cancellationToken);
        if (known is null || current?.Metadata.ResourceVersion != known.Metadata.ResourceVersion) seenAt = time.GetTimestamp();
        known = current;
    }

    private LeaseSpec Ours()
    {
        var now = time.GetUtcNow();
        return new()
        {
            HolderIdentity = identity,
            // Whole seconds, rounded up: others must not begin before the leader's own deadline.
            LeaseDurationSeconds = (int)Math.Ceiling(duration.TotalSeconds),
            AcquireTime = IsOurs ? known!.Spec!.AcquireTime : now,
            RenewTime = now,
            LeaseTransitions = (known?.Spec?.LeaseTransitions ?? 0) + (IsOurs || known is null ? 0 : 1),
        };
    }
}
