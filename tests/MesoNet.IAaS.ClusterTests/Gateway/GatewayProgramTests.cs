using System.Net;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster;
using MesoNet.IAaS.LocalCluster.Gateway;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.ClusterTests.Gateway;

/// <summary>nginx as a part of a local cluster.</summary>
public sealed class GatewayProgramTests
{
    [Theory]
    [InlineData(Signals.Kill)]
    [InlineData(Signals.Terminate)]
    public async Task Nothing_of_it_outlives_whoever_started_it(int signal)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"mesonet-gateway-tests-{Guid.NewGuid():N}");
        var program = new GatewayProgram(Configuration(folder), Path.Combine(LocalSite.RepositoryRoot, "images", "gateway", "nginx.conf"));
        var specification = program.Prepare(Path.Combine(folder, "nginx.conf"), Path.Combine(folder, "gateway.log"));
        await using var child = await ChildProcess.StartAsync(specification, TimeProvider.System);
        await ClusterFixture.EventuallyAsync(() => program.IsReadyAsync(TestContext.Current.CancellationToken), () => Task.FromResult(child.LogTail()));
        Signals.Send(child.Id, signal);
        await ClusterFixture.EventuallyAsync(
            async () => child.HasExited && !await program.IsReadyAsync(TestContext.Current.CancellationToken), () => Task.FromResult("nginx still listens"));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("portal.localhost; }", "localhost")]
    [InlineData("Portal.localhost", "localhost")]
    [InlineData("portal.localhost", ".*")]
    [InlineData("portal.localhost", "")]
    public void A_host_cannot_write_configuration(string portal, string seats)
    {
        var configuration = Configuration("/run/x") with { PortalHost = portal, SeatsDomain = seats };
        Assert.Throws<ArgumentException>(() => configuration.Fill("server_name @PORTAL_HOST@;"));
    }

    [Fact]
    public void The_template_is_filled_to_the_last_variable()
    {
        var filled = (Configuration("/run/x") with { TrustedProxies = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")], SeatsDomain = "seats.example.org" })
            .Fill(File.ReadAllText(Path.Combine(LocalSite.RepositoryRoot, "images", "gateway", "nginx.conf")));
        Assert.DoesNotContain("@RUN", filled, StringComparison.Ordinal);
        Assert.DoesNotMatch("@[A-Z_]+@", filled);
        Assert.Contains("set_real_ip_from fd00::/8;", filled, StringComparison.Ordinal);
        Assert.Contains(@"\.seats\.example\.org$", filled, StringComparison.Ordinal);
    }

    private static GatewayConfiguration Configuration(string folder) => new()
    {
        Listen = FreePorts.NextAddress(), Portal = new(IPAddress.Loopback, 9), PortalHost = "portal.localhost", SeatsDomain = "localhost",
        RunFolder = Path.Combine(folder, "run"), AccessLog = Path.Combine(folder, "access.log"),
    };
}
