namespace MesoNet.IAaS.Kubernetes.LeaderElection;

/// <summary>How long leadership is lent, and when it is given up. Must be in descending order (<see cref="Problem"/>).</summary>
/// <param name="LeaseDuration">Others may take the lease this long after the last renewal they saw.</param>
/// <param name="RenewDeadline">The leader stops its work when it could not renew for this long.</param>
/// <param name="RetryPeriod">How often the lease is renewed, or tried for.</param>
public sealed record LeaderElectionTimes(TimeSpan LeaseDuration, TimeSpan RenewDeadline, TimeSpan RetryPeriod)
{
    /// <summary>15 s, 10 s, 2 s: what Kubernetes' own components use.</summary>
    public static LeaderElectionTimes Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));

    /// <summary>What is wrong with these times, as a sentence; null where nothing is.</summary>
    public string? Problem => this switch
    {
        _ when RetryPeriod <= TimeSpan.Zero =>
            $"The retry period ({Seconds(RetryPeriod)}) must be longer than 0 s.",
        _ when RenewDeadline <= RetryPeriod =>
            $"The renew deadline ({Seconds(RenewDeadline)}) must be longer than the retry period ({Seconds(RetryPeriod)}), or no renewal is tried in time.",
        _ when LeaseDuration <= RenewDeadline =>
            $"The lease duration ({Seconds(LeaseDuration)}) must be longer than the renew deadline ({Seconds(RenewDeadline)}), or another begins before the leader has stopped.",
        _ => null,
    };

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.###} s";
}
