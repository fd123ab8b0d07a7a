using MesoNet.IAaS.ClusterTests.Faults;
using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.ClusterTests.PortalSafety;

/// <summary>How long a browser stays bound to somebody.</summary>
public sealed class SessionTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_session_in_use_is_renewed_and_ends_after_a_day_all_the_same()
    {
        var clock = new ShiftedTime();
        await using var portal = await RealPortal.StartAsync(cluster, time: clock);
        using var browser = portal.Browser();
        await browser.OpenAsync(portal.Links.PathFor("teacher1", new HashSet<SiteRole> { SiteRole.Teacher }, DateTimeOffset.UtcNow.AddDays(7)));
        // Twelve hours without use would end it; it is used each eight.
        for (var times = 0; times < 2; times++)
        {
            clock.Advance(TimeSpan.FromHours(8));
            Assert.Contains("(teacher1)", await browser.ReadAsync("/"), StringComparison.Ordinal);
        }

        clock.Advance(TimeSpan.FromHours(8.1));
        Assert.DoesNotContain("(teacher1)", await browser.ReadAsync("/"), StringComparison.Ordinal);
        // And it does not come back, whatever the clock says.
        clock.Advance(TimeSpan.FromHours(-8.1));
        Assert.DoesNotContain("(teacher1)", await browser.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_nobody_uses_ends()
    {
        var clock = new ShiftedTime();
        await using var portal = await RealPortal.StartAsync(cluster, time: clock);
        using var browser = portal.Browser();
        await browser.OpenAsync(portal.Links.PathFor("teacher1", new HashSet<SiteRole> { SiteRole.Teacher }, DateTimeOffset.UtcNow.AddDays(7)));
        clock.Advance(TimeSpan.FromHours(12.1));
        Assert.DoesNotContain("(teacher1)", await browser.ReadAsync("/"), StringComparison.Ordinal);
    }
}
