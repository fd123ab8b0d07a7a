using MesoNet.IAaS.Kubernetes.LeaderElection;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

public sealed class LeaderElectionTimesTests
{
    [Theory]
    [InlineData(15, 10, 2, null)]
    [InlineData(4, 3, 0.5, null)]
    [InlineData(15, 10, 0, "The retry period (0 s) must be longer than 0 s.")]
    [InlineData(15, 2, 2, "The renew deadline (2 s) must be longer than the retry period (2 s)")]
    [InlineData(10, 10, 2, "The lease duration (10 s) must be longer than the renew deadline (10 s)")]
    [InlineData(1, 2.5, 3, "The renew deadline (2.5 s) must be longer than the retry period (3 s)")]
    public void Times_must_be_in_descending_order(double leaseDuration, double renewDeadline, double retryPeriod, string? problem)
    {
        var times = new LeaderElectionTimes(TimeSpan.FromSeconds(leaseDuration), TimeSpan.FromSeconds(renewDeadline), TimeSpan.FromSeconds(retryPeriod));
        if (problem is null) Assert.Null(times.Problem);
        else Assert.StartsWith(problem, times.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_identities_are_the_same() => Assert.NotEqual(LeaderElector.NewIdentity(), LeaderElector.NewIdentity());
}
